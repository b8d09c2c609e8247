/**
 * Moves a participant to another worker. The present socket stays until the new one is in use (`docs/protocol.md`, section 4).
 *
 * @import { Clock } from "../lib/clock.js"
 */

import { isVerdict, parse } from "./protocol.js";

/** Everybody on a worker is asked to move at once. */
const SPREAD_MS = 2000;
/** A proxy that assigns workers in turn may assign the same one again. */
const TRIES = 8;
const AGAIN_MS = 1000;

export class WorkerMove {
  #connect;
  #greet;
  #arrived;
  #stayed;
  #isOpen;
  #patienceMs;
  #clock;
  #random;
  #isMoving = false;
  /** The socket to another worker. @type {WebSocket | null} */
  #socket = null;
  #hasGreeted = false;

  /**
   * @param {object} options
   * @param {() => WebSocket} options.connect
   * @param {(socket: WebSocket) => void} options.greet sends `join` on a socket that has opened
   * @param {(socket: WebSocket, frame: unknown) => void} options.arrived called with the new socket and its first frame
   * @param {(refused: boolean) => void} options.stayed called when no other worker took us; `refused`: else we may have been moved
   *   without receiving an answer
   * @param {() => boolean} options.isOpen whether the present socket is open
   * @param {number} options.patienceMs for a socket to open and answer
   * @param {Clock} options.clock
   * @param {() => number} options.random
   */
  constructor({ connect, greet, arrived, stayed, isOpen, patienceMs, clock, random }) {
    this.#connect = connect;
    this.#greet = greet;
    this.#arrived = arrived;
    this.#stayed = stayed;
    this.#isOpen = isOpen;
    this.#patienceMs = patienceMs;
    this.#clock = clock;
    this.#random = random;
  }

  /** Whether `join` was sent on the new socket, so that the server may close the present one because of the move. */
  get hasGreeted() {
    return this.#socket !== null && this.#hasGreeted;
  }

  /** Begins soon, unless it has begun. @param {AbortSignal} present the end of the present socket, which ends the move */
  start(present) {
    if (this.#isMoving) return;
    this.#isMoving = true;
    present.addEventListener("abort", () => (this.#isMoving = false), { once: true });
    this.#clock.after(this.#random() * SPREAD_MS, () => this.#try(present, TRIES), present);
  }

  /**
   * @param {AbortSignal} present
   * @param {number} tries this one included
   */
  #try(present, tries) {
    const socket = this.#connect();
    this.#socket = socket;
    this.#hasGreeted = false;
    const trial = new AbortController();
    const signal = AbortSignal.any([present, trial.signal]);
    signal.addEventListener("abort", () => this.#abandon(socket), { once: true });
    const fail = (/** @type {boolean} */ refused) => {
      trial.abort();
      if (refused && tries > 1 && this.#isOpen()) return this.#tryAgain(present, tries - 1);
      this.#isMoving = false;
      this.#stayed(refused);
    };
    const greet = () => {
      this.#hasGreeted = true;
      this.#greet(socket);
    };
    socket.addEventListener("open", greet, { signal });
    socket.addEventListener("message", ({ data }) => !this.#take(socket, data) && fail(true), { signal });
    socket.addEventListener("close", () => fail(!this.#hasGreeted), { signal });
    this.#clock.after(this.#patienceMs, () => fail(!this.#hasGreeted), signal);
  }

  /**
   * At a random moment: if all tried one after the other, a proxy could assign each to the same worker as before.
   *
   * @param {AbortSignal} present
   * @param {number} tries
   */
  #tryAgain(present, tries) {
    const ms = AGAIN_MS * (0.5 + this.#random());
    this.#clock.after(ms, () => this.#try(present, tries), present);
  }

  /** @param {WebSocket} socket */
  #abandon(socket) {
    if (this.#socket !== socket) return;
    this.#socket = null;
    socket.close();
  }

  /**
   * @param {WebSocket} socket
   * @param {unknown} frame the first that was received on it
   * @returns {boolean} false if the worker did not take us
   */
  #take(socket, frame) {
    if (!parse(frame).messages.some((fact) => "token" in fact || isVerdict(fact))) return false;
    this.#socket = null;
    this.#arrived(socket, frame);
    return true;
  }
}
