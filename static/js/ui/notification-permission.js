import { part, write } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";

/** Says whether this browser may show notifications of the system, and asks it by a button. */
export class NotificationPermission extends HTMLElement {
  connectedCallback() {
    part(this, "button", HTMLButtonElement).addEventListener("click", () => void this.#ask());
    this.#show();
  }

  async #ask() {
    await Notification.requestPermission();
    this.#show();
  }

  #show() {
    const permission = globalThis.Notification?.permission;
    part(this, "button", HTMLButtonElement).hidden = permission !== "default";
    write(part(this, "[data-part=state]", HTMLElement), said(permission));
  }
}

/** @param {"default" | "denied" | "granted" | undefined} permission */
function said(permission) {
  if (permission === "granted") return gettext("This browser shows notifications also while you look at something else.");
  if (permission === "denied")
    return gettext("This browser shows no notifications of this site. You can allow them in its settings. Pages show them all the same.");
  if (permission === "default")
    return gettext("Pages show them. With your permission, this browser shows them also while you look at something else.");
  return gettext("Pages show them. This browser has no notifications.");
}

customElements.define("notification-permission", NotificationPermission);
