import { equal, test } from "../harness.js";
import { Moderation } from "../../../static/js/meeting/moderation.js";

/** Alice's page, who is a host, in a meeting with Bob and Carol. @param {AbortSignal} signal */
function alice(signal) {
  /** @type {any[]} */
  const sent = [];
  const state = { isReached: true, isHost: true, limits: /** @type {Record<string, string>} */ ({}) };
  const client = /** @type {any} */ (
    Object.assign(new EventTarget(), { send: (/** @type {any} */ message) => state.isReached && Boolean(sent.push(message)) })
  );
  const present = new Map(["alice", "bob", "carol"].map((id) => [id, { id, link: "attached" }]));
  const people = /** @type {any} */ (
    Object.assign(new EventTarget(), { present, may: () => state.isHost, limit: (/** @type {string} */ id) => state.limits[id] ?? null })
  );
  const call = { stops: /** @type {readonly any[]} */ ([]), moderate: (/** @type {readonly any[]} */ stops) => void (call.stops = stops) };
  const moderation = new Moderation({ client, people, call, signal });
  const emit = (/** @type {EventTarget} */ of, /** @type {string} */ type) => of.dispatchEvent(new CustomEvent(type, { detail: {} }));
  return { state, sent, call, present, moderation, welcome: () => emit(client, "welcomed"), change: () => emit(people, "change") };
}

test("the server is told where it can be reached", ({ signal }) => {
  const { sent, call, moderation } = alice(signal);
  moderation.stop("microphone", ["bob"]);
  equal([sent, call.stops], [[{ type: "restrict", use: "microphone", how: "stopped", ids: ["bob"] }], []]);
});

test("while it is away every browser is told, until the server is back and says the same", ({ signal }) => {
  const { state, sent, call, moderation, welcome, change } = alice(signal);
  state.isReached = false;
  moderation.stop("microphone", ["bob", "carol"]);
  moderation.stop("microphone", ["bob"]);
  moderation.stop("camera", ["bob"]);
  equal(call.stops, [{ id: "carol", use: "microphone" }, { id: "bob", use: "microphone" }, { id: "bob", use: "camera" }]);
  state.isReached = true;
  welcome();
  change();
  equal(sent, [
    { type: "restrict", use: "microphone", how: "stopped", ids: ["carol", "bob"] },
    { type: "restrict", use: "camera", how: "stopped", ids: ["bob"] },
  ]);
  equal(call.stops.length, 3);
  state.limits = { bob: "stopped", carol: "stopped" };
  change();
  equal(call.stops, []);
});

test("our word holds until whom it stops is back, too, and hears the server", ({ signal }) => {
  const { state, call, present, moderation, change } = alice(signal);
  state.isReached = false;
  moderation.stop("microphone", ["bob"]);
  present.set("bob", { id: "bob", link: "detached" });
  state.limits = { bob: "stopped" };
  change();
  equal(call.stops, [{ id: "bob", use: "microphone" }]);
  present.set("bob", { id: "bob", link: "attached" });
  change();
  equal(call.stops, []);
});

test("who has left needs no word, and who is no host any more has none", ({ signal }) => {
  const { state, call, present, moderation, change } = alice(signal);
  state.isReached = false;
  moderation.stop("screen", ["bob", "carol"]);
  present.delete("bob");
  change();
  equal(call.stops, [{ id: "carol", use: "screen" }]);
  state.isHost = false;
  change();
  equal(call.stops, []);
});
