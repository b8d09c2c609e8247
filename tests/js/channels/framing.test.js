import { equal, ok, test } from "../harness.js";
import { CONTROL } from "../../../static/js/channels/catalogue.js";
import { write } from "../../../static/js/channels/framing.js";
import { unpack } from "../../../static/js/lib/frames.js";
import { matching, object, text } from "../../../static/js/lib/shapes.js";

const CHECKS = new Map([["word", object({ type: matching(/^word$/), text: text(100_000) })]]);

const { bounds: BOUNDS } = CONTROL;

/** @param {unknown} frame */
const read = (frame) => unpack(frame, CHECKS, BOUNDS).messages;

/** @param {string} word */
const word = (word) => ({ type: "word", text: word });

test("what is written is read", () => {
  const messages = [word("a"), word("é")];
  equal(write(messages, BOUNDS).flatMap((frame) => read(frame)), messages);
  equal(write([], BOUNDS), []);
});

test("many messages are many frames, each within the bounds", () => {
  const frames = write(Array(100).fill(word("x".repeat(500))), BOUNDS);
  ok(frames.length > 1 && frames.every((frame) => frame.length <= BOUNDS.bytes));
  equal(frames.flatMap((frame) => read(frame)).length, 100);
  equal(write(Array(65).fill(word("x")), BOUNDS).length, 2);
});

test("a message that fits no frame is dropped, and takes nothing with it", () => {
  const frames = write([word("a"), word("x".repeat(BOUNDS.bytes)), word("b"), word("é".repeat(BOUNDS.bytes / 2))], BOUNDS);
  equal(frames.flatMap((frame) => read(frame)), [word("a"), word("b")]);
});

test("what is not a frame, or over its bounds, is nothing", () => {
  const over = JSON.stringify([word("x".repeat(BOUNDS.bytes))]);
  const many = JSON.stringify(Array(65).fill(word("x")));
  for (const frame of [over, many, "", "nonsense", "{}", "[]", "[1]", "null", null, 7, new ArrayBuffer(4), new Blob()]) {
    equal(read(frame), [], String(frame).slice(0, 20));
  }
});

test("unknown and misshapen messages are left out", () => {
  const frame = JSON.stringify([
    { type: "other" }, word("a"), { ...word("b"), x: 1 }, { type: "__proto__" }, { type: { toString: 1 } }, { type: 7 },
    {},
  ]);
  equal(read(frame), [word("a")]);
});
