import { equal, ok, test } from "../harness.js";
import { MeshGraph } from "../../../static/js/ui/mesh-graph.js";

/** @import { Pair } from "../../../static/js/ui/mesh-layout.js" */

/** @param {AbortSignal} signal */
function shown(signal) {
  const graph = new MeshGraph();
  document.body.append(graph);
  signal.addEventListener("abort", () => graph.remove());
  const lines = () => [...graph.querySelectorAll(".mesh-graph-frame [data-word]")].map((line) => line.getAttribute("data-word"));
  const choice = /** @type {HTMLSelectElement} */ (graph.querySelector("select"));
  const choose = (/** @type {string} */ id) => {
    choice.value = id;
    choice.dispatchEvent(new Event("change"));
  };
  return { graph, lines, choice, choose };
}

/** @param {...string} names */
const people = (...names) => names.map((name) => ({ id: name.toLowerCase(), name: `Guest ${name}`, plain: name }));

/** @type {Pair[]} */
const PAIRS = [
  [0, 1, "good", true, "good", "good"],
  [0, 2, "poor", false, "poor", "good"],
  [1, 2, "unheard", false, "unheard", "good"],
];

test("pairs are lines, those of a relay dashed, and a cross says who does not hear", ({ signal }) => {
  const { graph, lines } = shown(signal);
  graph.show({ people: people("Alice", "Bob", "Carol"), pairs: PAIRS });
  equal(lines(), ["good", "poor", "failing"]);
  equal(graph.querySelectorAll(".mesh-graph-frame [data-relayed]").length, 1);
  equal(graph.querySelectorAll(".mesh-graph-frame [data-cross]").length, 1);
  equal([...graph.querySelectorAll("[data-text=name]")].map(({ textContent }) => textContent), ["Guest Alice", "Guest Bob", "Guest Carol"]);
});

test("one person's pairs can be looked at, by a click or the keyboard", ({ signal }) => {
  const { graph, lines, choice, choose } = shown(signal);
  graph.show({ people: people("Alice", "Bob", "Carol"), pairs: PAIRS });
  equal([...choice.options].map(({ text }) => text), ["Everybody", "Guest Alice", "Guest Bob", "Guest Carol"]);
  choose("alice");
  equal(lines(), ["good", "poor", "failing"]);
  const bob = /** @type {Element} */ (graph.querySelector("[data-id=bob] circle"));
  bob.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  equal([choice.value, ...lines()], ["bob", "good", "failing"]);
  graph.querySelector("[data-id=bob] circle")?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  equal(choice.value, "");
});

test("the choice stays while others come and go, and ends with whoever was chosen", ({ signal }) => {
  const { graph, choice, choose } = shown(signal);
  graph.show({ people: people("Alice", "Bob", "Carol"), pairs: PAIRS });
  choose("carol");
  graph.show({ people: people("Bob", "Carol"), pairs: [[0, 1, "good", false, "good", "good"]] });
  equal(choice.value, "carol");
  graph.show({ people: people("Bob", "Alice"), pairs: [[0, 1, "good", false, "good", "good"]] });
  equal(choice.value, "");
});

test("fifty people are drawn with only the lines that fail", ({ signal }) => {
  const { graph, lines, choose } = shown(signal);
  const crowd = people(...Array.from({ length: 50 }, (_, index) => `Somebody with a long name ${index}`));
  /** @type {Pair[]} */
  const pairs = crowd.flatMap((_, one) =>
    crowd.slice(one + 1).map((__, index) => /** @type {Pair} */ ([one, one + 1 + index, "good", false, "good", "good"])),
  );
  pairs[7] = [0, 8, "unreached", false, "unreached", "good"];
  graph.show({ people: crowd, pairs });
  equal(lines(), ["failing"]);
  choose("somebody with a long name 3");
  equal(lines().length, 50);
  ok([...graph.querySelectorAll("[data-text=name]")].every(({ textContent }) => (textContent ?? "").endsWith("…")));
});

test("whoever is alone has no graph", ({ signal }) => {
  const { graph } = shown(signal);
  graph.show({ people: people("Alice"), pairs: [] });
  ok(graph.hidden);
});
