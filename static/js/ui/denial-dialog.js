import { part, write } from "../lib/dom.js";
import { gettext, interpolate, ngettext } from "../lib/gettext.js";

/**
 * Asks a host who turns somebody away what they are told. Its dialog comes with the page: sentences to choose from, and a field for others.
 *
 * Event: `deny` {ids, reason}.
 */
export class DenialDialog extends HTMLElement {
  connectedCallback() {
    // Text in the field counts: its radio button is checked.
    this.#words.addEventListener("input", () => (part(this, "input[value=own]", HTMLInputElement).checked = true));
  }

  /**
   * @param {readonly string[]} ids
   * @param {readonly string[]} names
   */
  ask(ids, names) {
    const dialog = part(this, "dialog", HTMLDialogElement);
    const form = part(dialog, "form", HTMLFormElement);
    write(part(dialog, "[data-part=question]", HTMLElement), question(names));
    form.reset();
    dialog.returnValue = "";
    dialog.onclose = () => {
      if (dialog.returnValue === "deny") this.dispatchEvent(new CustomEvent("deny", { detail: { ids, reason: this.#reason(form) } }));
    };
    dialog.showModal();
  }

  /** @param {HTMLFormElement} form */
  #reason(form) {
    const chosen = String(new FormData(form).get("why") ?? "");
    return chosen === "own" ? this.#words.value.trim() : chosen;
  }

  get #words() {
    return part(this, "input[name=words]", HTMLInputElement);
  }
}

/** @param {readonly string[]} names */
function question(names) {
  const [name] = names;
  if (names.length === 1) return interpolate(gettext("Turn %(name)s away?"), { name });
  return interpolate(ngettext("Turn %(count)s person away?", "Turn %(count)s people away?", names.length), { count: names.length });
}

customElements.define("denial-dialog", DenialDialog);
