import { equal, ok, test } from "../harness.js";
import { behaviour, encode, frames, FRAME_BYTES, FRAME_MESSAGES, parse } from "../../../static/js/signaling/protocol.js";

/** @typedef {{says: string, direction: string, frame?: {type: string}[], text?: string, accepted?: number, ignored?: boolean}} Example
 *   `ignored`: the server must not send it, and a browser ignores what it does not know in it */

/**
 * @param {string} name
 * @param {string} direction
 * @returns {Promise<Example[]>}
 */
async function examples(name, direction) {
  /** @type {Example[]} */
  const rows = await (await fetch(`/tests/wire/${name}.json`)).json();
  return rows.filter((row) => row.direction === direction);
}

/** @param {Example} example */
const textOf = ({ text, frame }) => text ?? JSON.stringify(frame);

for (const example of await examples("good", "server")) {
  test(`good: ${example.says}`, () => equal(parse(textOf(example)), { messages: example.frame, refused: 0 }));
}

for (const example of await examples("bad", "server")) {
  test(`bad: ${example.says}`, () => {
    const { messages, refused } = parse(textOf(example));
    equal([messages.length, refused], example.ignored ? [1, 0] : [example.accepted ?? 0, 1]);
  });
}

for (const example of await examples("good", "browser")) {
  if (!example.frame) continue;
  test(`said: ${example.says}`, () => {
    const texts = (example.frame ?? []).map((message) => encode(/** @type {any} */ (message)));
    equal([...frames(texts)].map((frame) => JSON.parse(frame)), [example.frame]);
  });
}

test("what the browser says is not a fact", async () => {
  const types = ["join", "admit", "deny", "remove", "refresh", "report", "ping", "leave"];
  for (const example of await examples("good", "browser")) {
    equal(parse(textOf(example)).messages.filter(({ type }) => types.includes(type)), [], example.says);
  }
});

test("frames are text, and bounded", () => {
  const fact = { type: "locked", locked: true, version: 1 };
  const refused = { messages: [], refused: 1 };
  for (const frame of [null, undefined, 1, new ArrayBuffer(2), new Blob(["[]"])]) equal(parse(frame), refused);
  equal(parse(JSON.stringify(Array(FRAME_MESSAGES).fill(fact))).messages.length, FRAME_MESSAGES);
  equal(parse(JSON.stringify(Array(FRAME_MESSAGES + 1).fill(fact))), refused);
  equal(parse(JSON.stringify([fact]).padEnd(FRAME_BYTES)).messages.length, 1);
  equal(parse(JSON.stringify([fact]).padEnd(FRAME_BYTES + 1)), refused);
  equal(parse(`[{"type":"denied","reason":"${"é".repeat(FRAME_BYTES / 2)}"}]`), refused, "bytes, not characters");
  equal(parse("[".repeat(FRAME_BYTES)), refused);
});

test("a frame holds what the server lets it hold", () => {
  const texts = Array.from({ length: 20 }, () => JSON.stringify({ type: "leave", pad: "é".repeat(1000) }));
  const all = [...frames(texts, 10_000)];
  ok(all.length > 1 && all.every((frame) => new TextEncoder().encode(frame).length <= 10_000));
  equal(all.flatMap((frame) => JSON.parse(frame)).length, 20);
  equal([...frames(Array(300).fill("{}"))].map((frame) => JSON.parse(frame).length), [256, 44]);
});

test("what each close code asks for", () => {
  const table = /** @type {const} */ ({
    stay: [4001, 4003, 4400, 4401, 4403],
    afresh: [4010],
    now: [4012],
    slowly: [4429],
    retry: [1000, 1001, 1006, 1011, 1012, 4408, 4500, 4503, 4999],
  });
  for (const [expected, codes] of Object.entries(table)) {
    for (const code of codes) equal(behaviour(code), expected, String(code));
  }
});
