/** A part of a page that the server renders again whenever it is different. */

import { follow } from "./live-events.js";
import { morph } from "./morph.js";

/**
 * Keeps the part up to date that says in `data-events` from where, and says in the element `[data-live]` whether that works.
 *
 * @param {() => void} [changed] called after each change
 */
export function keep(changed = () => {}) {
  const part = /** @type {HTMLElement} */ (document.querySelector("[data-events]"));
  const status = /** @type {HTMLElement} */ (document.querySelector("[data-live]"));

  /** @param {string} text a fragment; its scripts, if it had any, would not run */
  function show(text) {
    morph(part, new DOMParser().parseFromString(text, "text/html").body);
    changed();
  }

  follow(part.dataset.events ?? "", show, (isLive) => {
    const text = (isLive ? status.dataset.live : status.dataset.lost) ?? "";
    if (status.textContent !== text) status.textContent = text;
  });
}
