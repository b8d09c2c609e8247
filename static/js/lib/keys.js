/**
 * Whether a key may be a command of the page: it is pressed once and without a modifier, and neither in a text field nor while a dialog is
 * open.
 *
 * @param {KeyboardEvent} event
 */
export function isFree(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return false;
  return !isWriting(event.target) && !document.querySelector("dialog[open]");
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select"));
}
