import { gettext } from "./gettext.js";
import { h } from "./dom.js";

/**
 * Fills an element with a name, for a guest with a badge before it. Its direction (`dir="auto"`) is that of the name.
 *
 * @import { ShownName } from "./names.js"
 *
 * @param {HTMLElement} element
 * @param {ShownName} shownName
 */
export function writeName(element, { plain, isGuest }) {
  element.replaceChildren(...(isGuest ? [h("bdi", { class: "badge" }, gettext("Guest")), " "] : []), plain);
}
