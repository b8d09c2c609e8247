import { h, write } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";

/** @typedef {{verb: string, run: () => void}} Way `verb`: of the button that runs it */

/** Asks before something is done that cannot be taken back, or which of two things is done. */
export class QuestionDialog extends HTMLElement {
  #question = h("h2", { id: "asked-question" });
  #text = h("p", { id: "asked-text" });
  #other = h("button", { class: "button", value: "other" });
  #verb = h("button", { value: "yes" });
  #dialog = h("dialog", { class: "dialog", "aria-labelledby": "asked-question", "aria-describedby": "asked-text" });

  connectedCallback() {
    if (this.childElementCount) return;
    const actions = h("div", { class: "dialog-actions" }, h("button", { class: "button", value: "" }, gettext("Cancel")), this.#other, this.#verb);
    this.#dialog.append(h("form", { method: "dialog", class: "dialog-body" }, this.#question, this.#text, actions));
    this.append(this.#dialog);
  }

  /** @param {Way & {question: string, text: string, other?: Way}} asked without `other`, what `run` does cannot be taken back */
  ask({ question, text, verb, run, other }) {
    write(this.#question, question);
    write(this.#text, text);
    write(this.#verb, verb);
    write(this.#other, other?.verb ?? "");
    this.#other.hidden = !other;
    this.#verb.className = other ? "button button-primary" : "button button-danger";
    this.#dialog.returnValue = "";
    this.#dialog.onclose = () => {
      if (this.#dialog.returnValue === "yes") run();
      if (this.#dialog.returnValue === "other") other?.run();
    };
    this.#dialog.showModal();
  }
}

customElements.define("question-dialog", QuestionDialog);
