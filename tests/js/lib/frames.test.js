import { equal, test } from "../harness.js";
import { byteLength, pack, unpack } from "../../../static/js/lib/frames.js";

const ANY = new Map([["a", () => true], ["b", () => false]]);
const BOUNDS = { bytes: 40, messages: 3 };

test("packing keeps order and both bounds", () => {
  equal([...pack(["1", "2", "3", "4"], BOUNDS)], ["[1,2,3]", "[4]"]);
  const [a, b] = ['"aaaaaaaaaaaaaaaa"', '"bbbbbbbbbbbbbbbb"'];
  equal([...pack([a, b, '"c"'], BOUNDS)], [`[${a},${b}]`, '["c"]']);
  equal([...pack([], BOUNDS)], []);
});

test("no frame is over its bytes, to the byte", () => {
  for (let length = 1; length < 20; length += 1) {
    const frames = [...pack(Array(9).fill(JSON.stringify("é".repeat(length))), { bytes: 60, messages: 9 })];
    equal(frames.filter((frame) => byteLength(frame) > 60), [], String(length));
    equal(frames.flatMap((frame) => JSON.parse(frame)).length, 9);
  }
});

test("unpacking counts what it refuses", () => {
  equal(unpack('[{"type":"a"},{"type":"b"},{"type":"c"}]', ANY, BOUNDS), { messages: [{ type: "a" }], refused: 2 });
  equal(unpack('[{"type":"a"},1]', ANY, BOUNDS), { messages: [], refused: 1 });
  equal(unpack(JSON.stringify(Array(4).fill({})), ANY, BOUNDS), { messages: [], refused: 1 });
});
