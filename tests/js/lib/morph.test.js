import { equal, ok, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { morph } from "../../../static/js/lib/morph.js";

/** @param {...(Node | string)} children */
function part(...children) {
  const element = h("div", {}, ...children);
  document.body.append(element);
  return element;
}

/**
 * @param {string} name
 * @param {string} [text]
 */
const row = (name, text = name) => h("p", { id: name }, h("a", { href: `#${name}` }, text));

test("what is the same stays, with its focus", ({ signal }) => {
  const shown = part(row("alice"), row("bob"));
  signal.addEventListener("abort", () => shown.remove());
  const [alice, bob] = shown.children;
  bob.querySelector("a")?.focus();
  morph(shown, h("div", {}, row("alice"), row("bob", "Bobby")));
  equal([...shown.children].map((one) => one === alice || one === bob), [true, true]);
  equal(bob.textContent, "Bobby");
  equal(document.activeElement, bob.querySelector("a"));
});

test("who leaves is gone, who comes is there, and the others stay", ({ signal }) => {
  const shown = part(row("alice"), row("bob"), row("carol"));
  signal.addEventListener("abort", () => shown.remove());
  const [, bob, carol] = shown.children;
  carol.querySelector("a")?.focus();
  morph(shown, h("div", {}, row("bob"), row("carol"), row("dave")));
  equal([...shown.children].map(({ id }) => id), ["bob", "carol", "dave"]);
  ok(shown.children[0] === bob && shown.children[1] === carol, "the same elements");
  equal(document.activeElement, carol.querySelector("a"));
});

test("every document becomes like every other", () => {
  /** @type {(() => Node[])[]} */
  const documents = [
    () => [],
    () => ["only text"].map((text) => document.createTextNode(text)),
    () => [row("alice"), document.createTextNode(" and "), row("bob")],
    () => [row("bob"), row("alice")],
    () => [h("ul", { class: "one" }, h("li", {}, "1"), h("li", {}, "2")), row("alice")],
    () => [h("ul", { title: "two" }, h("li", {}, "2"))],
    () => [h("p", {}, "no id"), h("p", {}, h("b", {}, "bold")), document.createComment("x")],
  ];
  for (const before of documents) {
    for (const after of documents) {
      const shown = h("div", {}, ...before());
      morph(shown, h("div", {}, ...after()));
      ok(shown.isEqualNode(h("div", {}, ...after())), shown.outerHTML);
    }
  }
});
