import { equal, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { h } from "../../../static/js/lib/dom.js";
import { PresenceSounds } from "../../../static/js/meeting/presence-sounds.js";
import { Preferences } from "../../../static/js/preferences/preferences.js";
import { People } from "../../../static/js/signaling/people.js";
import { CallControls } from "../../../static/js/ui/call-controls.js";

const ROOM = { slug: "abc", name: "Standup", locked: false, capacity: 8 };

/**
 * Bob's page, in a meeting with Alice.
 *
 * @param {import("../harness.js").Stage} stage
 * @param {Map<string, string>} [kept]
 */
function bob({ element, signal }, kept = new Map()) {
  const clock = new ManualClock();
  const client = new EventTarget();
  const controls = new CallControls();
  const button = h("button", { "data-command": "presence-sounds" }, "Sound");
  controls.append(button);
  element.append(controls);
  /** @type {string[]} */
  const heard = [];
  const preferences = new Preferences({ getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) });
  const play = (/** @type {readonly {pitch: number}[]} */ [first, second]) => void heard.push(second.pitch > first.pitch ? "up" : "down");
  const sounds = new PresenceSounds({ people: new People(client, signal), controls, preferences, play, clock, signal });
  const tell = (/** @type {any} */ fact) => client.dispatchEvent(new CustomEvent(fact.type, { detail: fact }));
  const come = (/** @type {string} */ id) => tell({ type: "joined", participant: somebody(id), version: 1 });
  const go = (/** @type {string} */ id) => tell({ type: "left", id, reason: "left", version: 1 });
  const welcome = (/** @type {string[]} */ ...ids) =>
    tell({
      type: "welcomed", id: "bob", epoch: "e", version: 1, room: ROOM, participants: ids.map(somebody), waiting: [],
      ice: { servers: [], policy: "all" },
    });
  welcome("bob", "alice");
  return { clock, heard, sounds, button, kept, come, go, welcome };
}

/** @param {string} id */
function somebody(id) {
  return { id, name: id, role: "member", link: "attached" };
}

test("one's own coming makes no sound, nor do those who were there", (stage) => {
  const { clock, heard, welcome, come } = bob(stage);
  welcome("bob", "alice");
  come("bob");
  clock.advance(10_000);
  equal(heard, []);
});

test("whoever comes sounds otherwise than whoever goes", (stage) => {
  const { clock, heard, come, go } = bob(stage);
  come("carol");
  clock.advance(1500);
  go("carol");
  clock.advance(1500);
  equal(heard, ["up", "down"]);
});

test("those who come and go together make one sound", (stage) => {
  const { clock, heard, come, go } = bob(stage);
  for (let number = 0; number < 50; number += 1) {
    come(`p${number}`);
    clock.advance(20);
  }
  go("alice");
  clock.advance(1500);
  equal(heard, ["up"]);
});

test("it can be switched off, and stays off", (stage) => {
  const { clock, heard, sounds, button, kept, come } = bob(stage);
  equal(button.getAttribute("aria-checked"), "true");
  come("carol");
  sounds.toggle();
  clock.advance(1500);
  equal([heard, button.getAttribute("aria-checked")], [[], "false"]);
  equal(bob(stage, kept).button.getAttribute("aria-checked"), "false");
  sounds.toggle();
  come("dave");
  clock.advance(1500);
  equal(heard, ["up"]);
});

test("whoever has left hears nothing more", ({ element }) => {
  const end = new AbortController();
  const { clock, heard, come } = bob({ element, signal: end.signal });
  come("carol");
  end.abort();
  clock.advance(1500);
  equal(heard, []);
});
