import { ManualClock } from "../../clock.js";
import { equal, test } from "../../harness.js";
import { FrameFilter } from "../../../../static/js/rtc/encoding/frame-filter.js";

/** A frame of VP8 (RFC 6386, section 9.1). @param {number} width @param {number} height @param {boolean} [isKey] */
function frame(width, height, isKey = true) {
  const data = new DataView(new ArrayBuffer(40));
  [isKey ? 0x10 : 0x11, 0, 0, 0x9d, 0x01, 0x2a].forEach((byte, at) => data.setUint8(at, byte));
  data.setUint16(6, width, true);
  data.setUint16(8, height, true);
  return { data: data.buffer };
}

function filter(lines = 1080) {
  /** @type {object[]} */
  const written = [];
  const clock = new ManualClock();
  const counts = { refused: 0 };
  const it = new FrameFilter({ lines, write: (one) => written.push(one), refused: () => (counts.refused += 1), clock });
  return { it, written, clock, counts };
}

test("key frames that are far too large do not reach the decoder, and that is told once a second", () => {
  const { it, written, clock, counts } = filter();
  const good = [frame(1920, 1080), frame(1080, 1920), frame(16_383, 16_383, false)];
  for (const one of good) it.frame(one);
  equal([written, counts.refused], [good, 0]);
  for (const [width, height] of [[16_383, 16_383], [3840, 2160], [16_383, 16]]) it.frame(frame(width, height));
  equal([written.length, counts.refused], [3, 1]);
  clock.advance(1000);
  it.frame(frame(3840, 2160));
  equal(counts.refused, 2);
});

test("what is demanded now may come", () => {
  const { it, written } = filter();
  it.lines = 3240;
  it.frame(frame(3840, 2160));
  equal(written.length, 1);
});

test("the two bits of scaling count for nothing", () => {
  const { it, written } = filter();
  it.frame(frame(1280 | 0xc000, 720 | 0x4000));
  equal(written.length, 1);
});

test("what is too short to be a key frame is left to the decoder", () => {
  const { it, written } = filter();
  it.frame({ data: new ArrayBuffer(0) });
  equal(written.length, 1);
});

test("of video that is not received nothing reaches the decoder, whatever its size, and nobody is told", () => {
  const { it, written, counts } = filter(0);
  for (const one of [frame(640, 360), frame(640, 360, false), frame(3840, 2160)]) it.frame(one);
  equal([written.length, counts.refused], [0, 0]);
  it.lines = 1080;
  it.frame(frame(640, 360));
  equal(written.length, 1);
});
