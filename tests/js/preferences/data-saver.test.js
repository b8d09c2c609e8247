import { equal, ok, test } from "../harness.js";
import { memoryStorage } from "../media/fakes.js";
import { h } from "../../../static/js/lib/dom.js";
import { Preferences } from "../../../static/js/preferences/preferences.js";
import { DataSaverMenu } from "../../../static/js/meeting/data-saver-menu.js";
import { DataSaver } from "../../../static/js/preferences/data-saver.js";

test("how sparing one is, is remembered, and a camera stays off with it", () => {
  const storage = memoryStorage();
  const dataSaver = new DataSaver(new Preferences(storage));
  let changes = 0;
  dataSaver.addEventListener("change", () => (changes += 1));
  equal(dataSaver.mode, "none");
  dataSaver.toggle("audio");
  dataSaver.mode = "audio";
  const later = new Preferences(storage);
  equal([changes, new DataSaver(later).mode, later.inputs], [1, "audio", ["microphone"]]);
  dataSaver.toggle("save");
  equal([dataSaver.mode, later.inputs], ["save", ["microphone", "camera"]]);
  dataSaver.toggle("save");
  equal([dataSaver.mode, changes], ["none", 3]);
});

test("what nobody knows is not remembered", () => {
  const storage = memoryStorage();
  storage.setItem("data-saver", "everything");
  equal(new DataSaver(new Preferences(storage)).mode, "none");
});

/** A page with the switches. @param {HTMLElement} root @param {AbortSignal} signal */
function page(root, signal) {
  const badge = h("button", { "data-part": "data-saver", hidden: true });
  const switches = ["audio", "save"].map((mode) => h("button", { "data-saving": mode }));
  root.append(badge, ...switches);
  const dataSaver = new DataSaver(new Preferences(memoryStorage()));
  /** @type {unknown[]} */
  const turned = [];
  const local = { turn: (/** @type {unknown[]} */ ...what) => turned.push(what), state: () => ({ on: false }) };
  /** @type {{action?: {run: () => void}}[]} */
  const said = [];
  const notices = { say: (/** @type {string} */ _, /** @type {any} */ options) => said.push(options) };
  const controls = new EventTarget();
  new DataSaverMenu({
    root,
    controls: /** @type {any} */ (controls),
    dataSaver,
    local: /** @type {any} */ (local),
    notices: /** @type {any} */ (notices),
    signal,
  });
  const command = (/** @type {string} */ name) => controls.dispatchEvent(new CustomEvent("command", { detail: { command: name } }));
  return { dataSaver, badge, turned, said, command, checked: () => switches.map((one) => one.getAttribute("aria-checked")) };
}

test("with the pictures one's own camera goes off, and the way back is shown", ({ element, signal }) => {
  const { dataSaver, badge, turned, said, command, checked } = page(element, signal);
  equal([checked(), badge.hidden], [["false", "false"], true]);
  command("people");
  command("audio");
  equal([checked(), badge.hidden, turned], [["true", "false"], false, [["camera", false]]]);
  said[0]?.action?.run();
  equal([dataSaver.mode, badge.hidden], ["none", true]);
  said[1]?.action?.run();
  equal(turned.slice(1), [["camera", true]]);
  dataSaver.toggle("audio");
  badge.click();
  equal(checked(), ["false", "false"]);
});

test("saving data touches no camera", ({ element, signal }) => {
  const { dataSaver, badge, turned, checked } = page(element, signal);
  dataSaver.toggle("save");
  equal([checked(), turned], [["false", "true"], []]);
  ok(badge.hidden);
});
