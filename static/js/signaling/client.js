/**
 * One participant's line to the server: a WebSocket that comes back.
 *
 * Events: one CustomEvent per fact of `docs/protocol.md` section 3, named after its type, the fact as its detail; `state`,
 * whose detail is a {@link ClientStatus}; and `unopened` {count}, when that many sockets in a row have failed before they opened.
 * A fact that is older than what was heard already is not told again.
 *
 * Nothing here is delivered for certain: what is sent while the line is not `open` is dropped, and healed by the roster that
 * every `welcomed` brings (section 4).
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { Behaviour, Fact, Limits, Message, Resume } from "./protocol.js"
 * @typedef {"idle" | "connecting" | "open" | "reconnecting" | "closed"} ClientState
 * @typedef {{state: ClientState, code?: number}} ClientStatus `code` is the close code that ended or interrupted it
 * @typedef {{get(): Resume | null, set(resume: Resume): void, clear(): void}} TicketStore
 */

import { backoff } from "../lib/backoff.js";
import { systemClock } from "../lib/clock.js";
import { behaviour, CAPABILITIES, encode, parse } from "./protocol.js";
import { SendQueue } from "./send-queue.js";

/** Long enough for a slow TLS handshake and a server that looks the room up; after that, try another way in. */
const PATIENCE_MS = 12_000;
const MOVE_MS = 300;
/** The server waits 5 s for a `join`. */
const PREPARED_MS = 4000;
const SLOW_MS = 5000;
/** Everybody on a worker is asked to move at once. */
const SPREAD_MS = 2000;
/** A proxy that gives the workers in turn may give us the same one again. */
const TRIES = 8;
const AGAIN_MS = 1000;
/** A line that is alive is heard from at least this often, because we ask. */
const QUIET_MS = 10_000;
const ANSWER_MS = 5000;
/** After a sleep it is likely that the line is gone. */
const AWAKE_MS = 2000;
const LEFT = 1000;
const LOST = 1006;
const REPLACED = 4001;
const DISMISSED = 4003;

export class SignalingClient extends EventTarget {
  #url;
  #storage;
  #random;
  #WebSocket;
  #clock;
  #lifetime = new AbortController();
  /** The lifetime of the present socket, or of the wait for the next. */
  #attempt = new AbortController();
  /** @type {WebSocket | null} */
  #socket = null;
  /** Opened ahead of `join`. @type {WebSocket | null} */
  #prepared = null;
  /** Tries to take our participant up on another worker. @type {WebSocket | null} */
  #elsewhere = null;
  /** Whether that try has said `join`, so that we may have been moved. */
  #hasGreeted = false;
  #moving = false;
  /** @type {SendQueue | null} */
  #queue = null;
  /** @type {ClientState} */
  #state = "idle";
  #corks = 0;
  #failures = 0;
  #unopened = 0;
  #opening = false;
  #version = -1;
  #resuming = false;
  /** Whether the page has only asked for a participant of before: nobody has said yet that they want to join. */
  #onlyResumes = false;
  /** Whether our last `join` had capabilities. */
  #isCapable = false;
  #offline = false;
  #cancelDoubt = () => {};
  /** @type {string | undefined} */
  #name;

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {TicketStore} options.storage
   * @param {() => number} [options.random]
   * @param {typeof globalThis.WebSocket} [options.WebSocket]
   * @param {Clock} [options.clock]
   * @param {EventTarget} [options.network] tells `online` and `offline`: a window
   */
  constructor({ url, storage, random = Math.random, WebSocket = globalThis.WebSocket, clock = systemClock, network }) {
    super();
    this.#url = url;
    this.#storage = storage;
    this.#random = random;
    this.#WebSocket = WebSocket;
    this.#clock = clock;
    if (network) this.#watch(network);
  }

  get state() {
    return this.#state;
  }

  /** Opens the line ahead: call it when a `join` is likely to follow at once. */
  prepare() {
    if (this.#state !== "idle" || this.#prepared) return;
    this.#prepared = new this.#WebSocket(this.#url);
    this.#clock.after(PREPARED_MS, () => this.#takePrepared()?.close(), this.#lifetime.signal);
  }

  /**
   * Joins, or takes up the participant that the storage still holds.
   *
   * @param {{name?: string}} [options] `name` is a guest's
   */
  join({ name } = {}) {
    if (this.#state !== "idle") return;
    this.#name = name;
    this.#enter("connecting");
    this.#connect();
  }

  /**
   * Takes up the participant that the storage still holds, and joins as nobody else: when it is gone, the state is `idle` again.
   *
   * @param {{name?: string}} [options] `name` is a guest's, for when the participant is lost later
   */
  resume(options) {
    this.#onlyResumes = true;
    this.join(options);
  }

  /**
   * @param {Message} message
   * @returns {boolean} false if the line is not open: the message is dropped
   */
  send(message) {
    this.#queue?.push(message);
    return this.#queue !== null;
  }

  /** Holds back what is said until `uncork`, so that it shares a frame. Nests. */
  cork() {
    this.#corks += 1;
    this.#queue?.cork();
  }

  uncork() {
    this.#corks = Math.max(0, this.#corks - 1);
    this.#queue?.uncork();
  }

  /** Makes sure of the line: it may have been lost unnoticed, while the page slept or when its network changed. */
  check() {
    if (this.#state === "open") this.#doubt(AWAKE_MS);
    if (this.#state === "reconnecting" && !this.#socket) this.#connect();
  }

  /** Leaves at once and for good. */
  leave() {
    if (this.#state === "closed") return;
    if (this.#socket?.readyState === this.#WebSocket.OPEN) this.#socket.send(`[${encode({ type: "leave" })}]`);
    this.#socket?.close(LEFT);
    this.#finish(LEFT);
  }

  // Connecting

  #connect() {
    const signal = this.#begin();
    const socket = this.#takePrepared() ?? new this.#WebSocket(this.#url);
    this.#opening = true;
    if (socket.readyState === this.#WebSocket.OPEN) this.#greet(socket);
    else socket.addEventListener("open", () => this.#greet(socket), { signal });
    this.#listen(socket, signal);
    this.#clock.after(PATIENCE_MS, () => this.#state !== "open" && this.#lose(LOST), signal);
  }

  /**
   * @param {WebSocket} socket
   * @param {AbortSignal} signal
   */
  #listen(socket, signal) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#receive(data), { signal });
    socket.addEventListener("close", ({ code }) => this.#lose(code), { signal });
  }

  /** @returns {WebSocket | null} unless it was lost meanwhile */
  #takePrepared() {
    const socket = this.#prepared;
    this.#prepared = null;
    return socket && socket.readyState <= this.#WebSocket.OPEN ? socket : null;
  }

  #begin() {
    this.#drop();
    this.#attempt = new AbortController();
    return this.#attempt.signal;
  }

  /** Closes without a code: 1000 would tell the server that we mean to go, and shorten our grace. */
  #drop() {
    this.#attempt.abort();
    this.#queue = null;
    this.#moving = false;
    this.#socket?.close();
    this.#socket = null;
  }

  /**
   * @param {WebSocket} socket
   * @param {boolean} [isCapable]
   */
  #greet(socket, isCapable = true) {
    const resume = this.#storage.get() ?? undefined;
    this.#opening = false;
    this.#unopened = 0;
    this.#resuming = resume !== undefined;
    this.#isCapable = isCapable;
    socket.send(`[${encode({ type: "join", name: this.#name, resume, capabilities: isCapable ? CAPABILITIES : undefined })}]`);
  }

  // Hearing

  /** @param {unknown} frame */
  #receive(frame) {
    const { signal } = this.#attempt;
    this.#trust();
    for (const fact of parse(frame).messages) {
      if (signal.aborted) return;
      if (this.#isOlder(fact)) this.#greet(/** @type {WebSocket} */ (this.#socket), false);
      else if (this.#isNews(fact)) this.#emit(fact);
    }
  }

  /** Whether this may be a server of the release before, which refuses a `join` with capabilities. @param {Fact} fact */
  #isOlder(fact) {
    return this.#isCapable && this.#state !== "open" && fact.type === "refused" && fact.code === "invalid";
  }

  /** @param {Fact} fact */
  #isNews(fact) {
    if (!("version" in fact)) return true;
    const isNews = "epoch" in fact || fact.version > this.#version;
    if (isNews) this.#version = fact.version;
    return isNews;
  }

  /** @param {Fact} fact */
  #emit(fact) {
    if (fact.type === "welcomed") this.#open(fact.limits);
    if ("token" in fact) this.#settle(fact);
    if (fact.type === "moving") this.#move();
    this.dispatchEvent(new CustomEvent(fact.type, { detail: fact }));
    if (isVerdict(fact)) this.#finish(DISMISSED);
  }

  /** @param {Limits} limits */
  #open(limits) {
    const socket = this.#socket;
    if (!socket) return;
    const { signal } = this.#attempt;
    const write = (/** @type {string} */ frame) => socket.send(frame);
    this.#queue = new SendQueue({ write, limits, clock: this.#clock, signal });
    for (let corks = this.#corks; corks; corks -= 1) this.#queue.cork();
  }

  /** @param {Resume} resume */
  #settle(resume) {
    this.#onlyResumes = false;
    this.#storage.set(resume);
    this.#failures = 0;
    this.#enter("open");
  }

  // Moving to another worker, without letting go of this one before

  #move() {
    if (this.#moving) return;
    this.#moving = true;
    const { signal } = this.#attempt;
    this.#clock.after(this.#random() * SPREAD_MS, () => this.#tryElsewhere(signal, TRIES), signal);
  }

  /**
   * @param {AbortSignal} present the lifetime of the socket we have
   * @param {number} tries this one included
   */
  #tryElsewhere(present, tries) {
    const socket = new this.#WebSocket(this.#url);
    this.#elsewhere = socket;
    this.#hasGreeted = false;
    const trial = new AbortController();
    const signal = AbortSignal.any([present, trial.signal]);
    signal.addEventListener("abort", () => this.#abandon(socket), { once: true });
    const fail = (/** @type {boolean} */ refused) => {
      trial.abort();
      if (refused && tries > 1 && this.#isOpen) return this.#tryAgain(present, tries - 1);
      this.#moving = false;
      this.#stay(refused);
    };
    const greet = () => {
      this.#hasGreeted = true;
      this.#greet(socket);
    };
    socket.addEventListener("open", greet, { signal });
    socket.addEventListener("message", ({ data }) => !this.#arrive(socket, data) && fail(true), { signal });
    socket.addEventListener("close", () => fail(!this.#hasGreeted), { signal });
    this.#clock.after(PATIENCE_MS, () => fail(!this.#hasGreeted), signal);
  }

  /**
   * Not in step with the others, or turns would give everybody the same worker as before.
   *
   * @param {AbortSignal} present
   * @param {number} tries
   */
  #tryAgain(present, tries) {
    const ms = AGAIN_MS * (0.5 + this.#random());
    this.#clock.after(ms, () => this.#tryElsewhere(present, tries), present);
  }

  /** @param {WebSocket} socket */
  #abandon(socket) {
    if (this.#elsewhere !== socket) return;
    this.#elsewhere = null;
    socket.close();
  }

  /**
   * @param {WebSocket} socket
   * @param {unknown} frame the first it has heard
   * @returns {boolean} false if another try may be taken
   */
  #arrive(socket, frame) {
    if (!parse(frame).messages.some((fact) => "token" in fact || isVerdict(fact))) return false;
    this.#elsewhere = null;
    this.#listen(socket, this.#begin());
    this.#receive(frame);
    return true;
  }

  /** @param {boolean} refused else we may have been moved without hearing of it */
  #stay(refused) {
    if (!refused || !this.#isOpen) this.#lose(LOST);
  }

  get #isOpen() {
    return this.#socket?.readyState === this.#WebSocket.OPEN;
  }

  // A line that is dead does not say so

  /** Something was heard: all is well, for a while. */
  #trust() {
    this.#cancelDoubt();
    this.#cancelDoubt = this.#clock.after(QUIET_MS, () => this.#doubt(ANSWER_MS), this.#attempt.signal);
  }

  /** Nothing was heard: whatever the server says now will do. @param {number} ms */
  #doubt(ms) {
    if (this.#state !== "open" || !this.#isOpen) return;
    this.#cancelDoubt();
    this.#socket?.send(`[${encode({ type: "ping" })}]`);
    this.#cancelDoubt = this.#clock.after(ms, () => this.#lose(LOST), this.#attempt.signal);
  }

  // Losing and coming back

  /** @param {number} code */
  #lose(code) {
    if (code === REPLACED && this.#elsewhere && this.#hasGreeted) return;
    const plan = behaviour(code);
    if (plan === "stay") return this.#finish(code);
    if (plan === "afresh") this.#storage.clear();
    this.#drop();
    if (plan === "afresh" && this.#onlyResumes) return this.#rest();
    this.#enter("reconnecting", code);
    if (this.#opening) this.dispatchEvent(new CustomEvent("unopened", { detail: { count: (this.#unopened += 1) } }));
    this.#retry(this.#delay(plan));
  }

  #rest() {
    this.#onlyResumes = false;
    this.#opening = false;
    this.#enter("idle");
  }

  /** @param {Behaviour} plan */
  #delay(plan) {
    if (plan === "afresh" && this.#resuming) return 0;
    const ms = backoff(this.#failures, this.#random, plan === "now" ? { baseMs: MOVE_MS } : {});
    this.#failures += 1;
    return plan === "slowly" ? SLOW_MS + ms : ms;
  }

  /** @param {number} ms */
  #retry(ms) {
    this.#clock.after(ms, () => this.#connect(), this.#begin());
  }

  /** @param {number} code */
  #finish(code) {
    this.#storage.clear();
    this.#takePrepared()?.close();
    this.#drop();
    this.#lifetime.abort();
    this.#enter("closed", code);
  }

  /** @param {EventTarget} network */
  #watch(network) {
    const { signal } = this.#lifetime;
    network.addEventListener("offline", () => this.#depart(), { signal });
    network.addEventListener("online", () => this.#return(), { signal });
  }

  #depart() {
    this.#offline = true;
  }

  /** A socket that lived through a change of network may never hear again, and would not say so. */
  #return() {
    if (!this.#offline) return;
    this.#offline = false;
    if (this.#state === "idle" || this.#state === "closed") return;
    this.#enter("reconnecting", LOST);
    this.#connect();
  }

  /**
   * @param {ClientState} state
   * @param {number} [code]
   */
  #enter(state, code) {
    if (this.#state === state) return;
    this.#state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: code === undefined ? { state } : { state, code } }));
  }
}

/**
 * Whether it ends our part in the meeting, whatever becomes of the line.
 *
 * @param {Fact} fact
 */
function isVerdict({ type }) {
  return type === "removed" || type === "denied";
}
