import { put } from "../lib/dom.js";

/** An audio level from 0 to 1, as a bar. */
export class LevelMeter extends HTMLElement {
  connectedCallback() {
    put(this, "role", "meter");
    put(this, "aria-valuemin", "0");
    put(this, "aria-valuemax", "100");
    this.value = 0;
  }

  /** @param {number} value */
  set value(value) {
    const text = value.toFixed(2);
    if (this.style.getPropertyValue("--level") !== text) this.style.setProperty("--level", text);
    put(this, "aria-valuenow", String(Math.round(value * 10) * 10));
  }
}

customElements.define("level-meter", LevelMeter);
