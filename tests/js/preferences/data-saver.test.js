import { equal, ok, test } from "../harness.js";
import { memoryStorage } from "../media/fakes.js";
import { h } from "../../../static/js/lib/dom.js";
import { Remembered } from "../../../static/js/preferences/preferences.js";
import { Saver } from "../../../static/js/meeting/data-saver-menu.js";
import { Thrift } from "../../../static/js/preferences/data-saver.js";

test("how sparing one is, is remembered, and a camera stays off with it", () => {
  const storage = memoryStorage();
  const thrift = new Thrift(new Remembered(storage));
  let changes = 0;
  thrift.addEventListener("change", () => (changes += 1));
  equal(thrift.mode, "none");
  thrift.toggle("audio");
  thrift.mode = "audio";
  const later = new Remembered(storage);
  equal([changes, new Thrift(later).mode, later.inputs], [1, "audio", ["microphone"]]);
  thrift.toggle("save");
  equal([thrift.mode, later.inputs], ["save", ["microphone", "camera"]]);
  thrift.toggle("save");
  equal([thrift.mode, changes], ["none", 3]);
});

test("what nobody knows is not remembered", () => {
  const storage = memoryStorage();
  storage.setItem("thrift", "everything");
  equal(new Thrift(new Remembered(storage)).mode, "none");
});

/** A page with the switches. @param {HTMLElement} root @param {AbortSignal} signal */
function page(root, signal) {
  const badge = h("button", { "data-part": "thrift", hidden: true });
  const switches = ["audio", "save"].map((mode) => h("button", { "data-thrift": mode }));
  root.append(badge, ...switches);
  const thrift = new Thrift(new Remembered(memoryStorage()));
  /** @type {unknown[]} */
  const turned = [];
  const local = { turn: (/** @type {unknown[]} */ ...what) => turned.push(what), state: () => ({ on: false }) };
  /** @type {{action?: {run: () => void}}[]} */
  const said = [];
  const notices = { say: (/** @type {string} */ _, /** @type {any} */ options) => said.push(options) };
  new Saver({ root, thrift, local: /** @type {any} */ (local), notices: /** @type {any} */ (notices), signal });
  return { thrift, badge, turned, said, checked: () => switches.map((one) => one.getAttribute("aria-checked")) };
}

test("with the pictures one's own camera goes off, and the way back is shown", ({ element, signal }) => {
  const { thrift, badge, turned, said, checked } = page(element, signal);
  equal([checked(), badge.hidden], [["false", "false"], true]);
  thrift.toggle("audio");
  equal([checked(), badge.hidden, turned], [["true", "false"], false, [["camera", false]]]);
  said[0]?.action?.run();
  equal([thrift.mode, badge.hidden], ["none", true]);
  said[1]?.action?.run();
  equal(turned.slice(1), [["camera", true]]);
  thrift.toggle("audio");
  badge.click();
  equal(checked(), ["false", "false"]);
});

test("saving data touches no camera", ({ element, signal }) => {
  const { thrift, badge, turned, checked } = page(element, signal);
  thrift.toggle("save");
  equal([checked(), turned], [["false", "true"], []]);
  ok(badge.hidden);
});
