import { equal, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { h } from "../../../static/js/lib/dom.js";
import { Elapsed, duration } from "../../../static/js/meeting/elapsed.js";

const DAY_MS = 86_400_000;

/**
 * Bob's page, loaded once; he has joined as somebody.
 *
 * @param {import("../harness.js").Stage} stage
 * @param {string} self his id
 * @param {Map<string, string>} kept what the tab keeps over a reload
 * @param {{at: number}} wall
 */
function page({ element, signal }, self, kept, wall) {
  const clock = new ManualClock();
  const root = element.appendChild(h("div", {}, h("span", { "data-part": "elapsed" }), h("span", { "data-part": "elapsed" })));
  const client = new EventTarget();
  const storage = {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
  };
  const pass = (/** @type {number} */ ms) => {
    wall.at += ms;
    clock.advance(ms);
  };
  const start = () => new Elapsed({ root, client, people: { self }, joinedAt: 0, storage, clock, wall: () => wall.at, signal });
  const welcome = (/** @type {string} */ id) => client.dispatchEvent(new CustomEvent("welcomed", { detail: { id } }));
  return { start, pass, welcome, shown: () => [...root.children].map(({ textContent }) => textContent) };
}

test("it is written as people write it", () => {
  equal([0, 7, 67, 3599, 3600, 36_610].map(duration), ["0:00", "0:07", "1:07", "59:59", "1:00:00", "10:10:10"]);
});

test("it begins with joining and counts every second, everywhere it is shown", (stage) => {
  const { start, pass, shown } = page(stage, "bob", new Map(), { at: DAY_MS });
  pass(2100); // until the script is there
  start();
  equal(shown(), ["0:02", "0:02"]);
  pass(899);
  equal(shown()[0], "0:02");
  pass(1);
  equal(shown(), ["0:03", "0:03"]);
  pass(3_700_000);
  equal(shown()[0], "1:01:43");
});

test("a reload, a resume and joining afresh under another id go on counting", (stage) => {
  const [kept, wall] = [new Map(), { at: DAY_MS }];
  const first = page(stage, "bob", kept, wall);
  first.start();
  first.pass(60_000);
  first.welcome("bob");
  first.pass(60_000);
  first.welcome("bob2");
  equal(first.shown()[0], "2:00");
  wall.at += 3000;
  const second = page(stage, "bob2", kept, wall);
  second.pass(2000);
  second.start();
  equal(second.shown()[0], "2:05");
});

test("another meeting begins at nothing, and so does one whose beginning is not known or in the future", (stage) => {
  for (const kept of ["alice 1000", "bob nonsense", "bob", `bob ${3 * DAY_MS}`]) {
    const { start, shown } = page(stage, "bob", new Map([["joined", kept]]), { at: DAY_MS });
    start();
    equal(shown()[0], "0:00", kept);
  }
});

test("the clock of the browser may be wrong, and be set during a meeting", (stage) => {
  const wall = { at: -DAY_MS };
  const { start, pass, shown } = page(stage, "bob", new Map(), wall);
  start();
  pass(5000);
  wall.at += 2 * DAY_MS;
  pass(5000);
  equal(shown()[0], "0:10");
});
