/**
 * Whether a key may be a command of the page: it is pressed once, alone, and neither a text field nor a dialog has a use for it.
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
