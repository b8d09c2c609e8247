import { equal, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { PushToTalk } from "../../../static/js/meeting/push-to-talk.js";
import { CallControls } from "../../../static/js/ui/call-controls.js";

/** Bob's page, whose microphone is off. @param {import("../harness.js").Stage} stage */
function bob({ element, signal }) {
  const controls = new CallControls();
  controls.append("Controls");
  element.append(controls);
  const microphone = { on: false };
  /** @type {boolean[]} */
  const turned = [];
  const local = {
    sending: () => (microphone.on ? /** @type {any} */ ({}) : null),
    turn: async (/** @type {string} */ _slot, /** @type {boolean} */ on) => void (turned.push((microphone.on = on))),
  };
  new PushToTalk({ controls, local, signal });
  const key = (/** @type {string} */ type, /** @type {EventTarget} */ target = document.body, /** @type {KeyboardEventInit} */ more = {}) => {
    const event = new KeyboardEvent(type, { code: "Space", key: " ", bubbles: true, cancelable: true, ...more });
    target.dispatchEvent(event);
    return event.defaultPrevented;
  };
  return { controls, microphone, turned, key };
}

test("the microphone is on while the space bar is held, and the page does not scroll", (stage) => {
  const { turned, key } = bob(stage);
  equal([key("keydown"), key("keydown", document.body, { repeat: true })], [true, true]);
  equal(turned, [true]);
  key("keyup");
  key("keyup");
  equal(turned, [true, false]);
});

test("it is off again when the page loses the keyboard, and when the meeting ends", ({ element }) => {
  const end = new AbortController();
  const { turned, key } = bob({ element, signal: end.signal });
  key("keydown");
  window.dispatchEvent(new Event("blur"));
  key("keydown");
  end.abort();
  equal(turned, [true, false, true, false]);
});

test("a microphone that is on stays on", (stage) => {
  const { microphone, turned, key } = bob(stage);
  microphone.on = true;
  equal(key("keydown"), false);
  key("keyup");
  equal(turned, []);
});

test("where the space bar does something, it does that", (stage) => {
  const { controls, turned, key } = bob(stage);
  const places = [h("button", {}, h("span")), h("input", { type: "checkbox" }), h("input", { type: "search" }), h("a", { href: "#" })];
  stage.element.append(...places);
  for (const place of places) equal(key("keydown", place.firstChild ?? place), false);
  controls.listensToKeys = false;
  equal(key("keydown"), false);
  controls.listensToKeys = true;
  controls.hidden = true;
  controls.style.display = "none";
  equal([key("keydown"), turned], [false, []]);
});
