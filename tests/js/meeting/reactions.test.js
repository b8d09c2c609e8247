import { equal, nextTask, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { Bucket } from "../../../static/js/lib/bucket.js";
import { h } from "../../../static/js/lib/dom.js";
import { shownName } from "../../../static/js/lib/names.js";
import { ReactionLoader } from "../../../static/js/meeting/reaction-loader.js";
import { Reactions } from "../../../static/js/meeting/reactions.js";
import { CallControls } from "../../../static/js/ui/call-controls.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";
import { VideoTile } from "../../../static/js/ui/video-tile.js";

/** Bob's page, in a meeting with Alice, Carol and Dave; Dave's tile is on another page. @param {import("../harness.js").Stage} stage */
function bob({ element, signal }) {
  const clock = new ManualClock();
  const notices = new CallNotices();
  const tiles = new Map(["self", "alice", "carol", "dave"].map((key) => [key, new VideoTile()]));
  const hidden = h("div", { hidden: true }, tiles.get("dave") ?? null);
  const stage = h("section", {}, ...[...tiles].filter(([key]) => key !== "dave").map(([, tile]) => tile), hidden);
  element.append(stage, notices);
  const present = new Map(["alice", "bob", "carol", "dave"].map((id) => [id, { id, ...shownName({ name: id, role: "member" }) }]));
  const people = /** @type {any} */ ({ self: "bob", present, limit: () => null });
  /** @type {string[]} */
  const sent = [];
  const options = { people, tiles: { of: (/** @type {string} */ key) => tiles.get(key) }, stage, notices, signal };
  const reactions = new Reactions({
    ...options,
    send: (reaction) => sent.push(reaction),
    random: () => 0.5,
    budget: (rate) => new Bucket({ ...rate, clock }),
    clock,
  });
  const floating = (/** @type {Element | undefined} */ place) =>
    [...(place?.querySelectorAll(":scope > .reaction") ?? [])].map(({ textContent }) => textContent);
  const said = () => [...notices.querySelectorAll("p")].map((line) => line.textContent);
  return { clock, options, people, reactions, stage, tiles, sent, floating, said };
}

test("a reaction floats over the tile of its sender for some seconds", (stage) => {
  const { clock, reactions, tiles, floating } = bob(stage);
  reactions.receive({ from: "alice", reaction: "applause" });
  equal(floating(tiles.get("alice")), ["👏"]);
  clock.advance(3500);
  equal(floating(tiles.get("alice")), []);
});

test("that of somebody who is not shown floats over the call, with the name", (stage) => {
  const { reactions, stage: call, tiles, floating } = bob(stage);
  reactions.receive({ from: "dave", reaction: "party" });
  equal([floating(tiles.get("dave")), floating(call)], [[], ["🎉dave"]]);
});

test("our own floats over our tile, and is sent once", (stage) => {
  const { reactions, sent, tiles, floating } = bob(stage);
  reactions.react("heart");
  equal([sent, floating(tiles.get("self"))], [["heart"], ["❤️"]]);
});

test("what nobody knows, and what somebody sends who is not here, is ignored", (stage) => {
  const { clock, reactions, stage: call, said } = bob(stage);
  equal(reactions.receive({ from: "alice", reaction: "thumbs-down" }), false);
  equal(reactions.receive({ from: "mallory", reaction: "heart" }), false);
  equal(reactions.receive({ from: "alice", reaction: "constructor" }), false);
  clock.advance(3000);
  equal([call.querySelectorAll(".reaction").length, said()], [0, []]);
});

test("Mallory's hundred reactions are five, and Alice's count as before; ours are not sent either", (stage) => {
  const { clock, reactions, sent, tiles, floating } = bob(stage);
  for (let count = 0; count < 100; count += 1) {
    reactions.receive({ from: "carol", reaction: "laugh" });
    reactions.react("laugh");
  }
  reactions.receive({ from: "alice", reaction: "laugh" });
  equal(["carol", "alice", "self"].map((key) => floating(tiles.get(key)).length), [5, 1, 5]);
  equal(sent.length, 5);
  clock.advance(1000);
  reactions.react("laugh");
  equal([sent.length, floating(tiles.get("self")).length], [6, 5]);
});

test("reactions are told in sum, and not more often than every few seconds", (stage) => {
  const { clock, reactions, said } = bob(stage);
  for (const from of ["alice", "carol", "dave", "alice"]) reactions.receive({ from, reaction: "applause" });
  reactions.receive({ from: "carol", reaction: "heart" });
  equal(said(), []);
  clock.advance(3000);
  equal(said(), ["3 people applaud. carol sends a heart"]);
  reactions.react("laugh");
  clock.advance(2999);
  equal(said().length, 1);
  clock.advance(1);
  equal(said().at(-1), "Your reaction was sent");
});

test("nothing floats after the end of the meeting", ({ element }) => {
  const end = new AbortController();
  const { reactions, stage: call } = bob({ element, signal: end.signal });
  reactions.receive({ from: "alice", reaction: "heart" });
  reactions.receive({ from: "dave", reaction: "heart" });
  end.abort();
  equal(call.querySelectorAll(".reaction").length, 0);
});

test("the script is loaded with the first reaction, sent or received", async (stage) => {
  const { options, tiles, floating } = bob(stage);
  const [call, mesh, controls] = [new EventTarget(), Object.assign(new EventTarget(), { sent: /** @type {string[]} */ ([]) }), new CallControls()];
  Object.assign(mesh, { react: (/** @type {string} */ reaction) => mesh.sent.push(reaction) });
  controls.append(h("button", { "data-command": "react-party" }));
  stage.element.append(controls);
  new ReactionLoader(/** @type {any} */ ({ call, controls, ...options }));
  call.dispatchEvent(new CustomEvent("mesh", { detail: mesh }));
  controls.querySelector("button")?.click();
  mesh.dispatchEvent(new CustomEvent("reaction", { detail: { from: "alice", reaction: "heart" } }));
  while (!mesh.sent.length) await nextTask();
  await nextTask();
  equal([mesh.sent, floating(tiles.get("alice")), floating(tiles.get("self"))], [["party"], ["❤️"], ["🎉"]]);
});

test("a reaction that is pressed as the meeting ends is not sent", async ({ element }) => {
  const end = new AbortController();
  const { options, sent, stage: call } = bob({ element, signal: end.signal });
  const [pairs, controls] = [new EventTarget(), new CallControls()];
  const mesh = Object.assign(new EventTarget(), { react: (/** @type {string} */ reaction) => sent.push(reaction) });
  controls.append(h("button", { "data-command": "react-party" }));
  element.append(controls);
  new ReactionLoader(/** @type {any} */ ({ call: pairs, controls, ...options }));
  pairs.dispatchEvent(new CustomEvent("mesh", { detail: mesh }));
  controls.querySelector("button")?.click();
  end.abort();
  await import("../../../static/js/meeting/reactions.js");
  await nextTask();
  equal([call.querySelectorAll(".reaction").length, sent], [0, []]);
});

test("of somebody whom a host keeps from reacting nothing is shown, and of us nothing is sent", (stage) => {
  const { people, reactions, tiles, sent, floating, said } = bob(stage);
  people.limit = (/** @type {string} */ id, /** @type {string} */ use) => (id !== "carol" && use === "reactions" ? "forbidden" : null);
  equal(["alice", "carol"].map((from) => reactions.receive({ from, reaction: "heart" })), [false, true]);
  reactions.react("heart");
  equal([sent, floating(tiles.get("self")), said()], [[], [], ["A host does not let you react."]]);
});

test("where only hosts react, that is what is said", (stage) => {
  const { people, reactions, sent, said } = bob(stage);
  people.limit = () => "everyone";
  reactions.react("heart");
  equal([sent, said()], [[], ["Only hosts react in this meeting now."]]);
});
