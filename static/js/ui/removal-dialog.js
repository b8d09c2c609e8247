import { part, write } from "../lib/dom.js";
import { gettext, interpolate } from "../lib/gettext.js";

/**
 * Asks a host who removes somebody whether that person is kept out. Its dialog comes with the page.
 *
 * Event: `remove` {id, ban, network, wait}.
 *
 * @typedef {{id: string, name: string, bannable: boolean}} Removable `bannable`: whether oneself may keep this person out
 */
export class RemovalDialog extends HTMLElement {
  /** @param {Removable} person */
  ask({ id, name, bannable }) {
    const dialog = part(this, "dialog", HTMLDialogElement);
    const ban = part(dialog, "input[name=ban]", HTMLInputElement);
    const guests = dialog.querySelector("[data-part=guests]");
    const show = () => guests instanceof HTMLElement && (guests.hidden = !ban.checked);
    write(part(dialog, "[data-part=question]", HTMLElement), interpolate(gettext("Remove %(name)s from the meeting?"), { name }));
    part(dialog, "form", HTMLFormElement).reset();
    ban.onchange = show;
    show();
    part(dialog, "[data-part=ban]", HTMLElement).hidden = !bannable;
    dialog.returnValue = "";
    dialog.onclose = () => {
      const detail = { id, ban: ban.checked, network: isChecked(dialog, "network"), wait: isChecked(dialog, "wait") };
      if (dialog.returnValue === "remove") this.dispatchEvent(new CustomEvent("remove", { detail }));
    };
    dialog.showModal();
  }
}

/**
 * @param {HTMLElement} dialog
 * @param {string} name of a box that may not be there
 */
function isChecked(dialog, name) {
  const box = dialog.querySelector(`input[name=${name}]`);
  return box instanceof HTMLInputElement && box.checked;
}

customElements.define("removal-dialog", RemovalDialog);
