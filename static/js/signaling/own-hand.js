/**
 * Our own raised hand: what we asked for, until the server says the same (`docs/protocol.md`, section 2, *Hands*).
 *
 * What was asked is sent again until it is so: the message, or the roster, may have been lost. When the server has lost its roster, it is
 * told again.
 *
 * Event: `change` {asked}: `asked` is whether we did it; else the server says so.
 *
 * @import { Bucket } from "../lib/bucket.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { SignalingClient } from "./client.js"
 * @import { People } from "./people.js"
 */

/** A third of what the server permits: a person may have three tabs. */
export const BUDGET = { rate: 1 / 3, burst: 3 };
const AGAIN_MS = 5000;

export class OwnHand extends EventTarget {
  #client;
  #people;
  #clock;
  #signal;
  #budget;
  /** By the server. */
  #isUp = false;
  /** What we asked for, while the server has not said it. @type {boolean | null} */
  #wanted = null;
  /** Whether `#wanted` was never sent. */
  #isUnsent = false;
  /** The epoch of the roster and our id in it, when `#isUp` was set. */
  #of = "";
  #waiting = new AbortController();

  /**
   * @param {{client: Pick<SignalingClient, "send">, people: People, budget: Bucket, clock: Clock, signal: AbortSignal}} options
   *   `budget` of BUDGET
   */
  constructor({ client, people, budget, clock, signal }) {
    super();
    this.#client = client;
    this.#people = people;
    this.#clock = clock;
    this.#signal = signal;
    this.#budget = budget;
  }

  /** Whether it is raised, or about to be. */
  get isRaised() {
    return this.#wanted ?? this.#isUp;
  }

  set isRaised(raised) {
    this.#wanted = raised;
    this.#isUnsent = true;
    this.#send();
    this.#emit(true);
  }

  /** Compares with what the server says now. */
  follow() {
    const { epoch, self, hands } = this.#people;
    const wasRaised = this.isRaised;
    const isNew = this.#of !== `${epoch} ${self}`;
    if (isNew && this.#of) this.#wanted = wasRaised;
    this.#of = `${epoch} ${self}`;
    this.#isUp = hands.includes(self);
    this.#settle();
    if (isNew) this.#send();
    if (wasRaised !== this.isRaised) this.#emit(false);
  }

  /** @param {boolean} asked */
  #emit(asked) {
    this.dispatchEvent(new CustomEvent("change", { detail: { asked } }));
  }

  /** Before it was sent, what was asked earlier may still be on its way. */
  #settle() {
    if (!this.#isUnsent && this.#wanted === this.#isUp) this.#wanted = null;
  }

  #send() {
    this.#waiting.abort();
    this.#settle();
    if (this.#wanted === null) return;
    this.#waiting = new AbortController();
    const isSent = this.#budget.take(1) > 0 && this.#client.send({ type: "hand", raised: this.#wanted });
    if (isSent) this.#isUnsent = false;
    const signal = AbortSignal.any([this.#waiting.signal, this.#signal]);
    this.#clock.after(isSent ? AGAIN_MS : Math.max(1000, this.#budget.wait()), () => this.#send(), signal);
  }
}
