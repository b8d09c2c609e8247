/**
 * Whether more is sent to one peer than the connection carries, from its feedback. The browser's bandwidth estimate is not enough: it
 * does not fall below what the browser means to send at least.
 *
 * @import { VideoSlot } from "../model/ladder.js"
 * @import { SlotName } from "../model/slots.js"
 * @import { Reading } from "../stats/reading.js"
 */

import { VIDEO_SLOTS } from "../model/ladder.js";
import { SLOTS } from "../model/slots.js";

/** Estimates are cautious: they may be too low by this factor. */
const TOLERANCE = 1.2;
/** What is left for sound, in bits per second. */
const SOUND = 50_000;
/** Share of packets lost. Less may be normal for the connection, and then smaller video does not help. */
const BAD_LOSS = 0.1;
/** Queueing delay in ms. It delays everything, audio too. */
const BAD_QUEUE_MS = 150;
/** Share of the previous round trip: a queue that shrinks this fast gets no more than it sends. */
const DRAINING = 0.85;
/** Packets in a reading: among fewer, one lost packet means nothing. */
const LEAST_PACKETS = 15;
/** How fast another path's round trip is believed to be its own, in ms for each reading. */
const CREEP_MS = 2;

export class Congestion {
  #isBad = false;
  #bits = Infinity;
  #leastMs = Infinity;
  #worstMs = 0;
  #layered = 0;
  /** Whether the estimate still rises after we began to send more. Then it is not what the connection carries. */
  #isClimbing = false;
  /** @type {Reading | null} */
  #last = null;

  /** As of the last reading that had feedback. */
  get isBad() {
    return this.#isBad;
  }

  /** Bits of video per second that the connection is thought to carry; Infinity when nothing is known. */
  get bits() {
    return this.#bits;
  }

  /**
   * @param {Reading} reading the newest; one that was given before is ignored
   * @param {number} layered bits per second of the layers that are meant for it; an encoder of its own follows the estimate by itself
   */
  update(reading, layered) {
    if (reading === this.#last) return;
    const uplink = layered && reading.uplink !== null ? reading.uplink * TOLERANCE : Infinity;
    const losses = SLOTS.flatMap(({ name }) => this.#loss(reading, name));
    const roundTrips = [...this.#probe(reading), ...VIDEO_SLOTS.flatMap((slot) => this.#roundTrip(reading, slot))];
    this.#climb(reading, layered);
    this.#last = reading;
    this.#bits = Math.max(0, uplink - SOUND);
    if (!layered && !losses.length && !roundTrips.length) return;
    this.#isBad = (uplink < layered && !this.#isClimbing) || Math.max(0, ...losses) > BAD_LOSS || this.#queue(roundTrips) > BAD_QUEUE_MS;
  }

  /**
   * An estimate rises by at most 8 % a second (draft-ietf-rmcat-gcc-02, section 5.5), and falls at once.
   *
   * @param {Reading} reading
   * @param {number} layered
   */
  #climb({ uplink }, layered) {
    const rises = (uplink ?? 0) > (this.#last?.uplink ?? 0);
    this.#isClimbing = layered > this.#layered || (this.#isClimbing && rises);
    this.#layered = layered;
  }

  /**
   * The loss of one slot, if the other side has sent a new report on it.
   *
   * @param {Reading} reading
   * @param {SlotName} slot
   */
  #loss({ sent }, slot) {
    const { packets, reportedAt, loss } = sent[slot];
    const before = this.#last?.sent[slot];
    return loss !== null && reportedAt !== before?.reportedAt && packets - (before?.packets ?? 0) >= LEAST_PACKETS ? [loss] : [];
  }

  /**
   * The round-trip time of video. That of audio comes too late: it is measured every five seconds, and known five seconds later.
   *
   * @param {Reading} reading
   * @param {VideoSlot} slot
   */
  #roundTrip({ sent }, slot) {
    const { reportedAt, roundTripMs } = sent[slot];
    return roundTripMs !== null && reportedAt !== this.#last?.sent[slot].reportedAt ? [roundTripMs] : [];
  }

  /** That of the path's own checks. @param {Reading} reading */
  #probe({ roundTripMs, roundTrips }) {
    return roundTripMs !== null && roundTrips !== this.#last?.roundTrips ? [roundTripMs] : [];
  }

  /**
   * How much longer packets are under way than they need to be, and will be.
   *
   * @param {readonly number[]} roundTrips in ms, of this reading
   */
  #queue(roundTrips) {
    if (!roundTrips.length) return 0;
    const before = this.#worstMs;
    this.#worstMs = Math.max(...roundTrips);
    this.#leastMs = Math.min(...roundTrips, this.#leastMs + CREEP_MS);
    return this.#worstMs < before * DRAINING ? 0 : this.#worstMs - this.#leastMs;
  }
}

/**
 * Whether a connection carries so much, by its estimate, with hysteresis.
 *
 * @param {number | null} uplink bits per second
 * @param {number} bits per second
 * @param {boolean} before the answer before
 */
export function carries(uplink, bits, before) {
  return uplink !== null && uplink * (before ? TOLERANCE : 1) >= bits + SOUND;
}

/**
 * Whether so many connections are bad that our uplink must be the cause. A single one never is enough, whatever its peer reports.
 *
 * @param {number} bad
 * @param {number} connections the number of all
 */
export function areMany(bad, connections) {
  return bad > 1 && bad * 2 > connections;
}
