import { put } from "../lib/dom.js";
import { isFree } from "../lib/keys.js";

/**
 * The bar of buttons, and the keys that do the same. A button or link with `data-command` (and `data-key`) tells its command;
 * a `media-switch` with `data-key` is flipped. Keys work wherever the focus is, except where one writes or a dialog is open.
 * What does not fit into a narrow bar is in its menu as well, so a command may have two buttons.
 *
 * Event: `command` {command}.
 */
export class CallControls extends HTMLElement {
  /** Whether single keys are commands (WCAG 2.1.4). */
  listensToKeys = true;

  #lifetime = new AbortController();

  connectedCallback() {
    this.#lifetime = new AbortController();
    const { signal } = this.#lifetime;
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.addEventListener("click", (event) => this.#click(event), { signal });
  }

  disconnectedCallback() {
    this.#lifetime.abort();
  }

  /**
   * @param {string} command
   * @param {boolean} pressed
   */
  press(command, pressed) {
    for (const button of this.#buttons(command)) put(button, "aria-pressed", String(pressed));
  }

  /**
   * @param {string} command
   * @param {boolean} isOffered whether its buttons are shown
   */
  offer(command, isOffered) {
    for (const button of this.#buttons(command)) button.hidden = !isOffered;
  }

  /** @param {string} command @returns {NodeListOf<HTMLElement>} */
  #buttons(command) {
    return this.querySelectorAll(`[data-command="${command}"]`);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-command]") : null;
    const command = button?.getAttribute("data-command");
    if (command) this.dispatchEvent(new CustomEvent("command", { detail: { command } }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.listensToKeys || !isFree(event) || !this.checkVisibility()) return;
    const target = this.querySelector(`[data-key="${CSS.escape(letter(event))}"]`);
    const button = target?.matches("button, a") ? target : target?.querySelector("button");
    if (!(button instanceof HTMLElement) || button.closest("[hidden]")) return;
    event.preventDefault();
    button.click();
  }
}

/**
 * What is on the key; where that is no letter of ours, what is there on a keyboard that has them.
 *
 * @param {KeyboardEvent} event
 */
function letter({ key, code }) {
  const isForeign = key.length === 1 && key > "~";
  return (isForeign ? code.replace(/^Key/, "") : key).toLowerCase();
}

customElements.define("call-controls", CallControls);
