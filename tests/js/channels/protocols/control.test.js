import { equal, test } from "../../harness.js";
import { CONTROL } from "../../../../static/js/channels/catalogue.js";
import { unpack } from "../../../../static/js/lib/frames.js";

for (const name of ["good", "bad"]) {
  /** @type {{says: string, direction: string, frame?: {type: string}[], text?: string, accepted?: number}[]} */
  const rows = await (await fetch(`/tests/wire/${name}.json`)).json();
  for (const { says, direction, frame, text, accepted } of rows) {
    if (direction !== "control") continue;
    test(`${name}: ${says}`, () => {
      const { messages } = unpack(text ?? JSON.stringify(frame), CONTROL.checks, CONTROL.bounds);
      equal(messages.length, name === "good" ? frame?.length : (accepted ?? 0));
    });
  }
}
