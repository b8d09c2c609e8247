/**
 * Fetches the script of the waiting list with the first person who waits. Without it the notice of each has to do.
 *
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People } from "../signaling/people.js"
 */

import { Lazy } from "../lib/lazy.js";
import { listener } from "../lib/listen.js";

export class WaitingLoader {
  /** @param {{root: HTMLElement, client: Pick<SignalingClient, "send">, people: People, signal: AbortSignal}} options */
  constructor(options) {
    const { people, signal } = options;
    const list = new Lazy(async () => {
      const { Waiting } = await import("./waiting.js");
      signal.throwIfAborted();
      return new Waiting(options);
    });
    listener(signal)(people, "change", () => people.waiting.size && list.get().catch(() => {}));
  }
}
