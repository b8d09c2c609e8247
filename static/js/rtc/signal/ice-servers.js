/**
 * The ICE servers of a mesh, and the policy of its room. Credentials for relays expire (`docs/protocol.md`, section 3), and gathering with
 * expired ones finds no relay: call `fresh` before every restart.
 *
 * @import { Clock } from "../../lib/clock.js"
 * @import { Deferred } from "../../lib/deferred.js"
 * @import { Ice } from "../../signaling/protocol.js"
 */

import { deferred } from "../../lib/deferred.js";

const STALE_MS = 180_000;
/** The server may be away: a restart with the present credentials is better than none. */
const PATIENCE_MS = 2000;

export class IceServers {
  #ice;
  #certificates;
  #refresh;
  #clock;
  #signal;
  #takenAt;
  /** @type {Deferred<void> | null} */
  #asked = null;
  #cancel = () => {};

  /**
   * @param {object} options
   * @param {Ice} options.ice
   * @param {RTCCertificate[]} options.certificates
   * @param {() => void} options.refresh asks for fresh servers, which come by `replace`, if at all
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ ice, certificates, refresh, clock, signal }) {
    this.#ice = ice;
    this.#certificates = certificates;
    this.#refresh = refresh;
    this.#clock = clock;
    this.#signal = signal;
    this.#takenAt = clock.now();
    signal.addEventListener("abort", () => this.#settle(), { once: true });
  }

  /** Which candidates may be used. */
  get policy() {
    return this.#ice.policy;
  }

  /** Whether there is a relay that can be tried alone, and the room's policy does not require that anyway. */
  get canRelay() {
    return this.#ice.policy === "all" && this.#lendsRelay;
  }

  /** Whether the credentials are so old that they should be replaced before they are used again. */
  get isStale() {
    return this.#lendsRelay && this.#clock.now() - this.#takenAt > STALE_MS;
  }

  /** @param {Ice} ice */
  replace(ice) {
    this.#ice = ice;
    this.#takenAt = this.#clock.now();
    this.#settle();
  }

  /** Settles when the servers are fresh, or did not come in time, or the mesh is closed. */
  async fresh() {
    if (!this.isStale || this.#signal.aborted) return;
    this.#asked ??= this.#ask();
    await this.#asked.promise;
  }

  /**
   * @param {{relayOnly?: boolean}} [options]
   * @returns {RTCConfiguration}
   */
  configuration({ relayOnly = false } = {}) {
    const { servers, policy } = this.#ice;
    const certificates = this.#certificates.length ? { certificates: this.#certificates } : {};
    const isRelayed = policy === "relay" || (relayOnly && this.canRelay);
    return { iceServers: servers, iceTransportPolicy: isRelayed ? "relay" : "all", bundlePolicy: "max-bundle", ...certificates };
  }

  get #lendsRelay() {
    return this.#ice.servers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url)));
  }

  #ask() {
    this.#cancel = this.#clock.after(PATIENCE_MS, () => this.#settle(), this.#signal);
    this.#refresh();
    return deferred();
  }

  #settle() {
    this.#cancel();
    this.#asked?.resolve();
    this.#asked = null;
  }
}
