/**
 * Puts a picture of 16 lines in the place of every frame that comes: all is received, and decoding it costs nothing. Asked for it, by any message,
 * it says what has come.
 *
 * @typedef {{ssrc: number, height: number, pictures: number}} Glance `height` of the last key frame; `pictures` that are more than the last again
 */

import { isKey, repeat, sizeOf } from "../../../static/js/rtc/encoding/vp8.js";

const SIZE = { width: 16, height: 16 };
const again = repeat(SIZE);

/** By ssrc. @type {Map<number, Glance & {repeat: ArrayBuffer}>} */
const seen = new Map();

onmessage = () => postMessage([...seen.values()].map(({ ssrc, height, pictures }) => ({ ssrc, height, pictures })));

/** @returns {Promise<ArrayBuffer>} a key frame */
function key() {
  return new Promise((resolve, reject) => {
    const output = (/** @type {EncodedVideoChunk} */ chunk) => {
      const data = new ArrayBuffer(chunk.byteLength);
      chunk.copyTo(data);
      resolve(data);
    };
    const encoder = new VideoEncoder({ output, error: reject });
    encoder.configure({ codec: "vp8", ...SIZE });
    const picture = new VideoFrame(new Uint8Array(SIZE.width * SIZE.height * 4), {
      format: "RGBX",
      codedWidth: SIZE.width,
      codedHeight: SIZE.height,
      timestamp: 0,
    });
    encoder.encode(picture, { keyFrame: true });
    picture.close();
    void encoder.flush().then(() => encoder.close());
  });
}

/** @param {{data: ArrayBuffer, getMetadata: () => {synchronizationSource: number}}} frame */
function note(frame) {
  const { data } = frame;
  const ssrc = frame.getMetadata().synchronizationSource;
  const before = seen.get(ssrc) ?? { ssrc, height: 0, pictures: 0, repeat: again };
  const size = isKey(data) ? sizeOf(data) : null;
  const now = size && size.height !== before.height ? { ...before, height: size.height, repeat: repeat(size) } : before;
  seen.set(ssrc, { ...now, pictures: now.pictures + (isSame(data, now.repeat) ? 0 : 1) });
}

/**
 * @param {ArrayBuffer} one
 * @param {ArrayBuffer} other
 */
function isSame(one, other) {
  if (one.byteLength !== other.byteLength) return false;
  const bytes = new Uint8Array(other);
  return new Uint8Array(one).every((value, index) => value === bytes[index]);
}

const first = key();

Reflect.set(globalThis, "onrtctransform", async (/** @type {any} */ { transformer: { readable, writable } }) => {
  const whole = await first;
  const replaced = new TransformStream({
    transform(frame, controller) {
      note(frame);
      frame.data = (isKey(frame.data) ? whole : again).slice(0);
      controller.enqueue(frame);
    },
  });
  void readable.pipeThrough(replaced).pipeTo(writable);
});
