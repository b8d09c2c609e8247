import { equal, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { TilePager } from "../../../static/js/ui/tile-pager.js";

/** @param {HTMLElement} stage */
function pager(stage) {
  const element = stage.appendChild(new TilePager());
  /** @type {number[]} */
  const told = [];
  element.addEventListener("page", (event) => told.push(/** @type {CustomEvent} */ (event).detail.step));
  const [previous, next] = element.querySelectorAll("button");
  return { element, told, previous, next };
}

/**
 * @param {string} key
 * @param {EventTarget} [target]
 */
function press(key, target = document.body) {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

test("one page is nothing to turn", ({ element: stage }) => {
  const { element, told } = pager(stage);
  element.show(0, 1);
  press("PageDown");
  equal([element.hidden, told], [true, []]);
});

test("buttons and keys turn pages, and it says which is shown", ({ element: stage }) => {
  const { element, told, previous, next } = pager(stage);
  element.show(1, 4);
  equal([element.hidden, element.textContent], [false, "Page 2 of 4"]);
  next.click();
  press("PageDown");
  press("PageUp");
  previous.click();
  equal(told, [1, 1, -1, -1]);
  element.show(0, 4);
  equal([previous.disabled, next.disabled], [true, false]);
  element.show(3, 4);
  equal([previous.disabled, next.disabled], [false, true]);
});

test("keys are left alone where they scroll or write, and after it is gone", ({ element: stage }) => {
  const { element, told } = pager(stage);
  element.show(0, 2);
  const menu = stage.appendChild(h("div", { popover: true }, h("button")));
  press("PageDown", menu.querySelector("button") ?? menu);
  press("PageDown", stage.appendChild(h("input")));
  element.remove();
  press("PageDown");
  equal(told, []);
});
