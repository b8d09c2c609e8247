/**
 * Whose page each connection leads to: signs our certificates for each peer, and checks what each peer has signed. A peer whose certificate is
 * not the one that it has signed is cut off.
 *
 * Events: `change` when {@link Proofs.of} may be another, `forged` (detail: the id of a peer that was cut off).
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { Lazy } from "../lib/lazy.js"
 * @import { Peer } from "../rtc/pair/peer.js"
 * @import { People } from "../signaling/people.js"
 * @import { Signer, Verifier } from "../verification/keys.js"
 * @import { Call } from "./call.js"
 * @typedef {"waiting" | "signed" | "unsigned"} Standing `waiting`: there is no connection, or nothing was checked yet
 * @typedef {{standing: Standing, key: string, certificate: string}} Checked
 * @typedef {Checked & {connection: string}} Known
 */

import { listener } from "../lib/listen.js";
import { statement } from "../verification/code.js";
import { CERTIFICATE } from "../verification/keys.js";

/** A peer that has sent no signature for so long after it was connected counts as one that signs nothing. */
const PATIENCE_MS = 10_000;

/** @type {Checked} */
const WAITING = { standing: "waiting", key: "", certificate: "" };

export class Proofs extends EventTarget {
  #people;
  #call;
  #signer;
  #verifier;
  #clock;
  #signal;
  /** @type {Signer | null} */
  #own = null;
  /** By id. @type {Map<string, Known>} */
  #known = new Map();
  /** The connection to each peer on which we have signed. @type {Map<string, string>} */
  #signedOn = new Map();

  /** @param {{people: People, call: Call, signer: Lazy<Signer>, verifier: Verifier, clock: Clock, signal: AbortSignal}} options */
  constructor({ people, call, signer, verifier, clock, signal }) {
    super();
    this.#people = people;
    this.#call = call;
    this.#signer = signer;
    this.#verifier = verifier;
    this.#clock = clock;
    this.#signal = signal;
    const on = listener(signal);
    on(call, "peer", (/** @type {Peer} */ peer) => this.#meet(peer));
    on(call, "gone", (id) => this.#forget(id));
    for (const peer of call.peers.values()) this.#meet(peer);
  }

  /** @param {string} id of a participant @returns {Checked} */
  of(id) {
    return id === this.#people.self ? this.#self() : (this.#current(id) ?? WAITING);
  }

  /** A peer on its present connection. @param {string} id */
  #current(id) {
    const known = this.#known.get(id);
    const peer = this.#call.peers.get(id);
    return known && peer?.binding?.connection === known.connection && peer.state !== "failed" ? known : undefined;
  }

  /** @returns {Checked} "unsigned" if our page has not one certificate for all */
  #self() {
    const checked = [...this.#known.keys()].filter((id) => this.#current(id));
    const own = new Set(checked.map((id) => this.#call.peers.get(id)?.binding?.own));
    const [certificate] = own;
    if (!this.#own || !own.size) return WAITING;
    return own.size === 1 && certificate ? { standing: "signed", key: this.#own.key, certificate } : { ...WAITING, standing: "unsigned" };
  }

  /** @param {Peer} peer */
  #meet(peer) {
    const on = listener(this.#signal);
    on(peer, "state", () => void this.#follow(peer));
    on(peer, "proof", () => void this.#check(peer));
    void this.#follow(peer);
  }

  /** @param {string} id */
  #forget(id) {
    this.#known.delete(id);
    this.#signedOn.delete(id);
    this.#changed();
  }

  /** @param {Peer} peer whose state is another */
  async #follow(peer) {
    this.#changed();
    const { binding } = peer;
    if (peer.state !== "connected" || !binding || this.#signedOn.get(peer.id) === binding.connection) return;
    this.#signedOn.set(peer.id, binding.connection);
    this.#clock.after(binding.theirs ? PATIENCE_MS : 0, () => this.#giveUp(peer, binding.connection), this.#signal);
    await this.#sign(peer);
    await this.#check(peer);
  }

  /** @param {Peer} peer @param {string} connection that was new */
  #giveUp(peer, connection) {
    if (peer.binding?.connection === connection && !this.#current(peer.id)) this.#keep(peer.id, { ...WAITING, standing: "unsigned", connection });
  }

  /** Sends our signature of the certificate that we have on the connection to a peer. @param {Peer} peer */
  async #sign(peer) {
    const { connection, own } = peer.binding ?? {};
    if (!this.#own) {
      this.#own = await this.#signer.get();
      this.#changed();
    }
    if (!connection || !own) return;
    const signature = await this.#own.sign(CERTIFICATE, statement(this.#room, this.#people.self, own));
    if (!this.#signal.aborted && peer.binding?.connection === connection) peer.send({ type: "proof", connection, key: this.#own.key, signature });
  }

  /** @param {Peer} peer that may have sent its signature for the present connection */
  async #check(peer) {
    const { proof } = peer;
    const { connection, theirs: certificate } = peer.binding ?? {};
    if (!connection || !certificate || proof?.connection !== connection) return;
    const { key, signature } = proof;
    const isSigned = await this.#verifier.isSigned(key, CERTIFICATE, statement(this.#room, peer.id, certificate), signature);
    if (this.#signal.aborted || peer.binding?.connection !== connection || peer.proof !== proof) return;
    if (isSigned) return this.#keep(peer.id, { standing: "signed", key, certificate, connection });
    peer.cutOff("forged");
    this.dispatchEvent(new CustomEvent("forged", { detail: peer.id }));
  }

  get #room() {
    return this.#people.room?.slug ?? "";
  }

  /** @param {string} id @param {Known} known */
  #keep(id, known) {
    this.#known.set(id, known);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}
