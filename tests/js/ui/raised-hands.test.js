import { equal, ok, once, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { RaisedHands } from "../../../static/js/ui/raised-hands.js";

/** @param {HTMLElement} stage */
function list(stage) {
  const element = new RaisedHands();
  element.append(h("span", { "data-part": "raised" }), h("ol"), h("button", { "data-part": "all", hidden: true }, "Lower all"));
  stage.append(element);
  return element;
}

const raised = (/** @type {string} */ id, lowers = true, name = id) => ({ id, name, lowers });

/** @param {HTMLElement} element */
const rows = (element) => [...element.querySelectorAll("li")];

test("hands are in order, and rows are kept while others come and go", ({ element: stage }) => {
  const element = list(stage);
  element.state = { hands: [raised("carol"), raised("alice"), raised("bob")], lowersAll: true };
  const [, alice, bob] = rows(element);
  alice.querySelector("button")?.focus();
  element.state = { hands: [raised("alice"), raised("bob"), raised("dave")], lowersAll: true };
  equal(rows(element).map((row) => row.querySelector(".person-name")?.textContent), ["alice", "bob", "dave"]);
  ok(rows(element)[0] === alice && rows(element)[1] === bob);
  ok(alice.contains(document.activeElement));
  equal([element.hidden, element.querySelector("[data-part=raised]")?.textContent], [false, "3"]);
  element.state = { hands: [], lowersAll: true };
  ok(element.hidden);
});

test("whoever may not lower a hand has no button for it", ({ element: stage }) => {
  const element = list(stage);
  element.state = { hands: [raised("bob", true), raised("carol", false, "Guest carol")], lowersAll: false };
  equal(rows(element).map((row) => row.querySelector("button")?.hidden), [false, true]);
  equal(rows(element)[1].querySelector("button")?.getAttribute("aria-label"), "Lower the hand of Guest carol");
  equal(element.querySelector("[data-part=all]")?.hasAttribute("hidden"), true);
});

test("one hand is lowered, or all", async ({ element: stage }) => {
  const element = list(stage);
  element.state = { hands: [raised("bob")], lowersAll: true };
  for (const [button, expected] of /** @type {const} */ ([
    [rows(element)[0].querySelector("button"), { id: "bob" }],
    [element.querySelector("[data-part=all]"), {}],
  ])) {
    const lower = once(element, "lower");
    if (button instanceof HTMLElement) button.click();
    equal((await lower).detail, expected);
  }
});
