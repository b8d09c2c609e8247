/**
 * The notice of the administrators: the one that came with the page, and in a room the one that the server tells. Most pages have none, so
 * its script is fetched for those that have.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { SiteNotice } from "../ui/site-notice.js"
 * @import { NoticeFact } from "../signaling/protocol.js"
 */

import { Lazy } from "../lib/lazy.js";
import { listener } from "../lib/listen.js";

/** The server tells the notice right after `welcomed`, perhaps in the next frame. Then there is none. */
const AFTER_MS = 1000;

const script = new Lazy(() => Promise.all([import("../ui/local-time.js"), import("../ui/site-notice.js")]));

/** For the notice that came with the page, if one did. */
export function startNotice() {
  if (document.querySelector("site-notice[data-id]")) script.get().catch(() => {});
}

export class RoomNotice {
  #element;
  #clock;

  /** @param {{element: HTMLElement, clock: Clock}} options */
  constructor({ element, clock }) {
    this.#element = /** @type {SiteNotice} */ (element);
    this.#clock = clock;
    startNotice();
  }

  /**
   * @param {EventTarget} client
   * @param {AbortSignal} signal of the meeting
   */
  follow(client, signal) {
    const on = listener(signal);
    let told = 0;
    const greet = () => {
      const before = told;
      this.#clock.after(AFTER_MS, () => told === before && this.#show({ type: "notice", id: "", text: "" }), signal);
    };
    on(client, "welcomed", greet);
    on(client, "waiting", greet);
    on(client, "notice", (/** @type {NoticeFact} */ fact) => {
      told += 1;
      this.#show(fact);
    });
  }

  /** @param {NoticeFact} fact without a text there is no notice (any more) */
  async #show(fact) {
    const element = this.#element;
    if (!fact.text && !element.dataset.id) return;
    await script.get().then(() => (fact.text ? element.show(fact) : element.withdraw()), () => {});
  }
}
