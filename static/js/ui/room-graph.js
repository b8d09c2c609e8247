import { gettext, interpolate } from "../lib/gettext.js";
import { h, s, write } from "../lib/dom.js";
import { hue, initials } from "../lib/initials.js";

const SIZE = 240;
const RADIUS = 92;
const DOT = 17;
/** People. For two, a diagram says nothing. */
const LEAST = 3;

/**
 * Who is connected to whom: people on a circle, and a list of the same in words.
 *
 * @typedef {{id: string, name: string, plain: string}} Person `name` for sentences, `plain` for initials
 * @typedef {{ends: [string, string], grade: "good" | "fair" | "poor" | null, relayed: boolean}} Edge `grade`: null when not connected
 */
export class RoomGraph extends HTMLElement {
  #lines = s("g", {});
  #dots = s("g", {});
  #list = h("ul", { role: "list" });
  #shown = "";

  connectedCallback() {
    if (this.#list.isConnected) return;
    const diagram = s("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, "aria-hidden": "true" }, this.#lines, this.#dots);
    this.append(
      h("h3", {}, gettext("Who is connected to whom")),
      diagram,
      h("details", {}, h("summary", {}, gettext("The same in words")), this.#list),
    );
  }

  /**
   * @param {readonly Person[]} people
   * @param {readonly Edge[]} edges
   */
  show(people, edges) {
    this.hidden = people.length < LEAST;
    const content = JSON.stringify([people, edges]);
    if (this.hidden || content === this.#shown) return;
    this.#shown = content;
    const places = new Map(people.map(({ id }, index) => [id, place(index, people.length)]));
    const names = new Map(people.map(({ id, name }) => [id, name]));
    this.#lines.replaceChildren(...edges.filter(({ grade }) => grade).map((edge) => line(edge, places)));
    this.#dots.replaceChildren(...people.map((person) => dot(person, places)));
    this.#list.replaceChildren(...edges.map((edge) => h("li", {}, words(edge, names))));
  }
}

/**
 * @param {Edge} edge
 * @param {ReadonlyMap<string, {x: string, y: string}>} places
 */
function line({ ends: [one, other], grade, relayed }, places) {
  const [from, to] = [places.get(one), places.get(other)];
  return s("line", { x1: from?.x, y1: from?.y, x2: to?.x, y2: to?.y, "data-grade": grade, "data-relayed": relayed });
}

/**
 * @param {Person} person
 * @param {ReadonlyMap<string, {x: string, y: string}>} places
 */
function dot({ id, name, plain }, places) {
  const { x, y } = places.get(id) ?? {};
  const text = s("text", { x, y });
  const title = s("title");
  write(text, initials(plain));
  write(title, name);
  const group = s("g", {}, title, s("circle", { cx: x, cy: y, r: String(DOT) }), text);
  group.style.setProperty("--hue", String(hue(plain)));
  return group;
}

/**
 * The first at the top, then clockwise.
 *
 * @param {number} index
 * @param {number} count
 */
function place(index, count) {
  const angle = (index / count) * 2 * Math.PI - Math.PI / 2;
  return { x: (SIZE / 2 + RADIUS * Math.cos(angle)).toFixed(1), y: (SIZE / 2 + RADIUS * Math.sin(angle)).toFixed(1) };
}

/**
 * @param {Edge} edge
 * @param {ReadonlyMap<string, string>} names
 */
function words({ ends: [one, other], grade, relayed }, names) {
  const formats = {
    good: gettext("%(one)s and %(other)s: good"),
    fair: gettext("%(one)s and %(other)s: fair"),
    poor: gettext("%(one)s and %(other)s: poor"),
    none: gettext("%(one)s and %(other)s: not connected"),
  };
  const text = interpolate(formats[grade ?? "none"], { one: names.get(one), other: names.get(other) });
  return relayed ? interpolate(gettext("%(pair)s, through a relay"), { pair: text }) : text;
}

customElements.define("room-graph", RoomGraph);
