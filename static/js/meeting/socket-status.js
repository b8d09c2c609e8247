/**
 * The bar that is shown while the server cannot be reached, with the reason where it is known.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { SignalingClient } from "../signaling/client.js"
 */

import { part, put, write } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";

const QUIET_MS = 2000;
/** Sockets that failed in a row. A single one may fail because a worker ends. */
const FAILURES = 2;
const PROBE = "/health/live";

export class SocketStatus {
  #element;
  #network;
  #clock;
  /** The lifetime of the present state. */
  #state = new AbortController();

  /** @param {{element: HTMLElement, client: SignalingClient, network: Pick<typeof globalThis, "fetch">, clock: Clock, signal: AbortSignal}} options */
  constructor({ element, client, network, clock, signal }) {
    this.#element = element;
    this.#network = network;
    this.#clock = clock;
    const on = listener(signal);
    on(client, "state", ({ state }) => this.#follow(state));
    on(client, "unopened", ({ count }) => count >= FAILURES && void this.#explain());
    signal.addEventListener("abort", () => this.#hide());
  }

  /** @param {string} state */
  #follow(state) {
    this.#hide();
    if (state === "open" || state === "closed" || state === "idle") return;
    this.#say(gettext("Reaching the server…"), false);
    this.#clock.after(QUIET_MS, () => (this.#element.hidden = false), this.#state.signal);
  }

  #hide() {
    this.#state.abort();
    this.#state = new AbortController();
    this.#element.hidden = true;
  }

  /** A server that answers requests and opens no socket is behind something that lets none through. */
  async #explain() {
    const { signal } = this.#state;
    const answers = await this.#network.fetch(PROBE, { signal, cache: "no-store", redirect: "error" }).then(({ ok }) => ok, () => false);
    if (signal.aborted) return;
    if (!answers) return this.#say(gettext("Reaching the server…"), false);
    this.#element.hidden = false;
    this.#say(gettext("The server answers, but WebSocket connections do not get through: a proxy or a browser extension blocks them. This page keeps trying. Try another network, or tell whoever runs this server."), true);
  }

  /**
   * @param {string} text
   * @param {boolean} isBarred
   */
  #say(text, isBarred) {
    write(part(this.#element, "[data-part=said]", HTMLElement), text);
    put(this.#element, "data-barred", isBarred ? "" : null);
  }
}
