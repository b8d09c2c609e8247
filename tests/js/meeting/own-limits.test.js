import { ManualClock } from "../clock.js";
import { equal, nextTask, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { OwnLimits } from "../../../static/js/meeting/own-limits.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";
import { MediaSwitch } from "../../../static/js/ui/media-switch.js";

/** Bob's page, in a meeting that Alice hosts. @param {import("../harness.js").Stage} stage */
function bob({ element, signal }) {
  const clock = new ManualClock();
  const notices = new CallNotices();
  const microphone = new MediaSwitch();
  microphone.setAttribute("for", "microphone");
  microphone.append(h("button", { type: "button", "aria-pressed": "false", title: "Microphone (M)" }, "Microphone"));
  element.append(microphone, notices);
  /** @type {Record<string, string>} */
  let limits = {};
  const people = /** @type {any} */ (
    Object.assign(new EventTarget(), {
      self: "bob",
      present: new Map([["alice", { name: "Alice" }]]),
      limit: (/** @type {string} */ _, /** @type {string} */ use) => limits[use] ?? null,
    })
  );
  /** @type {any[]} */
  const done = [];
  let isReached = true;
  const client = { send: (/** @type {any} */ message) => isReached && Boolean(done.push(message)) };
  const local = { sending: (/** @type {string} */ slot) => (slot === "camera" ? /** @type {any} */ ({}) : null) };
  element.addEventListener("turn", (event) => done.push(Reflect.get(event, "detail")), { signal });
  const own = new OwnLimits({ root: element, client, people, local, notices, clock, signal });
  const limit = (/** @type {Record<string, string>} */ now) => {
    limits = now;
    people.dispatchEvent(new CustomEvent("change", { detail: {} }));
    return nextTask();
  };
  const said = () => [...notices.querySelectorAll(".notice > p")].map(({ textContent }) => textContent);
  const act = () => /** @type {HTMLElement | null} */ (notices.querySelector(".notice > .button:not(.button-icon)"))?.click();
  return { own, limit, said, act, done, clock, microphone, lose: () => (isReached = false) };
}

test("who is muted is told so, and turning it on lifts it first", async (stage) => {
  const { own, limit, said, done, microphone } = bob(stage);
  await limit({ microphone: "stopped" });
  own.cut("microphone");
  equal(said(), ["A host turned your microphone off."]);
  equal([microphone.matches("[data-limited]"), microphone.querySelector("button")?.title], [true, "Microphone (M): turned off by a host"]);
  own.turn({ slot: "microphone", on: true });
  equal(done, [{ type: "lift", use: "microphone" }]);
  await limit({});
  equal(done.slice(1), [{ slot: "microphone", on: true }]);
  equal([said(), microphone.matches("[data-limited]"), microphone.querySelector("button")?.title], [[], false, "Microphone (M)"]);
});

test("who was muted already is not told, and what a host lifts is not turned on by itself", async (stage) => {
  const { limit, said, done } = bob(stage);
  await limit({ microphone: "stopped" });
  await limit({});
  equal([said(), done], [[], []]);
});

test("who let go of the switch, or turned it on long ago, stays muted", async (stage) => {
  const { own, limit, done, clock } = bob(stage);
  await limit({ microphone: "stopped" });
  own.turn({ slot: "microphone", on: true });
  own.turn({ slot: "microphone", on: false });
  await limit({});
  await limit({ microphone: "stopped" });
  own.turn({ slot: "microphone", on: true });
  clock.advance(5000);
  await limit({});
  equal(done, [{ type: "lift", use: "microphone" }, { type: "lift", use: "microphone" }]);
});

test("what only a host can lift is said when it begins, when one tries, and when it ends", async (stage) => {
  const { own, limit, said, act, done } = bob(stage);
  await limit({ microphone: "forbidden" });
  equal(said(), ["A host does not let you use your microphone."]);
  own.turn({ slot: "microphone", on: true });
  equal([said(), done], [["Your microphone stays off until a host lets you use it. You can raise your hand."], []]);
  await limit({ microphone: "everyone" });
  equal(said(), ["Only hosts use a microphone in this meeting now."]);
  await limit({});
  equal([said(), done], [["You may use your microphone again."], []]);
  act();
  equal(done, [{ slot: "microphone", on: true }]);
});

test("a host asks, and nothing is turned on before the person does", async (stage) => {
  const { own, said, act, done } = bob(stage);
  own.ask({ use: "microphone", by: "alice" });
  own.ask({ use: "camera", by: "alice" });
  own.ask({ use: "chat", by: "alice" });
  equal([said(), done], [["Alice asks you to turn on your microphone."], []]);
  act();
  equal(done, [{ slot: "microphone", on: true }]);
});

test("somebody asks who is not in the meeting", (stage) => {
  const { own, said } = bob(stage);
  own.ask({ use: "screen", by: "-" });
  equal(said(), ["A host asks you to share your screen."]);
});

test("without the server the switch says why nothing happens", async (stage) => {
  const { own, limit, said, lose } = bob(stage);
  await limit({ microphone: "stopped" });
  lose();
  own.turn({ slot: "microphone", on: true });
  equal(said(), ["The server cannot be reached now. Try again in a moment."]);
});

test("of chat, files and reactions one is told, too", async (stage) => {
  const { limit, said } = bob(stage);
  await limit({ chat: "forbidden", reactions: "everyone" });
  equal(said(), ["A host does not let you write in the chat.", "Only hosts react in this meeting now."]);
});
