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
/** After this time the reason is looked for, even if no socket has failed: behind some firewalls a socket neither opens nor fails. */
const LONG_MS = 6000;
const ANSWER_MS = 4000;
const PROBE = "/health/live";

export class SocketStatus {
  #client;
  #element;
  #network;
  #clock;
  /** The lifetime of the present state. */
  #state = new AbortController();

  /**
   * @param {{element: HTMLElement, client: SignalingClient, network: Pick<typeof globalThis, "fetch">, clock: Clock,
   *   signal: AbortSignal}} options
   */
  constructor({ element, client, network, clock, signal }) {
    this.#element = element;
    this.#network = network;
    this.#clock = clock;
    const on = listener(signal);
    on(client, "state", ({ state }) => this.#follow(state));
    on(client, "unopened", ({ count }) => count >= FAILURES && void this.#explain());
    this.#client = client;
    signal.addEventListener("abort", () => this.#hide());
    this.#follow(client.state);
  }

  /** @param {string} state */
  #follow(state) {
    this.#hide();
    if (state === "open" || state === "closed" || state === "idle") return;
    this.#say(gettext("Reaching the server…"), false);
    const { signal } = this.#state;
    this.#clock.after(QUIET_MS, () => (this.#element.hidden = false), signal);
    this.#clock.after(LONG_MS, () => this.#wonder(), signal);
  }

  #hide() {
    this.#state.abort();
    this.#state = new AbortController();
    this.#element.hidden = true;
  }

  #wonder() {
    if (this.#client.isOpening) return void this.#explain({ isLong: true });
    if (!this.#client.isUnanswered) return;
    this.#say(
      gettext(
        "A WebSocket connection to the server opened, but nothing arrives on it: a proxy may be in the way, or the server is very busy. This page keeps trying.",
      ),
      true,
    );
  }

  /** A server that answers requests and opens no socket is behind something that lets none through. */
  async #explain({ isLong = false } = {}) {
    const { signal } = this.#state;
    const patience = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    const answers = await this.#network.fetch(PROBE, { signal: patience, cache: "no-store", redirect: "error" }).then(({ ok }) => ok, () => false);
    if (signal.aborted) return;
    if (!answers && !isLong) return this.#say(gettext("Reaching the server…"), false);
    this.#element.hidden = false;
    if (!answers)
      return this.#say(
        gettext(
          "The server does not answer: a request and a WebSocket connection were tried. Your network may be down, a firewall may be in the way, or the server is being restarted. This page keeps trying.",
        ),
        true,
      );
    this.#say(
      gettext(
        "The server answers, but WebSocket connections do not get through: a proxy or a browser extension blocks them. This page keeps trying. Try another network, or tell whoever runs this server.",
      ),
      true,
    );
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
