// The dashboard of the admin: what the server sends replaces what is shown, part by part.

import { follow } from "../lib/live-events.js";

const dashboard = /** @type {HTMLElement} */ (document.querySelector("[data-events]"));
const status = /** @type {HTMLElement} */ (document.querySelector("[data-live]"));

/** @param {string} text a fragment that the server has rendered; its scripts, if it had any, would not run */
function show(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").body;
  const names = (/** @type {Element} */ root) => [...root.querySelectorAll("[data-part]")].map((part) => part.getAttribute("data-part")).join();
  if (names(fresh) !== names(dashboard)) {
    dashboard.replaceChildren(...fresh.childNodes);
    return;
  }
  const parts = fresh.querySelectorAll("[data-part]");
  for (const [index, part] of [...dashboard.querySelectorAll("[data-part]")].entries()) {
    if (!part.isEqualNode(parts[index])) replace(part, parts[index]);
  }
}

/**
 * The link that has the focus keeps it.
 * @param {Element} before
 * @param {Element} after
 */
function replace(before, after) {
  const href = before.contains(document.activeElement) && document.activeElement?.getAttribute("href");
  before.replaceWith(after);
  const link = [...after.querySelectorAll("a")].find((one) => one.getAttribute("href") === href);
  link?.focus({ preventScroll: true });
}

follow(dashboard.dataset.events ?? "", show, (live) => {
  const text = (live ? status.dataset.live : status.dataset.lost) ?? "";
  if (status.textContent !== text) status.textContent = text;
});
