/**
 * How many bytes may be on their way to one peer, so that they fill what others leave free of the path and delay nothing else: the idea of
 * LEDBAT (RFC 6817). The window grows while our bytes take about as long as the fastest of them, and shrinks when they take longer: then a queue
 * has formed. What counts is the way there alone, by two clocks whose difference does not matter. Time comes as an argument. Pure.
 */

/** How long bytes may wait in queues, in ms. Sound, pictures and messages wait there with them. */
const TARGET_MS = 25;
const FIRST = 8192;
const LEAST = 4096;
const MOST = 4_194_304;
/** Bytes of a frame: what the path carries in so many ms. A message of another channel waits for one frame; larger ones cost less. */
const FRAME_MS = 8;
const LEAST_FRAME = 2048;
const MOST_FRAME = 65_536;
/** By which share the window changes in one round trip at most: less on a long path, on which the effect is seen later. */
const GAIN = 0.5;
/** A window that is smaller than the others lets its bytes wait for so many times the target at most. */
const MOST_SHARE = 2;
/** By which share it grows at least while the queue is short. */
const LEAST_GAIN = 0.25;
/** How fast it comes back in a second after it gave way. */
const RECOVERY = 1.5;
/** Every so often all of our windows are emptied at the same time, and the path's own round trip is measured anew. */
const PERIOD_MS = 20_000;
/** After that a part of the window is sent, and then more and more: all of it at once would be a queue. */
const RESTART = 8;
/** Of the last so many measurements the least counts: the others were delayed by something else. */
const FILTER = 4;

export class Window {
  #size = FIRST;
  #limit = MOST;
  #sent = 0;
  #got = 0;
  /** What was sent when. @type {{end: number, at: number}[]} */
  #marks = [];
  /** How long the last ones were under way, by two clocks. @type {number[]} */
  #recent = [];
  /** The least of that in this period and in the two before. */
  #bases = [Infinity, Infinity, Infinity];
  /** The shortest round trip. */
  #roundTrip = Infinity;
  #period = 0;
  #isStarting = true;
  /** Up to which size it is known to be good. */
  #proven = Infinity;
  /** Whether nothing is sent until everything has arrived. */
  #isEmptying = false;

  /** @param {number} now in ms */
  constructor(now) {
    this.#period = Math.floor(now / PERIOD_MS);
  }

  get size() {
    return this.#size;
  }

  /** How long the last ones waited, which something else may have delayed. */
  get #latest() {
    return (this.#recent.at(-1) ?? 0) - Math.min(...this.#bases);
  }

  /**
   * How many bytes to send at once now; 0 while nothing may be sent.
   *
   * @param {number} now
   * @param {readonly number[]} [sizes] of the windows to all peers that are sent to now: what the path carries is theirs together
   */
  frame(now, sizes = [this.#size]) {
    this.#turn(now);
    const under = this.#sent - this.#got;
    if (this.#isEmptying && under) return 0;
    this.#isEmptying = false;
    const bytes = Math.min(this.#size / 4, (sum(sizes) * FRAME_MS) / (this.#roundTrip + this.#delay));
    const frame = Math.min(MOST_FRAME, Math.max(LEAST_FRAME, 2 ** Math.floor(Math.log2(bytes))));
    return under + frame <= this.#size ? frame : 0;
  }

  /** How long bytes wait in queues now, in ms. */
  get #delay() {
    return this.#recent.length ? Math.min(...this.#recent) - Math.min(...this.#bases) : 0;
  }

  /** @param {number} bytes @param {number} now */
  send(bytes, now) {
    this.#sent += bytes;
    this.#marks.push({ end: this.#sent, at: now });
  }

  /**
   * @param {number} total how many bytes the peer says it has got since the connection began
   * @param {number} arrivedAt when the last of them came, by the clock of the peer
   * @param {number} now
   * @param {readonly number[]} [sizes] of the windows to all peers that are sent to now: those that share a queue become equal
   */
  got(total, arrivedAt, now, sizes = []) {
    if (total <= this.#got || total > this.#sent) return;
    const [bytes, under] = [total - this.#got, this.#sent - this.#got];
    this.#got = total;
    let at = null;
    while (this.#marks.length && this.#marks[0].end <= total) at = this.#marks.shift()?.at ?? null;
    if (at === null) return;
    this.#roundTrip = Math.min(this.#roundTrip, Math.max(1, now - at));
    this.#recent = [...this.#recent.slice(1 - FILTER), arrivedAt - at];
    this.#bases[0] = Math.min(this.#bases[0], arrivedAt - at);
    this.#adjust(bytes, under, sizes.length ? sum(sizes) / sizes.length : this.#size);
  }

  /** To be called about once a second. @param {boolean} isStrained whether the path is needed for something more important */
  giveWay(isStrained) {
    this.#limit = isStrained ? Math.max(LEAST, Math.min(this.#limit, this.#size) / 2) : Math.min(MOST, this.#limit * RECOVERY);
    this.#size = Math.min(this.#size, this.#limit);
  }

  /** @param {number} bytes that have arrived @param {number} under how many were on their way @param {number} mean */
  #adjust(bytes, under, mean) {
    const delay = this.#delay;
    if (this.#isStarting && (this.#latest > TARGET_MS / 2 || this.#size >= this.#proven)) this.#settle();
    const isUsed = under >= this.#size / 2;
    const error = Math.min(MOST_SHARE, mean / this.#size) - delay / TARGET_MS;
    const gain = Math.max((GAIN * TARGET_MS) / (this.#roundTrip + TARGET_MS), delay < TARGET_MS / 2 ? LEAST_GAIN : 0);
    const change = this.#isStarting ? bytes : gain * Math.max(-1, Math.min(1, error)) * bytes;
    if (change < 0 || isUsed) this.#size = Math.min(this.#limit, Math.max(LEAST, this.#size + change));
  }

  /** The window has been doubled until a queue formed: twice what is right is on its way already. */
  #settle() {
    this.#isStarting = false;
    this.#size = Math.max(LEAST, Math.min(this.#size / 2, this.#proven));
  }

  /** @param {number} now */
  #turn(now) {
    const period = Math.floor(now / PERIOD_MS);
    if (period === this.#period) return;
    this.#period = period;
    this.#bases = [Infinity, ...this.#bases.slice(0, 2)];
    this.#recent = [];
    this.#isEmptying = true;
    this.#isStarting = true;
    this.#proven = this.#size;
    this.#size = Math.max(LEAST, this.#size / RESTART);
  }
}

/** @param {readonly number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
