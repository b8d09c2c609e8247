/**
 * Repairs a pair that is not connected, or silent: decides when a remedy is due, and applies it to the pair's connections.
 *
 * @import { Clock } from "../../lib/clock.js"
 * @import { Link } from "../../signaling/protocol.js"
 * @import { Remedy } from "../recovery/remedies.js"
 * @import { IceServers } from "../signal/ice-servers.js"
 * @import { Reading } from "../stats/reading.js"
 * @import { Connections } from "./connections.js"
 * @import { PeerState } from "./peer-state.js"
 */

import { PathRecovery } from "../recovery/path-recovery.js";
import { SilenceRecovery } from "../recovery/silence-recovery.js";

/** ICE reports short interruptions as `disconnected`, too, and mostly recovers by itself. */
const HICCUP_MS = 3000;
/** A reloaded page sends an offer itself, and the server reports within this time who has left. */
const ENDED_MS = 800;
/** How many times longer the side waits that did not offer. */
const DEFERENCE = 1.5;

export class Repair {
  #connections;
  #servers;
  #state;
  #offer;
  #due;
  #clock;
  #signal;
  #path;
  #silence = new SilenceRecovery();
  /** `broken`: a description could not be used, so it cannot negotiate, but may still carry media; `ended`: it was closed at either end. */
  #fitness = /** @type {"whole" | "broken" | "ended"} */ ("whole");
  /** @type {Link} */
  #link = "attached";
  /** Whether the connection may use relays only, as a remedy. */
  #isRelayOnly = false;

  /**
   * @param {object} options
   * @param {Connections} options.connections
   * @param {IceServers} options.servers
   * @param {() => PeerState} options.state
   * @param {() => Promise<void>} options.offer makes a new connection and offers it
   * @param {(remedy: Remedy) => void} options.due called when a remedy is due because the peer is not reached, before it is applied
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ connections, servers, state, offer, due, clock, signal }) {
    this.#connections = connections;
    this.#servers = servers;
    this.#state = state;
    this.#offer = offer;
    this.#due = due;
    this.#clock = clock;
    this.#signal = signal;
    this.#path = new PathRecovery({
      due: (remedy) => this.#turn(remedy),
      canRelay: () => servers.canRelay,
      delay: (ms) => this.#delay(ms),
      clock,
      signal,
    });
    this.#path.wait();
  }

  /** Whether the peer's microphone is on and no audio arrives. */
  get isSilent() {
    return this.#silence.isThere;
  }

  /** Repairs now. @param {boolean} moved whether our network has changed, so that a pair may seem connected and not be */
  async mend(moved) {
    if (this.#state() === "connected" && moved) return this.#restart();
    if (!this.#isIll) return;
    if (!this.#connections.current?.isSettled) return this.#connections.current?.repeat();
    await this.apply("restart");
  }

  /** Uses the present ICE servers from the next gathering on. */
  configure() {
    for (const connection of this.#connections.all) connection.configure(this.#servers.configuration({ relayOnly: this.#isRelayOnly }));
  }

  /**
   * Looks for a path that the room's new policy permits. The offerer acts. The other side acts only if the offerer does not, or acted
   * before it knew the new policy.
   */
  reroute() {
    const connection = this.#connections.current;
    if (connection?.initiator) return void this.#reroute();
    const insist = () => this.#connections.current === connection && this.#servers.policy !== "all" && void this.#reroute();
    if (connection) this.#clock.after(HICCUP_MS, insist, this.#signal);
  }

  /** Applies a remedy if the pair still needs one. @param {Remedy} remedy */
  async apply(remedy) {
    const connection = this.#connections.current;
    if (this.#servers.isStale) await this.#servers.fresh();
    if (this.#connections.current !== connection || !this.#isIll || this.#isAway) return;
    if (remedy === "rebuild" || remedy === "give up") return this.#offer();
    this.#relyOn(remedy === "relay");
    await this.#restart();
  }

  // What happens to the pair

  /** A new connection is in use. */
  begin() {
    this.#silence.renew();
    this.#isRelayOnly = false;
    this.#fitness = "whole";
    this.#path.wait();
  }

  /** The peer is reached. */
  reach() {
    this.#path.stop();
    if (!this.isSilent) this.#relyOn(false);
    this.#silence.defer(this.#clock.now());
  }

  /** The path is lost. @param {{isFinal: boolean}} how whether ICE has given it up */
  lose({ isFinal }) {
    void this.#servers.fresh();
    const ms = isFinal ? 0 : HICCUP_MS;
    this.#path.wait(this.#path.hasBegun ? undefined : ms);
  }

  /** The connection was closed at either end, which ICE notices only after seconds. */
  end() {
    this.#fitness = "ended";
    this.#path.skipTo("rebuild");
    this.#path.wait(ENDED_MS);
  }

  /** A description could not be used. While the connection carries media nothing is done. */
  break() {
    this.#fitness = "broken";
    if (this.#state() === "connected") return;
    this.#path.skipTo("rebuild");
    this.#path.wait();
  }

  /** We have closed the connection. @param {number} ms for which no other is made */
  suspend(ms) {
    this.#fitness = "ended";
    this.#path.restart(ms);
  }

  /** @param {Link} link whether the peer is connected to the server: while it is not, no signal reaches it */
  setLink(link) {
    const isBack = this.#link === "detached" && link === "attached";
    this.#link = link;
    if (!isBack || (this.#state() === "connected" && this.#fitness !== "ended")) return;
    this.#path.restart(HICCUP_MS);
  }

  /** @param {boolean} isOn whether the peer says that its microphone is on */
  expectAudio(isOn) {
    this.#silence.expect(isOn);
  }

  /**
   * @param {Reading} reading the next one
   * @param {number} now
   */
  update({ received }, now) {
    this.#silence.update({ now, isUp: this.#state() === "connected", packets: received.microphone.packets });
  }

  /** Applies what is due while the pair is connected and silent. @param {number} now */
  treatSilence(now) {
    if (!this.isSilent) return this.#relyOn(false);
    const remedy = this.#silence.treat(now, this.#servers.canRelay);
    if (remedy) void this.apply(remedy);
  }

  // Remedies

  /** @param {Remedy} remedy that is due */
  #turn(remedy) {
    this.#due(remedy);
    void this.apply(remedy);
  }

  /** Whoever did not offer waits longer, so that mostly one side acts. @param {number} ms */
  #delay(ms) {
    return this.#connections.current?.initiator ? ms : ms * DEFERENCE + (ms ? 0 : HICCUP_MS);
  }

  get #isIll() {
    return this.#state() === "connected" ? this.isSilent : this.#state() !== "closed";
  }

  /** Whether only a new connection helps, but an offer would not arrive and would collide with that of a reloaded page. */
  get #isAway() {
    return this.#fitness === "ended" && this.#link === "detached";
  }

  /** Only a new connection is sure to leave a path: after an ICE restart Chromium keeps a path that is better than those it finds. */
  async #reroute() {
    await (this.#servers.policy === "all" ? this.#restart() : this.#offer());
  }

  /** ICE restart, or a new connection where none can be negotiated. */
  async #restart() {
    await (this.#connections.current?.isSettled && this.#fitness === "whole" ? this.#connections.current.restart() : this.#offer());
  }

  /** @param {boolean} relayOnly whether to use relays only; else what the room's policy permits */
  #relyOn(relayOnly) {
    if (relayOnly === this.#isRelayOnly) return;
    this.#isRelayOnly = relayOnly;
    this.configure();
  }
}
