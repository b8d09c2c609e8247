import { equal, nextTask, ok, test, until } from "../harness.js";
import { ManualClock } from "../clock.js";
import { Bucket } from "../../../static/js/lib/bucket.js";
import { h } from "../../../static/js/lib/dom.js";
import { shownName } from "../../../static/js/lib/names.js";
import { HandLoader } from "../../../static/js/meeting/hand-loader.js";
import { Hands } from "../../../static/js/meeting/hands.js";
import { Preferences } from "../../../static/js/preferences/preferences.js";
import { CallControls } from "../../../static/js/ui/call-controls.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";
import { PeoplePanel } from "../../../static/js/ui/people-panel.js";
import { RaisedHands } from "../../../static/js/ui/raised-hands.js";
import { VideoTile } from "../../../static/js/ui/video-tile.js";

/** Bob's page, in a meeting with Alice and Carol. @param {import("../harness.js").Stage} stage */
function bob({ element, signal }, mayLower = false) {
  const clock = new ManualClock();
  const button = h("button", { "data-command": "hand", "aria-pressed": "false", hidden: true }, h("span", { "data-part": "hands", hidden: true }));
  const controls = new CallControls();
  controls.append(button, h("button", { "data-command": "lowers-hand", role: "switch" }));
  const panel = new PeoplePanel();
  const list = new RaisedHands();
  list.append(h("span", { "data-part": "raised" }), h("ol"), h("button", { "data-part": "all", hidden: true }));
  const notices = new CallNotices();
  const all = new Map(["self", "alice", "carol"].map((key) => [key, new VideoTile()]));
  panel.append(h("button", { "data-part": "close" }), h("input", { "data-part": "search" }), list);
  element.append(controls, panel, notices, ...all.values());
  const tiles = Object.assign(new EventTarget(), { all });
  const present = new Map(["alice", "bob", "carol"].map((id) => [id, { id, ...shownName({ name: id, role: "member" }) }]));
  const people = /** @type {any} */ (new EventTarget());
  Object.assign(people, {
    self: "bob",
    epoch: "e1",
    present,
    hands: [],
    takesHands: true,
    may: (/** @type {string} */ right) => mayLower && right === "lower",
  });
  /** @type {any[]} */
  const sent = [];
  const client = { send: (/** @type {any} */ message) => Boolean(sent.push(message)) };
  /** @type {Map<string, string>} */
  const kept = new Map();
  const preferences = new Preferences({ getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) });
  const voice = { level: 0, isOn: true };
  const local = { sending: () => (voice.isOn ? /** @type {any} */ ({}) : null) };
  const options = { client, people, local, level: { read: () => voice.level }, controls, panel, tiles, notices, preferences, signal };
  const hands = new Hands({ ...options, budget: (rate) => new Bucket({ ...rate, clock }), clock });
  const isUp = () => button.getAttribute("aria-pressed") === "true";
  const tell = async (/** @type {string[]} */ ...hands) => {
    people.hands = hands;
    people.dispatchEvent(new CustomEvent("change", { detail: {} }));
    await nextTask();
  };
  const speak = (/** @type {number} */ ms) => {
    voice.level = 0.2;
    clock.advance(ms);
    voice.level = 0;
  };
  const shown = () => [...notices.querySelectorAll(".notice > p")].map((line) => line.textContent);
  const said = () => [...notices.querySelectorAll("p")].map((line) => [line.className, line.textContent]);
  return { clock, button, controls, list, notices, tiles: all, people, sent, preferences, options, hands, isUp, voice, tell, speak, said, shown };
}

test("everybody's place is on their tile, in the list and, for who leads, on the button", async (stage) => {
  const { button, list, tiles, tell } = bob(stage, true);
  await tell("carol", "bob", "gone");
  equal([...tiles.values()].map((tile) => tile.dataset.hand), ["2", undefined, "1"]);
  equal(tiles.get("carol")?.getAttribute("aria-label"), "hand raised, number 1");
  equal([...list.querySelectorAll("li")].map((row) => row.textContent), ["carolLower", "bobLower"]);
  equal([button.getAttribute("aria-pressed"), button.textContent], ["true", "2"]);
  await tell("bob");
  equal([...tiles.values()].map((tile) => tile.dataset.hand), ["1", undefined, undefined]);
});

test("who does not lead sees no count and lowers nobody's hand but their own", async (stage) => {
  const { button, list, hands, isUp, sent, tell } = bob(stage);
  hands.toggle();
  await tell("carol", "bob");
  ok(button.firstElementChild?.hasAttribute("hidden"));
  const buttons = [...list.querySelectorAll("li button")].filter((one) => !one.hasAttribute("hidden"));
  equal(buttons.map((one) => one.getAttribute("aria-label")), ["Lower the hand of bob"]);
  if (buttons[0] instanceof HTMLElement) buttons[0].click();
  equal(sent, [{ type: "hand", raised: true }, { type: "hand", raised: false }]);
  equal(isUp(), false);
});

test("a host lowers the hand of another, and all", async (stage) => {
  const { list, sent, tell } = bob(stage, true);
  await tell("carol");
  for (const one of list.querySelectorAll("button")) one.click();
  equal(sent, [{ type: "lower", id: "carol" }, { type: "lower", id: undefined }]);
});

for (const [mayLower, className] of /** @type {const} */ ([[true, ""], [false, "visually-hidden"]])) {
  test(`hands are told in sum, ${mayLower ? "and shown to who leads" : "and only read out to the others"}`, async (stage) => {
    const { clock, said, tell } = bob(stage, mayLower);
    await tell("carol");
    await tell("carol", "alice");
    clock.advance(1500);
    await tell("alice", "carol");
    equal(said(), [[className, "2 people have raised their hands"]]);
    clock.advance(1500);
    equal(said().length, 1);
  });
}

test("a hand that is down again before it was told is not told", async (stage) => {
  const { clock, said, tell } = bob(stage);
  await tell("carol");
  await tell();
  clock.advance(1500);
  equal(said(), []);
});

test("whose hand was lowered by a host is told so", async (stage) => {
  const { hands, said, tell } = bob(stage);
  hands.toggle();
  await tell("bob");
  await tell();
  equal(said(), [["visually-hidden", "Your hand is raised."], ["", "Your hand is lowered."]]);
});

test("a hand is lowered once its owner has spoken, unless they keep it up", async (stage) => {
  const { clock, notices, hands, isUp, shown, speak, sent, tell } = bob(stage);
  hands.toggle();
  await tell("bob");
  speak(3000);
  clock.advance(60_000);
  equal(shown(), []);
  speak(1500);
  equal(shown(), ["You have spoken. Your hand is lowered in a moment."]);
  clock.advance(6000);
  equal([isUp(), shown()], [false, []]);
  await tell();

  hands.toggle();
  await tell("bob");
  speak(5000);
  notices.querySelector("button")?.click();
  speak(20_000);
  equal([isUp(), shown()], [true, []]);
  equal(sent.map(({ raised }) => raised), [true, false, true]);
});

test("what a muted microphone records is no speech", async (stage) => {
  const { hands, isUp, speak, tell, voice } = bob(stage);
  voice.isOn = false;
  hands.toggle();
  await tell("bob");
  speak(20_000);
  ok(isUp());
});

test("whoever has switched it off keeps the hand up", async (stage) => {
  const { hands, isUp, preferences, speak, tell } = bob(stage);
  preferences.lowersHand = false;
  hands.toggle();
  await tell("bob");
  speak(20_000);
  ok(isUp());
});

test("after the end of the meeting nothing is left of its hands", async ({ element }) => {
  const end = new AbortController();
  const { list, tiles, isUp, tell } = bob({ element, signal: end.signal });
  await tell("bob", "carol");
  const told = tell("carol");
  end.abort();
  await told;
  equal([list.hidden, isUp(), tiles.get("carol")?.dataset.hand], [true, false, undefined]);
});

test("there is a button where the server knows hands, and the rest is loaded with the first hand", async (stage) => {
  const { button, controls, options, people, preferences, sent, isUp, tell } = bob(stage);
  people.takesHands = false;
  new HandLoader(/** @type {any} */ ({ ...options, people, controls }));
  await tell();
  ok(button.hidden);
  people.takesHands = true;
  await tell();
  ok(!button.hidden);
  button.click();
  await until(isUp);
  equal(sent, [{ type: "hand", raised: true }]);

  const choice = controls.querySelector("[data-command=lowers-hand]");
  equal(choice?.getAttribute("aria-checked"), "true");
  if (choice instanceof HTMLElement) choice.click();
  equal([choice?.getAttribute("aria-checked"), preferences.lowersHand], ["false", false]);
});

test("a hand that is raised as the meeting ends is not raised", async ({ element }) => {
  const end = new AbortController();
  const { button, controls, options, sent, said } = bob({ element, signal: end.signal });
  new HandLoader(/** @type {any} */ ({ ...options, controls }));
  button.click();
  end.abort();
  await import("../../../static/js/meeting/hands.js");
  await nextTask();
  equal([sent, said()], [[], []]);
});
