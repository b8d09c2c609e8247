import { dialogTitle } from "../lib/dialog-title.js";
import { h, put, write } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";
import { writeName } from "../lib/name-label.js";

/**
 * The dialog with the security code of the meeting, and whom it covers.
 *
 * @import { ShownName } from "../lib/names.js"
 * @import { Code } from "../verification/code.js"
 * @typedef {ShownName & {id: string, note: string, isCovered: boolean}} Row a participant; `note`: whether the code covers them, in words
 */
export class VerificationDialog extends HTMLElement {
  #words = h("ol", { class: "code-words", lang: "en", "aria-label": gettext("The code in words") });
  #digits = h("p", { class: "code-digits", "aria-label": gettext("The code as a number"), role: "group" });
  #code = h("div", { class: "code" }, this.#words, h("p", { class: "muted small" }, gettext("The same as a number:")), this.#digits);
  #status = h("p", { class: "code-status", role: "status" });
  #change = h("p", { class: "muted small" });
  #people = h("ul", { class: "code-people", role: "list" });
  #dialog = h("dialog", { class: "dialog", "aria-labelledby": "verification-title", closedby: "any" });

  connectedCallback() {
    if (this.firstChild) return;
    this.#dialog.append(
      h(
        "div",
        { class: "dialog-body" },
        dialogTitle(h("h2", { id: "verification-title", tabindex: "-1" }, gettext("Verify the call"))),
        h(
          "p",
          {},
          gettext("One of you reads these words aloud, here in the call. If everybody has the same words, nobody sits between you and listens."),
        ),
        this.#code,
        this.#status,
        this.#change,
        h("h3", {}, gettext("Whom the code covers")),
        this.#people,
        more(gettext("What if the words differ?"), [
          gettext("Wait until everybody has a code, and compare again: it changes whenever somebody comes, goes or loads the page again."),
          gettext(
            "If the words still differ, somebody on the way may listen and watch. Say nothing that is confidential. Leave, and meet through another network or another server.",
          ),
        ]),
        more(gettext("What do equal words show?"), [
          gettext(
            "That sound, video, chat and files go straight to the people whose voices you know, and that nobody on the way, this server included, can read them.",
          ),
          gettext(
            "They do not show who somebody is: you recognise them by voice and face. They do not show that the page itself is honest: it comes from the server. And whoever takes part can record.",
          ),
        ]),
      ),
    );
    this.append(this.#dialog);
  }

  get isOpen() {
    return this.#dialog.open;
  }

  open() {
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** @param {Code | null} code null while there is none */
  set code(code) {
    this.#code.hidden = code === null;
    if (!code) return;
    const text = code.words.join(" ");
    if (this.#words.dataset.words === text) return;
    this.#words.dataset.words = text;
    this.#words.replaceChildren(...code.words.map((word) => h("li", {}, word)));
    write(this.#digits, code.digits.join(" "));
  }

  /** @param {string} text why there is no code; "" when there is one */
  set status(text) {
    write(this.#status, text);
  }

  /** @param {string} text why the code is another than before; "" if it is not */
  set change(text) {
    write(this.#change, text);
  }

  /** @param {readonly Row[]} people */
  set people(people) {
    const rows = people.map(({ note, isCovered, ...name }) => {
      const who = h("span", { class: "person-name", dir: "auto" });
      writeName(who, name);
      const row = h("li", {}, who, h("span", { class: "person-note" }, note));
      put(row, "data-covered", isCovered ? "yes" : "no");
      return row;
    });
    this.#people.replaceChildren(...rows);
  }
}

/** @param {string} title @param {readonly string[]} paragraphs */
function more(title, paragraphs) {
  return h("details", { class: "code-more" }, h("summary", {}, title), ...paragraphs.map((text) => h("p", {}, text)));
}

customElements.define("verification-dialog", VerificationDialog);
