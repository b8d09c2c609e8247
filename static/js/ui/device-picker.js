import { gettext, interpolate } from "../lib/gettext.js";
import { h, part } from "../lib/dom.js";

/**
 * A `<select>` of devices of one `kind` (attribute). Hidden while there are none.
 *
 * Event: `choose` {kind, id}, bubbling.
 *
 * @typedef {{id: string, label: string}} Device
 */
export class DevicePicker extends HTMLElement {
  connectedCallback() {
    this.#select.addEventListener("change", () => this.#choose());
    this.hidden = this.#select.options.length === 0;
  }

  get kind() {
    return this.getAttribute("kind") ?? "";
  }

  /**
   * @param {readonly Device[]} devices
   * @param {string} current the id of the one in use; "" when none is
   */
  show(devices, current) {
    this.hidden = devices.length === 0;
    const options = devices.map(({ id, label }, index) => h("option", { value: id }, label || nameless(index + 1)));
    if (!sameOptions(options, this.#select.options)) this.#select.replaceChildren(...options);
    if (current) this.#select.value = current;
  }

  get #select() {
    return part(this, "select", HTMLSelectElement);
  }

  #choose() {
    const detail = { kind: this.kind, id: this.#select.value };
    this.dispatchEvent(new CustomEvent("choose", { detail, bubbles: true }));
  }
}

/** @param {number} number */
function nameless(number) {
  return interpolate(gettext("Device %(number)s"), { number });
}

/**
 * @param {HTMLOptionElement[]} options
 * @param {HTMLOptionsCollection} present
 */
function sameOptions(options, present) {
  return options.length === present.length && options.every((option, index) => option.isEqualNode(present[index]));
}

customElements.define("device-picker", DevicePicker);
