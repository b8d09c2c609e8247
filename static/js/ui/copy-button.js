import { gettext } from "../lib/gettext.js";
import { part, write } from "../lib/dom.js";

const SAID_MS = 2500;

/** A button that copies its attribute `value`, and shows that it did. */
export class CopyButton extends HTMLElement {
  connectedCallback() {
    part(this, "button", HTMLButtonElement).addEventListener("click", () => void this.#copy());
  }

  async #copy() {
    const label = part(this, "[data-part=label]", HTMLElement);
    const before = label.dataset.before ?? label.textContent ?? "";
    label.dataset.before = before;
    write(label, (await copied(this.getAttribute("value") ?? "")) ? gettext("Copied") : gettext("Copy it by hand"));
    setTimeout(() => write(label, before), SAID_MS);
  }
}

/** @param {string} text */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

customElements.define("copy-button", CopyButton);
