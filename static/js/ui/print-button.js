import { part } from "../lib/dom.js";

/** A button that prints the page. It is hidden where there is no script. */
export class PrintButton extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    part(this, "button", HTMLButtonElement).addEventListener("click", () => print());
  }
}

customElements.define("print-button", PrintButton);
