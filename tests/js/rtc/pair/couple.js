/**
 * Alice and Bob, whose pair the tests of this folder disturb.
 *
 * @import { Mesh } from "../../../../static/js/rtc/mesh.js"
 * @import { Wire } from "../wire.js"
 */

import { nextTask, once, until } from "../../harness.js";
import { peerOf } from "../wire.js";

/**
 * Alice is there, Bob comes.
 *
 * @param {Wire} wire
 * @param {Parameters<Wire["join"]>[1]} [options] of both
 * @returns {Promise<[Mesh, Mesh]>}
 */
export async function couple(wire, options) {
  return [await wire.join("alice", options), await wire.join("bob", options)];
}

/**
 * As if the path were lost: the watchdog's remedy, without the wait.
 *
 * @param {Mesh} mesh
 * @param {string} id
 */
export async function interrupt(mesh, id) {
  const { pc } = peerOf(mesh, id);
  Object.defineProperty(pc, "connectionState", { value: "disconnected", configurable: true });
  pc?.dispatchEvent(new Event("connectionstatechange"));
  if (pc) Reflect.deleteProperty(pc, "connectionState");
  await peerOf(mesh, id).mend();
}

/**
 * @param {Mesh} mesh
 * @param {string} id
 */
export function stable(mesh, id) {
  return peerOf(mesh, id).pc?.signalingState === "stable";
}

/**
 * The pair carries data both ways.
 *
 * @param {Mesh} alice
 * @param {Mesh} bob
 */
export async function talks(alice, bob) {
  const media = { microphone: true, camera: true, screen: false, sound: false };
  alice.setMedia(media);
  bob.setMedia(media);
  await until(() => peerOf(alice, "bob").media.camera && peerOf(bob, "alice").media.camera, "control works");
}

/** A connection of which one learns that either end was closed. */
export class Closable extends RTCPeerConnection {
  /** @type {RTCDataChannel[]} */
  #channels = [];

  /** Settled when everybody who listens has been told. @param {RTCPeerConnection | null} pc that is open */
  static async end(pc) {
    if (!(pc instanceof Closable)) throw new Error("not closable");
    await Promise.all(pc.#channels.map((channel) => once(channel, "close")));
    await until(() => pc.sctp?.state === "closed", "the transport is closed");
    await nextTask();
  }

  /** @override @param {string} label @param {RTCDataChannelInit} [options] */
  createDataChannel(label, options) {
    const channel = super.createDataChannel(label, options);
    this.#channels.push(channel);
    return channel;
  }
}

/** A connection that can be made to look lost. */
export class Pretender extends RTCPeerConnection {
  /** @param {RTCPeerConnection | null} pc */
  static of(pc) {
    if (!(pc instanceof Pretender)) throw new Error("not a pretender");
    return pc;
  }

  /** @type {RTCPeerConnectionState | null} */
  #state = null;

  /** @override */
  get connectionState() {
    return this.#state ?? super.connectionState;
  }

  /** @param {RTCPeerConnectionState} state */
  pretend(state) {
    this.#state = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }
}
