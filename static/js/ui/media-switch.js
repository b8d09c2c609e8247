import { part, put } from "../lib/dom.js";

/**
 * A toggle button for one `slot` (attribute `for`): microphone, camera or screen.
 *
 * Event: `turn` {slot, on}, bubbling.
 *
 * @typedef {{on: boolean, opening: boolean, trouble: string | null}} SwitchState
 */
export class MediaSwitch extends HTMLElement {
  /** Of its button, as it came with the page. @type {string | null} */
  #title = null;

  connectedCallback() {
    this.#button.addEventListener("click", () => this.flip());
  }

  get slotName() {
    return this.getAttribute("for") ?? "";
  }

  /** @param {SwitchState} state */
  set state({ on, opening, trouble }) {
    put(this.#button, "aria-pressed", String(on));
    put(this.#button, "aria-busy", opening ? "true" : null);
    put(this, "data-trouble", trouble);
  }

  /** @param {number} level of what it switches, from 0 to 1 */
  set level(level) {
    const text = level.toFixed(2);
    if (this.style.getPropertyValue("--level") !== text) this.style.setProperty("--level", text);
  }

  /** @param {string | null} text why a host keeps it off; null if none does */
  set limit(text) {
    this.#title ??= this.#button.title;
    put(this, "data-limited", text !== null);
    put(this.#button, "aria-description", text);
    put(this.#button, "title", [this.#title, text].filter(Boolean).join(": ") || null);
  }

  flip() {
    this.turn(this.#button.getAttribute("aria-pressed") !== "true");
  }

  /** @param {boolean} on */
  turn(on) {
    this.dispatchEvent(new CustomEvent("turn", { detail: { slot: this.slotName, on }, bubbles: true }));
  }

  get #button() {
    return part(this, "button", HTMLButtonElement);
  }
}

customElements.define("media-switch", MediaSwitch);
