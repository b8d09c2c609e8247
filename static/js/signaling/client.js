/**
 * One participant's connection to the server: a WebSocket that is opened again when it is lost.
 *
 * Events: one CustomEvent per fact of `docs/protocol.md` section 3, named after its type, the fact as its detail; `state`,
 * whose detail is a {@link ClientStatus}; and `unopened` {count}, when that many sockets in a row have failed before they opened.
 * A fact that is older than one received before is not emitted.
 *
 * Delivery is not guaranteed: what is sent while the state is not `open` is dropped. The roster in the next `welcomed` repairs that
 * (section 4).
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { Fact, Limits, Message, Resume } from "./protocol.js"
 * @typedef {"idle" | "connecting" | "open" | "reconnecting" | "closed"} ClientState
 * @typedef {{state: ClientState, code?: number}} ClientStatus `code` is the close code that ended or interrupted it
 * @typedef {{get(): Resume | null, set(resume: Resume): void, clear(): void}} TicketStore
 */

import { systemClock } from "../lib/clock.js";
import { Heartbeat } from "./heartbeat.js";
import { behaviour, CAPABILITIES, encode, FRAME_BYTES, isVerdict, parse } from "./protocol.js";
import { RetryDelay } from "./retry-delay.js";
import { SendQueue } from "./send-queue.js";
import { WorkerMove } from "./worker-move.js";

/** Enough for a slow TLS handshake and a slow query of the room. After it, another socket is tried. */
const PATIENCE_MS = 12_000;
/** The server waits 5 s for a `join`. */
const PREPARED_MS = 4000;
/** After a sleep the socket is likely dead. */
const AWAKE_MS = 2000;
/** "welcomed" has those of a meeting. */
const LIMITS_WHILE_WAITING = { frame: FRAME_BYTES, rate: 10, burst: 10 };
const LEFT = 1000;
const LOST = 1006;
const REPLACED = 4001;
const DISMISSED = 4003;

export class SignalingClient extends EventTarget {
  #url;
  #storage;
  #WebSocket;
  #clock;
  #lifetime = new AbortController();
  /** The lifetime of the present socket, or of the wait for the next. */
  #attempt = new AbortController();
  /** @type {WebSocket | null} */
  #socket = null;
  /** Opened ahead of `join`. @type {WebSocket | null} */
  #prepared = null;
  /** @type {SendQueue | null} */
  #queue = null;
  /** @type {ClientState} */
  #state = "idle";
  #corks = 0;
  #unopened = 0;
  #opening = false;
  /** Whether a message was received on the present socket. */
  #isAnswered = false;
  #version = -1;
  #resuming = false;
  /** Whether the page only tries to resume: the person has not asked to join. */
  #onlyResumes = false;
  /** Whether our last `join` had capabilities. */
  #isCapable = false;
  #offline = false;
  #retryDelay;
  #heartbeat;
  #move;
  /** @type {string | undefined} */
  #name;
  #cookie;

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {TicketStore} options.storage
   * @param {string} [options.cookie] counts in place of the cookies of the browser
   * @param {() => number} [options.random]
   * @param {typeof globalThis.WebSocket} [options.WebSocket]
   * @param {Clock} [options.clock]
   * @param {EventTarget} [options.network] emits `online` and `offline`: a window
   */
  constructor({ url, storage, cookie, random = Math.random, WebSocket = globalThis.WebSocket, clock = systemClock, network }) {
    super();
    this.#url = url;
    this.#storage = storage;
    this.#cookie = cookie;
    this.#retryDelay = new RetryDelay(random);
    this.#WebSocket = WebSocket;
    this.#clock = clock;
    this.#heartbeat = new Heartbeat({ ping: () => this.#ping(), lost: () => this.#lose(LOST), clock });
    this.#move = new WorkerMove({
      connect: () => new WebSocket(url),
      greet: (socket) => this.#greet(socket),
      arrived: (socket, frame) => this.#change(socket, frame),
      stayed: (refused) => this.#stay(refused),
      isOpen: () => this.#isOpen,
      patienceMs: PATIENCE_MS,
      clock,
      random,
    });
    if (network) this.#watch(network);
  }

  get state() {
    return this.#state;
  }

  /** Whether the present socket has not opened yet, or the last one did not. */
  get isOpening() {
    return this.#opening;
  }

  /** Whether the present socket is open and nothing was received on it yet. */
  get isUnanswered() {
    return this.#isOpen && !this.#isAnswered;
  }

  /** Opens the socket ahead of time: call it when a `join` is likely to follow at once. */
  prepare() {
    if (this.#state !== "idle" || this.#prepared) return;
    this.#prepared = new this.#WebSocket(this.#url);
    this.#clock.after(PREPARED_MS, () => this.#takePrepared()?.close(), this.#lifetime.signal);
  }

  /**
   * Joins, or resumes the participant whose ticket is stored.
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
   * Resumes the participant whose ticket is stored, and does not join anew: when the participant is gone, the state is `idle` again.
   *
   * @param {{name?: string}} [options] `name` is a guest's, for when the participant is lost later
   */
  resume(options) {
    this.#onlyResumes = true;
    this.join(options);
  }

  /**
   * @param {Message} message
   * @returns {boolean} false if the state is not `open`: the message is dropped
   */
  send(message) {
    this.#queue?.push(message);
    return this.#queue !== null;
  }

  /** Keeps messages back until `uncork`, so that they share a frame. Calls nest. */
  cork() {
    this.#corks += 1;
    this.#queue?.cork();
  }

  uncork() {
    this.#corks = Math.max(0, this.#corks - 1);
    this.#queue?.uncork();
  }

  /** Checks the socket: it may be dead since the page slept or its network changed. */
  check() {
    if (this.#state === "open") this.#heartbeat.check(this.#attempt.signal, AWAKE_MS);
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
    this.#isAnswered = false;
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

  /** Closes without a code: for the server, 1000 means that we leave for good, and it shortens our grace period. */
  #drop() {
    this.#attempt.abort();
    this.#queue = null;
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
    socket.send(`[${encode({ type: "join", name: this.#name, resume, cookie: this.#cookie, capabilities: isCapable ? CAPABILITIES : undefined })}]`);
  }

  // Receiving

  /** @param {unknown} frame */
  #receive(frame) {
    const { signal } = this.#attempt;
    this.#isAnswered = true;
    this.#heartbeat.received(signal);
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
    if (fact.type === "waiting") this.#open(LIMITS_WHILE_WAITING);
    if ("token" in fact) this.#settle(fact);
    if (fact.type === "moving") this.#move.start(this.#attempt.signal);
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
    this.#retryDelay.reset();
    this.#enter("open");
  }

  // Moving to another worker

  /**
   * @param {WebSocket} socket to another worker, in place of the present one
   * @param {unknown} frame the first that was received on it
   */
  #change(socket, frame) {
    this.#listen(socket, this.#begin());
    this.#receive(frame);
  }

  /** @param {boolean} refused else we may have been moved without receiving an answer */
  #stay(refused) {
    if (!refused || !this.#isOpen) this.#lose(LOST);
  }

  get #isOpen() {
    return this.#socket?.readyState === this.#WebSocket.OPEN;
  }

  /** @returns {boolean} false when there is no socket to ask on */
  #ping() {
    if (this.#state !== "open" || !this.#isOpen) return false;
    this.#socket?.send(`[${encode({ type: "ping" })}]`);
    return true;
  }

  // Losing and coming back

  /** @param {number} code */
  #lose(code) {
    if (code === REPLACED && this.#move.hasGreeted) return;
    const plan = behaviour(code);
    if (plan === "stay") return this.#finish(code);
    if (plan === "afresh") this.#storage.clear();
    this.#drop();
    if (plan === "afresh" && this.#onlyResumes) return this.#rest();
    this.#enter("reconnecting", code);
    if (this.#opening) this.dispatchEvent(new CustomEvent("unopened", { detail: { count: (this.#unopened += 1) } }));
    // Where our ticket is unknown, a `join` without it may succeed at once.
    this.#retry(plan === "afresh" && this.#resuming ? 0 : this.#retryDelay.next(plan));
  }

  #rest() {
    this.#onlyResumes = false;
    this.#opening = false;
    this.#enter("idle");
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

  /** A socket that was open during a change of network may never receive anything again, and does not report that. */
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
