/**
 * What lies between the meshes of one page: delivers like the server does, unless a test says otherwise.
 *
 * @import { Envelope } from "../../../static/js/signaling/protocol.js"
 * @typedef {{from: string, to: string, payload: Envelope}} Item
 * @typedef {"pass" | "drop" | "double" | "hold"} Fate
 */

import { Mesh } from "../../../static/js/rtc/mesh.js";
import { ManualClock } from "../clock.js";
import { equal, until } from "../harness.js";

export const ICE = /** @type {const} */ ({ servers: [], policy: "all" });

export class Wire {
  /** Everything that was sent, delivered or not. @type {Item[]} */
  sent = [];
  /** @type {(item: Item) => Fate} */
  fate = () => "pass";
  clock = new ManualClock();
  /** @type {Map<string, Mesh>} */
  meshes = new Map();
  #signal;
  /** @type {Item[]} */
  #held = [];

  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.#signal = signal;
  }

  /**
   * A participant with its own mesh, not yet in anybody's roster.
   *
   * @param {string} id
   * @param {object} [options] more options of the mesh
   */
  person(id, options = {}) {
    const send = (/** @type {string} */ to, /** @type {Envelope} */ payload) => this.#carry({ from: id, to, payload });
    const mesh = new Mesh({ id, send, ice: { ...ICE, servers: [] }, clock: this.clock, signal: this.#signal, ...options });
    this.meshes.get(id)?.close();
    this.meshes.set(id, mesh);
    return mesh;
  }

  /**
   * The newcomer learns of everybody and offers; the others learn of the newcomer.
   *
   * @param {string} id
   * @param {object} [options]
   */
  async join(id, options) {
    const mesh = this.person(id, options);
    for (const other of this.meshes.values()) if (other !== mesh) void other.reconcile(this.roster);
    await mesh.reconcile(this.roster, { offer: true });
    return mesh;
  }

  get roster() {
    return [...this.meshes.keys()].map((id) => ({ id, link: /** @type {const} */ ("attached") }));
  }

  /** Lets the clock run with the real one, `speed` times as fast, until the returned function is called. */
  run(speed = 1) {
    const timer = setInterval(() => this.clock.advance(10 * speed), 10);
    const stop = () => clearInterval(timer);
    this.#signal.addEventListener("abort", stop);
    return stop;
  }

  /** Delivers what was held, in an order of one's choice. @param {(held: Item[]) => Item[]} [order] */
  release(order = (held) => held) {
    for (const item of order(this.#held.splice(0))) this.#deliver(item);
  }

  /** @param {"offer" | "answer"} type */
  descriptions(type) {
    return this.sent.filter(({ payload }) => payload.description?.type === type);
  }

  /** @param {Item} item */
  #carry(item) {
    const copy = structuredClone(item);
    this.sent.push(copy);
    const fate = this.fate(copy);
    if (fate === "hold") this.#held.push(copy);
    if (fate === "pass" || fate === "double") this.#deliver(copy);
    if (fate === "double") this.#deliver(structuredClone(copy));
  }

  /** @param {Item} item */
  #deliver({ from, to, payload }) {
    setTimeout(() => this.meshes.get(to)?.accept(from, payload));
  }
}

/**
 * @param {Mesh} mesh
 * @param {string} id
 */
export function peerOf(mesh, id) {
  const peer = mesh.peers.get(id);
  if (!peer) throw new Error(`no peer ${id}`);
  return peer;
}

/** @param {import("../../../static/js/rtc/pair/peer.js").Peer[]} peers */
export function connected(...peers) {
  return until(() => peers.every(({ state }) => state === "connected"), "all connected");
}

/**
 * Runs `body`, in which no connection of these meshes may leave the stable signaling state.
 *
 * @param {Mesh[]} meshes
 * @param {() => Promise<void>} body
 */
export async function steady(meshes, body) {
  const pcs = meshes.flatMap((mesh) => [...mesh.peers.values()].map(({ pc }) => pc));
  /** @type {unknown[]} */
  const states = [];
  for (const pc of pcs) pc?.addEventListener("signalingstatechange", () => states.push(pc.signalingState));
  for (const pc of pcs) pc?.addEventListener("negotiationneeded", () => states.push("negotiation needed"));
  await body();
  equal(states, [], "not steady");
}

/** A camera without a device. @param {AbortSignal} signal */
export function picture(signal) {
  const canvas = document.createElement("canvas");
  canvas.width = 160;
  canvas.height = 120;
  const context = canvas.getContext("2d");
  const timer = setInterval(() => context?.fillRect(Math.random() * 160, Math.random() * 120, 20, 20), 30);
  const [track] = canvas.captureStream(30).getVideoTracks();
  signal.addEventListener("abort", () => (clearInterval(timer), track?.stop()));
  if (!track) throw new Error("no track");
  return track;
}

/** A microphone without a device. @param {AbortSignal} signal */
export function tone(signal) {
  const context = new AudioContext();
  const oscillator = context.createOscillator();
  const destination = context.createMediaStreamDestination();
  oscillator.connect(destination);
  oscillator.start();
  signal.addEventListener("abort", () => void context.close());
  const [track] = destination.stream.getAudioTracks();
  if (!track) throw new Error("no track");
  return track;
}
