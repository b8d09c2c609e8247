import { delay, equal, test } from "../harness.js";
import { systemClock } from "../../../static/js/lib/clock.js";
import { ManualClock } from "../clock.js";

for (const [name, make] of /** @type {const} */ ([["system", () => systemClock], ["manual", () => new ManualClock()]])) {
  test(`${name}: calls back once, unless cancelled or aborted`, async ({ signal }) => {
    const clock = make();
    const end = new AbortController();
    /** @type {string[]} */
    const heard = [];
    clock.after(5, () => heard.push("a"), signal);
    clock.after(5, () => heard.push("cancelled"), signal)();
    clock.after(5, () => heard.push("aborted"), end.signal);
    end.abort();
    clock.after(5, () => heard.push("too late"), end.signal);
    const before = clock.now();
    await delay(30);
    if (clock instanceof ManualClock) clock.advance(30);
    equal([heard, clock.now() > before], [["a"], true]);
  });
}
