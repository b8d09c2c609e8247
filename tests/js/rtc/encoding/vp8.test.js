import { equal, ok, test, until } from "../../harness.js";
import { isKey, repeat, sizeOf } from "../../../../static/js/rtc/encoding/vp8.js";

for (const [width, height] of [[640, 360], [320, 180], [1280, 720], [90, 50], [720, 1280]]) {
  test(`a repeated frame shows the same picture, and the next one follows as if it had not been: ${width} x ${height}`, async () => {
    const [key, second, third] = await encoded(width, height, 3);
    const filler = repeat({ width, height });
    const plain = await shown(key, second, third);
    const filled = await shown(key, second, filler, filler, third);
    equal(plain.length, 3);
    equal([filled[0], filled[1], filled[4]], plain);
    equal([filled[2], filled[3]], [plain[1], plain[1]]);
    ok(plain[1] !== plain[2], "the picture moves");
    ok(filler.byteLength < 400, `${filler.byteLength} bytes`);
  });
}

test("a key frame says its size, other frames are none", async () => {
  const [key, second] = await encoded(320, 180, 2);
  equal([isKey(key), isKey(second), isKey(repeat({ width: 320, height: 180 }))], [true, false, false]);
  equal(sizeOf(key), { width: 320, height: 180 });
  equal([isKey(new ArrayBuffer(0)), isKey(new ArrayBuffer(9))], [false, false], "what is too short is no key frame");
});

/**
 * @param {number} width
 * @param {number} height
 * @param {number} count
 * @returns {Promise<any[]>} the bytes of frames of a moving picture
 */
async function encoded(width, height, count) {
  /** @type {ArrayBuffer[]} */
  const frames = [];
  const output = (/** @type {EncodedVideoChunk} */ chunk) => {
    const data = new ArrayBuffer(chunk.byteLength);
    chunk.copyTo(data);
    frames.push(data);
  };
  const encoder = new VideoEncoder({ output, error: (error) => { throw error; } });
  encoder.configure({ codec: "vp8", width, height, bitrate: 500_000, framerate: 30, latencyMode: "realtime" });
  for (let index = 0; index < count; index++) encode(encoder, width, height, index);
  await encoder.flush();
  encoder.close();
  return frames;
}

/**
 * @param {VideoEncoder} encoder
 * @param {number} width
 * @param {number} height
 * @param {number} index
 */
function encode(encoder, width, height, index) {
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = `hsl(${index * 60} 80% 50%)`;
  context.fillRect(index * 9, index * 5, width / 2, height / 2);
  const picture = new VideoFrame(canvas, { timestamp: index * 33_333 });
  encoder.encode(picture, { keyFrame: index === 0 });
  picture.close();
}

/**
 * @param {...ArrayBuffer} frames
 * @returns {Promise<string[]>} a digest of every picture that a decoder shows
 */
async function shown(...frames) {
  /** @type {Promise<string>[]} */
  const digests = [];
  const decoder = new VideoDecoder({ output: (picture) => void digests.push(digest(picture)), error: (error) => { throw error; } });
  decoder.configure({ codec: "vp8" });
  frames.forEach((data, index) => decoder.decode(new EncodedVideoChunk({ type: index ? "delta" : "key", timestamp: index * 33_333, data })));
  await decoder.flush();
  await until(() => digests.length === frames.length);
  decoder.close();
  return Promise.all(digests);
}

/** @param {VideoFrame} picture */
async function digest(picture) {
  const bytes = new Uint8Array(picture.allocationSize());
  await picture.copyTo(bytes);
  picture.close();
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].join(" ");
}
