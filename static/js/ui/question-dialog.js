import { h, write } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";

/** Asks before something is done that cannot be taken back. */
export class QuestionDialog extends HTMLElement {
  #question = h("h2", { id: "asked-question" });
  #text = h("p", { id: "asked-text" });
  #verb = h("button", { class: "button button-danger", value: "yes" });
  #dialog = h("dialog", { class: "dialog", "aria-labelledby": "asked-question", "aria-describedby": "asked-text" });

  connectedCallback() {
    if (this.childElementCount) return;
    const actions = h("div", { class: "dialog-actions" }, h("button", { class: "button", value: "" }, gettext("Cancel")), this.#verb);
    this.#dialog.append(h("form", { method: "dialog", class: "dialog-body" }, this.#question, this.#text, actions));
    this.append(this.#dialog);
  }

  /** @param {{question: string, text: string, verb: string, run: () => void}} asked `verb`: of the button that runs it */
  ask({ question, text, verb, run }) {
    write(this.#question, question);
    write(this.#text, text);
    write(this.#verb, verb);
    this.#dialog.returnValue = "";
    this.#dialog.onclose = () => this.#dialog.returnValue === "yes" && run();
    this.#dialog.showModal();
  }
}

customElements.define("question-dialog", QuestionDialog);
