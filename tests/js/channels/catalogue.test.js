import { equal, test } from "../harness.js";
import { CHAT, CONTROL, FILES } from "../../../static/js/channels/catalogue.js";

/** @type {{direction: string, frame?: {type: string}[], text?: string}[]} */
const good = await (await fetch("/tests/wire/good.json")).json();

for (const { label, checks } of [CONTROL, CHAT, FILES]) {
  test(`every type of ${label} is among the good examples, from which broken frames are made`, () => {
    const frames = good.filter(({ direction }) => direction === label).flatMap(({ frame, text }) => frame ?? JSON.parse(text ?? "[]"));
    equal([...new Set(frames.map(({ type }) => type))].sort(), [...checks.keys()].sort());
  });
}
