import { equal, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { Bucket } from "../../../static/js/lib/bucket.js";
import { h } from "../../../static/js/lib/dom.js";
import { BUDGET, Embedding } from "../../../static/js/meeting/embedding.js";
import "../../../static/js/ui/call-controls.js";
import "../../../static/js/ui/media-switch.js";

const SITE = "https://courses.example";

/** @param {HTMLElement} stage @param {AbortSignal} signal */
function setting(stage, signal) {
  /** @type {unknown[]} */
  const told = [];
  /** @type {unknown[]} */
  const done = [];
  const press = (/** @type {string} */ what) =>
    h("button", { type: "button", ...(what === "hand" && { "aria-pressed": "false" }), "data-command": what }, what);
  const slots = ["microphone", "camera", "screen"].map((slot) => h(/** @type {any} */ ("media-switch"), { for: slot }, h("button", {}, slot)));
  const controls = h(/** @type {any} */ ("call-controls"), {}, press("leave"), press("hand"), ...slots);
  const join = h("button", { "data-part": "join" }, "Join");
  const field = h("input", { id: "guest-name" });
  const room = h(/** @type {any} */ ("green-room"), {}, field, join);
  stage.append(controls, room);
  controls.addEventListener("command", (/** @type {any} */ { detail }) => done.push(detail.command));
  stage.addEventListener("turn", (/** @type {any} */ { detail }) => done.push(`${detail.slot} ${detail.on}`));
  join.addEventListener("click", () => done.push(`join ${field.value}`));
  const on = /** @type {Record<string, boolean>} */ ({ microphone: true, camera: true, screen: false });
  const state = { opening: false, trouble: /** @type {string | null} */ (null) };
  const local = /** @type {any} */ (
    Object.assign(new EventTarget(), {
      state: (/** @type {string} */ slot) => ({ on: on[slot], ...state }),
      sending: (/** @type {string} */ slot) => (on[slot] ? {} : null),
    })
  );
  const parent = {
    postMessage: (/** @type {unknown} */ message, /** @type {unknown} */ to) => void told.push(to === SITE ? message : "to somebody else"),
  };
  const page = new EventTarget();
  const clock = new ManualClock();
  const budget = new Bucket({ ...BUDGET, clock });
  const embedding = new Embedding({ root: stage, site: SITE, page, parent: /** @type {any} */ (parent), local, budget, signal });
  const say = (/** @type {unknown} */ data, { source = /** @type {unknown} */ (parent), origin = SITE } = {}) =>
    page.dispatchEvent(Object.assign(new Event("message"), { data, source, origin }));
  const people = /** @type {any} */ (Object.assign(new EventTarget(), { self: "dave", present: new Map(), hands: [] }));
  const client = new EventTarget();
  const enter = () => {
    embedding.follow({ client, people, signal });
    people.present = new Map([["dave", { name: "Dave", role: "guest" }], ["alice", { name: "Alice", role: "owner" }]]);
    people.dispatchEvent(new CustomEvent("change"));
  };
  return { told, done, say, embedding, people, client, enter, local, on, state, clock, parent, controls, join };
}

test("a site is told that the page is ready, who joins, how many there are, and how it ends", ({ element, signal }) => {
  const { told, embedding, people, client, enter } = setting(element, signal);
  equal(told.splice(0), [{ conference: "ready" }, { conference: "mute", on: false }, { conference: "camera", on: true }]);
  enter();
  equal(told.splice(0), [{ conference: "joined", name: "Dave", role: "guest" }, { conference: "people", count: 2 }]);
  people.hands = ["alice", "dave"];
  people.dispatchEvent(new CustomEvent("change"));
  people.dispatchEvent(new CustomEvent("change"));
  equal(told.splice(0), [{ conference: "hand", on: true }]);
  client.dispatchEvent(new CustomEvent("waiting", { detail: {} }));
  embedding.end("ended");
  equal(told.splice(0), [{ conference: "waiting" }, { conference: "end" }, { conference: "left", reason: "ended" }]);
  embedding.end("removed");
  equal(told, [{ conference: "left", reason: "removed" }]);
});

test("of devices a site is told what is sent", ({ element, signal }) => {
  const { told, local } = setting(element, signal);
  told.splice(0);
  for (const slot of ["microphone", "camera", "screen", "sound"]) local.dispatchEvent(new CustomEvent("track", { detail: { slot, track: {} } }));
  equal(told, [{ conference: "mute", on: false }, { conference: "camera", on: true }, { conference: "share", on: true }]);
});

test("a command presses a button, unless it is so already", ({ element, signal }) => {
  const { done, say, enter, told, controls } = setting(element, signal);
  enter();
  told.splice(0);
  const hand = controls.querySelector("[data-command=hand]");
  say({ conference: "mute", on: true });
  say({ conference: "camera", on: true });
  say({ conference: "share", on: true });
  say({ conference: "hand", on: true });
  hand.setAttribute("aria-pressed", "true");
  say({ conference: "hand", on: true });
  say({ conference: "join", name: "Dave" });
  say({ conference: "leave" });
  say({ conference: "end" });
  equal([done, told], [["microphone false", "screen true", "hand", "join Dave", "leave", "end-all"], []]);
});

test("what is not possible is refused", ({ element, signal }) => {
  const { done, say, told, controls, join, enter, state, local } = setting(element, signal);
  told.splice(0);
  join.disabled = true;
  controls.hidden = true;
  for (const message of [{ conference: "join" }, { conference: "share", on: true }, { conference: "hand", on: true }, { conference: "end" }])
    say(message);
  const refused = (/** @type {string} */ command) => ({ conference: "refused", command });
  equal([done, told.splice(0)], [[], ["join", "share", "hand", "end"].map(refused)]);
  enter();
  told.splice(0);
  say({ conference: "share", on: true });
  state.trouble = "dismissed";
  local.dispatchEvent(new CustomEvent("state", { detail: { slot: "screen" } }));
  local.dispatchEvent(new CustomEvent("state", { detail: { slot: "screen" } }));
  equal(told, [refused("share")]);
});

test("foreign windows and origins, other shapes and too many are ignored", ({ element, signal }) => {
  const { done, say, told, clock, on } = setting(element, signal);
  told.splice(0);
  const leave = { conference: "leave" };
  say(leave, { source: {} });
  say(leave, { source: null });
  say(leave, { origin: "https://evil.example" });
  say(leave, { origin: "null" });
  for (const data of [
    null, undefined, "leave", [], new Map(), { conference: "leave", more: 1 }, { conference: "mute" },
    { conference: "mute", on: "yes" },
  ])
    say(data);
  for (const data of [{ conference: "join", name: "x".repeat(65) }, { conference: "join", name: undefined }, { conference: "toString" }]) say(data);
  equal([done, told], [[], []]);
  clock.advance(10_000);
  for (let count = 0; count < 100; count += 1) say({ conference: "camera", on: !on["camera"] });
  equal(done.length, BUDGET.burst);
  clock.advance(1000);
  for (let count = 0; count < 100; count += 1) say({ conference: "camera", on: !on["camera"] });
  equal(done.length, BUDGET.burst + BUDGET.rate);
});
