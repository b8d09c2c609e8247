import { equal, ok, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { Breakouts } from "../../../static/js/meeting/breakouts.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";
import { h } from "../../../static/js/lib/dom.js";
import { UNDIVIDED } from "../../../static/js/signaling/people.js";

const rooms = [{ id: "r1", name: "Red" }, { id: "r2", name: "Blue" }];
const settled = () => new Promise((resolve) => queueMicrotask(() => resolve(undefined)));

/** @param {HTMLElement} element @param {AbortSignal} signal @param {{hosts?: boolean}} [options] */
function page(element, signal, { hosts = false } = {}) {
  const notices = new CallNotices();
  element.append(h("header", { class: "call-header" }), notices);
  const present = new Map([["bob", { id: "bob", name: "Bob", plain: "Bob", isGuest: false, role: "member", link: "attached" }]]);
  const people = /** @type {any} */ (Object.assign(new EventTarget(), { self: "bob", present, breakouts: UNDIVIDED, may: () => hosts }));
  /** @type {any[]} */
  const sent = [];
  const client = /** @type {any} */ (Object.assign(new EventTarget(), { send: (/** @type {any} */ message) => sent.push(message) }));
  const clock = new ManualClock();
  const time = /** @type {{endsAt: number | null}} */ ({ endsAt: null });
  const breakouts = new Breakouts({ root: element, client, people, notices, endsAt: () => time.endsAt, clock, signal });
  const tell = async (/** @type {object} */ fact) => {
    people.breakouts = { ...UNDIVIDED, ...fact };
    people.dispatchEvent(new CustomEvent("change", { detail: {} }));
    await settled();
  };
  const bar = /** @type {HTMLElement} */ (element.querySelector("breakout-bar"));
  const buttons = () => [...bar.querySelectorAll("button")].filter((button) => !button.hidden).map((button) => button.textContent);
  const said = () => [...notices.querySelectorAll("p")].map((line) => line.textContent);
  return { breakouts, people, sent, clock, time, tell, bar, buttons, said };
}

test("one sees where one is, how long, and what one may do", async ({ element, signal }) => {
  const { tell, bar, buttons, sent, time, clock, breakouts } = page(element, signal);
  ok(bar.hidden);
  await tell({ rooms, place: "r1" });
  ok(!bar.hidden && bar.textContent?.includes("You are in Red"));
  equal(buttons(), ["Ask for help", "Go back"]);
  time.endsAt = clock.now() + 240_000;
  breakouts.follow();
  ok(bar.textContent?.includes("4 minutes left"));
  bar.querySelectorAll("button")[0].click();
  equal(sent, [{ type: "help", asked: true }]);
  await tell({ rooms, place: "r1", back: false });
  equal(buttons(), ["Ask for help"]);
  await tell({});
  ok(bar.hidden);
});

test("everybody is warned once before the rooms close", async ({ element, signal }) => {
  const { tell, time, clock, breakouts, said } = page(element, signal);
  await tell({ rooms, place: "r1" });
  time.endsAt = clock.now() + 62_000;
  breakouts.follow();
  const warnings = () => said().filter((line) => line?.includes("in a minute or less")).length;
  equal(warnings(), 0);
  for (let second = 0; second < 5; second += 1) clock.advance(1000);
  equal(warnings(), 1);
});

test("a welcome that comes before the rooms does not say that they are closed", async ({ element, signal }) => {
  const { tell, people, said } = page(element, signal);
  await tell({ rooms, place: "r1" });
  people.breakouts = UNDIVIDED;
  people.dispatchEvent(new CustomEvent("change", { detail: {} }));
  await tell({ rooms, place: "r1" });
  equal(said().filter((line) => line?.includes("closed")), []);
  await tell({});
  equal(said().filter((line) => line?.includes("closed")).length, 1);
});

test("a host is told who asks for help, and goes there", async ({ element, signal }) => {
  const { tell, said, sent } = page(element, signal, { hosts: true });
  const carol = { id: "carol", name: "Carol", role: "guest", link: "attached", place: "r2", help: true };
  await tell({ rooms, people: [carol] });
  ok(said().includes("Guest Carol asks for help in Blue"));
  const button = [...element.querySelectorAll("call-notices button")].find((one) => one.textContent === "Go there");
  if (button instanceof HTMLElement) button.click();
  equal(sent, [{ type: "move", place: "r2" }, { type: "help", asked: false, id: "carol" }]);
  await tell({ rooms, people: [{ ...carol, help: false }] });
  ok(!said().includes("Guest Carol asks for help in Blue"));
});
