// The page of the admin on which an administrator tries out what other sites do with a meeting: the same script, in a frame of our own.

import { h } from "../lib/dom.js";
import "../ui/copy-button.js";

/** @import { ConferenceCall } from "../embedding/conference-call.js" */

/** How many events are shown. */
const SHOWN = 100;
const EVENTS = ["ready", "waiting", "joined", "people", "mute", "camera", "share", "hand", "refused", "end", "left"];

const place = document.querySelector(".embedding-place");
if (place instanceof HTMLElement) tryOut(place);

/** @param {HTMLElement} place */
function tryOut(place) {
  const Call = /** @type {typeof ConferenceCall} */ (Reflect.get(globalThis, "ConferenceCall"));
  const call = new Call(place, { url: place.dataset.url ?? "", title: place.dataset.title });
  for (const type of EVENTS) call.addEventListener(type, (event) => told(type, /** @type {CustomEvent} */ (event).detail));
  for (const button of document.querySelectorAll("[data-command]")) button.addEventListener("click", () => press(call, button));
}

/** @param {ConferenceCall} call @param {Element} button */
function press(call, button) {
  const isOn = button.getAttribute("aria-pressed") === "true";
  switch (button.getAttribute("data-command")) {
    case "join":
      return call.join();
    case "leave":
      return call.leave();
    case "mute":
      return call.mute(!isOn);
    case "camera":
      return call.camera(!isOn);
    case "share":
      return call.share(!isOn);
    default:
      return call.hand(!isOn);
  }
}

/** @param {string} type @param {{on?: boolean}} detail */
function told(type, detail) {
  const button = document.querySelector(`[data-command="${type}"][aria-pressed]`);
  button?.setAttribute("aria-pressed", String(detail.on));
  const list = /** @type {HTMLElement} */ (document.querySelector(".embedding-events > ol"));
  list.append(h("li", {}, Object.keys(detail).length ? `${type} ${JSON.stringify(detail)}` : type));
  if (list.childElementCount > SHOWN) list.firstElementChild?.remove();
  list.parentElement?.scrollTo(0, list.scrollHeight);
}
