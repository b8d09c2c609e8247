import { equal, test } from "../../harness.js";
import { FILES } from "../../../../static/js/channels/catalogue.js";
import { readPart, writePart } from "../../../../static/js/channels/protocols/files.js";
import { unpack } from "../../../../static/js/lib/frames.js";

for (const name of ["good", "bad"]) {
  /** @type {{says: string, direction: string, frame: object[]}[]} */
  const rows = await (await fetch(`/tests/wire/${name}.json`)).json();
  for (const { says, direction, frame } of rows) {
    if (direction !== "files") continue;
    test(`${name}: ${says}`, () =>
      equal(unpack(JSON.stringify(frame), FILES.checks, FILES.bounds).messages.length, name === "good" ? frame.length : 0));
  }
}

test("a frame has the number of an ask, an offset, and bytes", () => {
  const frame = writePart({ ask: 0xfffffffe, offset: 258, data: new Uint8Array([7, 8]) });
  equal([...frame], [255, 255, 255, 254, 0, 0, 1, 2, 7, 8]);
  const part = readPart(frame.buffer);
  equal([part?.ask, part?.offset, ...(part?.data ?? [])], [0xfffffffe, 258, 7, 8]);
});

test("a frame without bytes is none", () => {
  for (const length of [0, 7, 8]) equal(readPart(new ArrayBuffer(length)), null);
});
