/**
 * As much of VP8 (RFC 6386) as a fan-out needs: which frames are key frames and how large, and a frame that repeats the last frame.
 */

/** As likely as not. */
const EVEN = 128;
const NEVER = 255;
/** Of the first bit of a macroblock's mode, when `count` tells how many neighbours stand still (section 18.3). */
const STILL = [7, 14, 135, 60, 159, 234];

/**
 * Chances that a coefficient's probability is updated (section 13.4): a line for each type of block and band, in it one list for each
 * context; what is missing at the end of a list is 255.
 */
const COEFFICIENT_UPDATES = `||
176 246|223 241 252|249 253 253
255 244 252|234 254 254|253
255 246 254|239 253 254|254 255 254
255 248 254|251 255 254|
255 253 254|251 254 254|254 255 254
255 254 253 255 254|250 255 254 255 254|254
||
217|225 252 241 253 255 255 254|234 250 241 250 253 255 253 254
255 254|223 254 254|238 253 254 254
255 248 254|249 254|
255 253|247 254|
255 253 254|252|
255 254 254|253|
255 254 253|250|254
||
186 251 250|234 251 244 254|251 251 243 253 254 255 254
255 253 254|236 253 254|251 253 253 254 254
255 254 254|254 254 254|
255 254|254 254|254
|254|
||
||
||
248|250 254 252 254|248 254 249 253
255 253 253|246 253 253|252 254 251 254 254
255 254 252|248 254 253|253 255 254 254
255 251 254|245 251 254|253 253 254
255 251 253|252 253 254|255 254
255 252|249 255 254|255 255 254
255 255 253|250|
|254|`
  .split(/\n|\|/)
  .flatMap((list) => Array.from({ length: 11 }, (_, index) => Number(list.split(" ")[index] || NEVER)));

/** Chances that a motion vector's probability is updated (section 17.2). */
const VECTOR_UPDATES = [
  [237, 246, 253, 253, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 250, 250, 252, 254, 254],
  [231, 243, 245, 253, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 251, 251, 254, 254, 254],
].flat();

const KEY_HEADER = 10;

/**
 * Whether these bytes of a frame are a key frame (section 9.1).
 *
 * @param {ArrayBuffer} data
 */
export function isKey(data) {
  return data.byteLength >= KEY_HEADER && (new DataView(data).getUint8(0) & 1) === 0;
}

/**
 * @param {ArrayBuffer} data a key frame
 * @returns {{width: number, height: number}} in pixels
 */
export function sizeOf(data) {
  const view = new DataView(data);
  return { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
}

/**
 * A frame that shows the last one again, and leaves everything that a decoder keeps as it was: each macroblock is predicted from the last
 * frame without motion, nothing is added, and no buffer and no probability is updated. Some 100 bytes.
 *
 * @param {{width: number, height: number}} size of the last key frame, in pixels
 * @returns {ArrayBuffer}
 */
export function repeat({ width, height }) {
  const coder = new BoolCoder();
  header(coder);
  const columns = (width + 15) >> 4;
  const rows = (height + 15) >> 4;
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) macroblock(coder, row, column);
  return frame(coder.end());
}

/** The frame header of an inter frame (section 9.7 to 9.11, 19.2). @param {BoolCoder} coder */
function header(coder) {
  coder.bits(0, 1); // no segments
  coder.bits(0, 1 + 6 + 3); // filter: normal, of level and sharpness 0
  coder.bits(0, 1 + 2); // no deltas of the filter, one partition
  coder.bits(0, 7 + 5); // quantizer 0, no deltas
  coder.bits(0, 1 + 1); // neither the golden nor the alternative reference frame is replaced by this one
  coder.bits(0, 2 + 2); // nor by another
  coder.bits(0, 1 + 1); // no sign biases
  coder.bits(0, 1); // probabilities are for this frame only
  coder.bits(0, 1); // the last frame stays
  for (const chance of COEFFICIENT_UPDATES) coder.put(0, chance);
  coder.bits(1, 1); // macroblocks may have no coefficients
  coder.bits(1, 8); // and mostly have none
  coder.bits(1, 8); // mostly not intra
  coder.bits(NEVER, 8); // mostly from the last frame
  coder.bits(EVEN, 8);
  coder.bits(0, 1 + 1); // no updates of intra modes
  for (const chance of VECTOR_UPDATES) coder.put(0, chance);
}

/**
 * @param {BoolCoder} coder
 * @param {number} row
 * @param {number} column
 */
function macroblock(coder, row, column) {
  coder.put(1, 1);
  coder.put(1, 1);
  coder.put(0, NEVER);
  const count = (row ? 2 : 0) + (column ? 2 : 0) + (row && column ? 1 : 0);
  coder.put(0, STILL[count] ?? EVEN);
}

/** @param {number[]} partition the first; the second is empty */
function frame(partition) {
  const tag = 1 | (1 << 4) | (partition.length << 5);
  return Uint8Array.of(tag & 255, (tag >> 8) & 255, (tag >> 16) & 255, ...partition, 0, 0).buffer;
}

/** The boolean entropy encoder (section 7.3). */
class BoolCoder {
  /** @type {number[]} */
  #out = [];
  #range = 255;
  #bottom = 0;
  #missing = 24;

  /**
   * @param {number} bit
   * @param {number} chance of a zero, in 256ths
   */
  put(bit, chance) {
    const split = 1 + (((this.#range - 1) * chance) >> 8);
    if (bit) this.#raise(split);
    else this.#range = split;
    for (; this.#range < 128; this.#range <<= 1) this.#shift();
  }

  /**
   * @param {number} value
   * @param {number} count of bits, the highest first
   */
  bits(value, count) {
    for (let bit = count - 1; bit >= 0; bit--) this.put((value >> bit) & 1, EVEN);
  }

  /** @returns {number[]} bytes */
  end() {
    for (let count = 0; count < 32; count++) this.put(0, EVEN);
    return this.#out;
  }

  /** @param {number} split */
  #raise(split) {
    this.#range -= split;
    this.#bottom += split;
    if (this.#bottom < 2 ** 32) return;
    this.#bottom -= 2 ** 32;
    this.#carry();
  }

  #shift() {
    if (this.#bottom >= 2 ** 31) this.#carry();
    this.#bottom = (this.#bottom * 2) % 2 ** 32;
    if (--this.#missing) return;
    this.#out.push(Math.floor(this.#bottom / 2 ** 24));
    this.#bottom %= 2 ** 24;
    this.#missing = 8;
  }

  #carry() {
    let index = this.#out.length - 1;
    while (this.#out[index] === 255) this.#out[index--] = 0;
    this.#out[index] = (this.#out[index] ?? 0) + 1;
  }
}
