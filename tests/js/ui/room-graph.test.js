import { equal, ok, test } from "../harness.js";
import { shownName, unmarked } from "../../../static/js/lib/names.js";
import { RoomGraph } from "../../../static/js/ui/room-graph.js";

/** @import { Edge } from "../../../static/js/ui/room-graph.js" */

const PEOPLE = ["Alice", "Bob", "Carol"].map((name) => ({ id: name.toLowerCase(), ...unmarked(name) }));
/** @type {Edge[]} */
const EDGES = [
  { ends: ["alice", "bob"], grade: "good", relayed: false },
  { ends: ["alice", "carol"], grade: "poor", relayed: true },
  { ends: ["bob", "carol"], grade: null, relayed: false },
];

/** @param {HTMLElement} stage */
function graph(stage) {
  const element = new RoomGraph();
  stage.append(element);
  return element;
}

test("lines are coloured and dashed, and missing where there is no connection", ({ element: stage }) => {
  const element = graph(stage);
  element.show(PEOPLE, EDGES);
  const lines = [...element.querySelectorAll("line")].map((line) => [
    line.dataset.grade,
    "relayed" in line.dataset,
    line.getAttribute("x1"),
    line.getAttribute("y1"),
  ]);
  equal(lines, [["good", false, "120.0", "28.0"], ["poor", true, "120.0", "28.0"]]);
  equal([...element.querySelectorAll("svg text")].map(({ textContent }) => textContent), ["A", "B", "C"]);
});

test("the same is there in words", ({ element: stage }) => {
  const element = graph(stage);
  element.show(PEOPLE, EDGES);
  const words = [...element.querySelectorAll("li")].map(({ textContent }) => textContent);
  equal(words, ["Alice and Bob: good", "Alice and Carol: poor, through a relay", "Bob and Carol: not connected"]);
});

test("a guest is one in words, and has initials of their own", ({ element: stage }) => {
  const element = graph(stage);
  element.show([...PEOPLE.slice(0, 2), { id: "carol", ...shownName({ name: "Carol", role: "guest" }) }], EDGES.slice(1, 2));
  equal(element.querySelector("li")?.textContent, "Alice and Guest Carol: poor, through a relay");
  equal(
    [...element.querySelectorAll("g > g")].map((dot) => [dot.querySelector("text")?.textContent, dot.querySelector("title")?.textContent]),
    [["A", "Alice"], ["B", "Bob"], ["C", "Guest Carol"]],
  );
});

test("two people have no graph", ({ element: stage }) => {
  const element = graph(stage);
  element.show(PEOPLE.slice(0, 2), EDGES.slice(0, 1));
  ok(element.hidden);
  element.show(PEOPLE, EDGES);
  ok(!element.hidden);
});

test("nothing is drawn anew while nothing changes", ({ element: stage }) => {
  const element = graph(stage);
  element.show(PEOPLE, EDGES);
  const [line] = element.querySelectorAll("line");
  element.show([...PEOPLE], [...EDGES]);
  ok(element.querySelector("line") === line);
});
