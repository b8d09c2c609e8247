import { h, icon } from "./dom.js";
import { gettext } from "./gettext.js";

/**
 * The first line of a dialog: its heading, and the button that closes it.
 *
 * @param {HTMLHeadingElement} heading
 */
export function dialogTitle(heading) {
  const label = gettext("Close");
  const close = h("button", { class: "button button-quiet button-icon button-small", "aria-label": label, title: label }, icon("close"));
  return h("form", { method: "dialog", class: "dialog-title" }, heading, close);
}
