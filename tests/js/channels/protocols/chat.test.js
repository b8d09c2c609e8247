import { equal, test } from "../../harness.js";
import { CHAT } from "../../../../static/js/channels/catalogue.js";
import { read } from "../../../../static/js/chat/entry.js";
import { unpack } from "../../../../static/js/lib/frames.js";

/** @import { ChatMessage } from "../../../../static/js/channels/protocols/chat.js" */

for (const name of ["good", "bad"]) {
  /** @type {{says: string, direction: string, frame: object[]}[]} */
  const rows = await (await fetch(`/tests/wire/${name}.json`)).json();
  for (const { says, direction, frame } of rows) {
    if (direction !== "chat") continue;
    test(`${name}: ${says}`, () => {
      const messages = /** @type {ChatMessage[]} */ (unpack(JSON.stringify(frame), CHAT.checks, CHAT.bounds).messages);
      const wellFormed = messages.filter((message) => message.type !== "entry" || read(message.text));
      equal(wellFormed.length, name === "good" ? frame.length : 0);
    });
  }
}
