import { gettext } from "../lib/gettext.js";
import { h, put, s, write } from "../lib/dom.js";
import { initials } from "../lib/initials.js";
import { curve, dotRadius, drawn, fails, FEW, height, marks, ring, WIDTH } from "./mesh-layout.js";

/** Characters of a name beside its dot. */
const LENGTH = 18;
/** People. One person alone has no pair. */
const LEAST = 2;
const CROSS = "M-7-7L7 7M-7 7L7-7";

/**
 * The pairs of a meeting as lines between people on a circle. The table below it has the same in words.
 *
 * @import { Pair, Place, Point } from "./mesh-layout.js"
 * @typedef {{id: string, name: string, plain: string}} Person `name` for people, `plain` for initials
 * @typedef {{people: Person[], pairs: Pair[]}} Graph
 */
export class MeshGraph extends HTMLElement {
  #lines = s("g");
  #dots = s("g");
  #svg = s("svg", { "aria-hidden": "true" }, this.#lines, this.#dots);
  #choice = h("select", { id: "graph-choice" });
  /** @type {Graph} */
  #graph = { people: [], pairs: [] };
  /** The id of whose pairs are shown; "" for nobody in particular. */
  #chosen = "";

  connectedCallback() {
    if (this.#choice.isConnected) return;
    const label = h("label", { for: "graph-choice" }, gettext("Show the pairs of"));
    this.append(h("p", {}, label, " ", this.#choice), h("div", { class: "mesh-graph-frame" }, this.#svg), legend());
    this.#choice.addEventListener("change", () => this.#choose(this.#choice.value));
    this.#dots.addEventListener("click", ({ target }) => this.#press(target));
  }

  /** @param {Graph} graph */
  show(graph) {
    this.#graph = graph;
    this.hidden = graph.people.length < LEAST;
    if (!graph.people.some(({ id }) => id === this.#chosen)) this.#chosen = "";
    this.#draw();
  }

  /** @param {EventTarget | null} target */
  #press(target) {
    const id = target instanceof Element ? (target.closest("[data-id]")?.getAttribute("data-id") ?? "") : "";
    this.#choose(id === this.#chosen ? "" : id);
  }

  /** @param {string} id */
  #choose(id) {
    this.#chosen = id;
    this.#draw();
  }

  #draw() {
    const { people, pairs } = this.#graph;
    const places = ring(people.length);
    const size = height(people.length);
    put(this.#svg, "viewBox", `${-WIDTH / 2} ${-size / 2} ${WIDTH} ${size}`);
    const chosen = people.findIndex(({ id }) => id === this.#chosen);
    this.#lines.replaceChildren(...drawn(pairs, people.length, chosen).flatMap((pair) => line(pair, places)));
    this.#dots.replaceChildren(...people.map((person, index) => dot(person, places[index], people.length, index === chosen)));
    this.#offer(people);
  }

  /** @param {Person[]} people */
  #offer(people) {
    const nobody = people.length > FEW ? gettext("Nobody: only those that fail") : gettext("Everybody");
    const options = [h("option", { value: "" }, nobody), ...people.map(({ id, name }) => h("option", { value: id }, name))];
    const texts = (/** @type {Iterable<HTMLOptionElement>} */ some) => [...some].map(({ value, text }) => `${value} ${text}`).join("\n");
    if (texts(this.#choice.options) !== texts(options)) this.#choice.replaceChildren(...options);
    this.#choice.value = this.#chosen;
  }
}

/**
 * @param {Pair} pair
 * @param {readonly Place[]} places
 */
function line(pair, places) {
  const [one, other, word, relayed] = pair;
  const bent = curve(places[one].dot, places[other].dot, places.length);
  const [from, bend, to] = bent.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  const crosses = marks(pair, bent).map((point) => s("path", { d: CROSS, "data-cross": true, transform: moved(point) }));
  return [s("path", { d: `M${from}Q${bend} ${to}`, "data-word": fails(word) ? "failing" : word, "data-relayed": relayed }), ...crosses];
}

/**
 * @param {Person} person
 * @param {Place} place
 * @param {number} count of people
 * @param {boolean} isChosen
 */
function dot({ id, name, plain }, place, count, isChosen) {
  const title = s("title");
  const letters = s("text", { "data-text": "initials" });
  const radius = dotRadius(count);
  const label = s("text", { "data-text": "name", "text-anchor": place.anchor, transform: `${moved(place.label)} rotate(${place.turn.toFixed(1)})` });
  write(title, name);
  write(letters, radius > 14 ? initials(plain) : "");
  write(label, [...name].length > LENGTH ? `${[...name].slice(0, LENGTH - 1).join("")}…` : name);
  const circle = s("circle", { r: radius.toFixed(1) });
  return s("g", { "data-id": id, "data-chosen": isChosen }, title, s("g", { transform: moved(place.dot) }, circle, letters), label);
}

/** @param {Point} point */
function moved({ x, y }) {
  return `translate(${x.toFixed(1)} ${y.toFixed(1)})`;
}

function legend() {
  const row = (/** @type {Record<string, string | boolean>} */ look, /** @type {string} */ text, cross = false) => {
    const sample = s("svg", { viewBox: "0 0 48 16", "aria-hidden": "true" }, s("line", { x1: "0", y1: "8", x2: "48", y2: "8", ...look }));
    if (cross) sample.append(s("path", { d: CROSS, "data-cross": true, transform: "translate(14 8)" }));
    return h("li", {}, sample, " ", text);
  };
  return h(
    "ul",
    { class: "mesh-graph-legend" },
    row({ "data-word": "good" }, gettext("Good")),
    row({ "data-word": "fair" }, gettext("Fair")),
    row({ "data-word": "poor" }, gettext("Poor")),
    row({ "data-word": "good", "data-relayed": true }, gettext("Dashed: through a relay")),
    row({ "data-word": "failing" }, gettext("Not connected, or not heard. The cross is near the end that reports it."), true),
    row({ "data-word": "unknown" }, gettext("Dotted: connecting, or no report")),
  );
}

customElements.define("mesh-graph", MeshGraph);
