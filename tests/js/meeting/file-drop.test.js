import { equal, ok, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { FileDrop } from "../../../static/js/meeting/file-drop.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";

/** @param {HTMLElement} element @param {AbortSignal} signal @param {{isThere?: boolean, recipient?: string}} [chat] */
function call(element, signal, { isThere = true, recipient = "" } = {}) {
  const [stage, tile, notices] = [h("section"), h("div", {}, "tile"), new CallNotices()];
  stage.append(tile);
  element.append(stage, notices);
  /** @type {string[][]} */
  const offered = [];
  const chat = /** @type {any} */ ({ isThere, recipient, offer: (/** @type {File[]} */ files) => offered.push(files.map(({ name }) => name)) });
  new FileDrop({ stage, chat, notices, signal });
  const drag = (/** @type {string} */ type, /** @type {DataTransfer} */ dataTransfer, /** @type {HTMLElement} */ on = tile) =>
    on.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  const target = /** @type {HTMLElement} */ (stage.querySelector(".drop-target"));
  return { stage, tile, target, offered, drag };
}

/** @param {...string} names */
function files(...names) {
  const transfer = new DataTransfer();
  for (const name of names) transfer.items.add(new File(["x"], name));
  return transfer;
}

test("the target says who gets what is dropped, and goes when one leaves", ({ element, signal }) => {
  const { target, drag, offered } = call(element, signal, { recipient: "Bob" });
  drag("dragenter", files("a"));
  equal([target.hidden, target.textContent], [false, "Drop files here to offer them to Bob alone."]);
  drag("dragenter", files("a"), target);
  drag("dragleave", files("a"));
  equal(target.hidden, false);
  drag("dragleave", files("a"), target);
  equal(target.hidden, true);
  drag("dragenter", files("a"));
  ok(!drag("dragover", files("a")));
  ok(!drag("drop", files("a", "b")));
  equal([target.hidden, offered], [true, [["a", "b"]]]);
});

test("a file that is dropped never takes the place of the call, even without a chat", ({ element, signal }) => {
  const { target, drag, offered } = call(element, signal, { isThere: false });
  drag("dragenter", files("a"));
  ok(!drag("dragover", files("a")) && !drag("drop", files("a")));
  equal([target.hidden, offered], [true, []]);
});

test("text is dropped where one wants it, and files where there is no call are the browser's", ({ element, signal }) => {
  const { stage, target, drag } = call(element, signal);
  const text = new DataTransfer();
  text.setData("text/plain", "words");
  ok(drag("dragenter", text) && drag("dragover", text) && drag("drop", text));
  stage.hidden = true;
  ok(drag("dragover", files("a")) && drag("drop", files("a")));
  equal(target.hidden, true);
});
