import { gettext, interpolate } from "../lib/gettext.js";
import { h, icon, put, s, write } from "../lib/dom.js";

const WIDTH = 240;
const HEIGHT = 36;
const SECONDS = 60;

/**
 * Figures of the connection to one person, and charts of the last minute. A popover; its heading takes the focus.
 *
 * @typedef {{width: number, height: number, rate: number, codec: string}} Shot `rate`: frames per second
 * @typedef {{received: Shot | null, sent: Shot | null}} Shots
 * @typedef {{roundTripMs: number | null, lossReceived: number, lossSent: number, received: number, sent: number, camera: Shots,
 *   screen: Shots, isRelayed: boolean}} Figures losses in percent, `received` and `sent` in kbit/s
 * @typedef {{roundTripMs: (number | null)[], loss: number[], received: number[], sent: number[]}} History one entry for each second
 */
export class QualityCard extends HTMLElement {
  #title = h("h2", { id: "quality-title", tabindex: "-1" });
  #how = h("p", { class: "quality-how muted small", hidden: true });
  #trip = new Row("trip", gettext("Round trip"), ["trip"], 100);
  #loss = new Row("loss", gettext("Lost"), ["loss"], 5);
  #bits = new Row("bits", gettext("kbit/s"), ["received", "sent"], 500);
  #camera = new Row("camera", gettext("Picture"));
  #screen = new Row("screen", gettext("Screen"));
  #path = new Row("path", gettext("Path"));

  connectedCallback() {
    if (this.#title.isConnected) return;
    put(this, "popover", "auto");
    put(this, "role", "dialog");
    put(this, "aria-labelledby", this.#title.id);
    const close = h(
      "button",
      { type: "button", class: "button button-quiet button-icon button-small", "aria-label": gettext("Close") },
      icon("close"),
    );
    close.addEventListener("click", () => this.hidePopover());
    const rows = [this.#trip, this.#loss, this.#bits, this.#camera, this.#screen, this.#path];
    this.append(h("header", { class: "quality-title" }, this.#title, close), h("dl", {}, ...rows.map(({ element }) => element)), this.#how);
  }

  get isOpen() {
    return this.matches(":popover-open");
  }

  /**
   * @param {HTMLElement} source what it belongs to, and where the focus goes back to
   * @param {string} name
   */
  open(source, name) {
    write(this.#title, interpolate(gettext("Connection to %(name)s"), { name }));
    this.showPopover({ source });
    this.#title.focus();
  }

  /** @param {Figures | null} figures */
  set figures(figures) {
    if (!figures) return;
    const { roundTripMs, lossReceived, lossSent, received, sent, camera, screen, isRelayed } = figures;
    this.#trip.text = roundTripMs === null ? gettext("unknown") : interpolate(gettext("%(ms)s ms"), { ms: number(roundTripMs) });
    this.#loss.text = interpolate(gettext("received %(received)s %, sent %(sent)s %"), {
      received: number(lossReceived, 1),
      sent: number(lossSent, 1),
    });
    this.#bits.text = interpolate(gettext("received %(received)s, sent %(sent)s"), { received: number(received), sent: number(sent) });
    this.#camera.text = videos(camera);
    this.#screen.text = screen.received || screen.sent ? videos(screen) : "";
    this.#path.text = isRelayed ? gettext("through a relay") : gettext("direct");
  }

  /** @param {History} history */
  set history({ roundTripMs, loss, received, sent }) {
    this.#trip.lines = [roundTripMs];
    this.#loss.lines = [loss];
    this.#bits.lines = [received, sent];
  }

  /** @param {string} text how our video is encoded for this person, or why theirs is not shown, line by line; "" hides it */
  set how(text) {
    write(this.#how, text);
    this.#how.hidden = text === "";
  }
}

/** A figure, perhaps with a chart of it. */
class Row {
  #text = h("dd", {});
  /** @type {SVGPolylineElement[]} */
  #lines;
  #most = h("span", { class: "quality-most", "aria-hidden": "true" });
  #least;
  element;

  /**
   * @param {string} name
   * @param {string} label
   * @param {readonly string[]} [lines] their names
   * @param {number} [least] that the chart is high, in its units
   */
  constructor(name, label, lines = [], least = 1) {
    this.#least = least;
    this.#lines = lines.map((line) => s("polyline", { "data-line": line, "vector-effect": "non-scaling-stroke" }));
    const box = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" };
    const chart = lines.length ? h("div", { class: "quality-chart" }, s("svg", box, ...this.#lines), this.#most) : null;
    const term = chart ? h("dd", { class: "quality-shown" }, chart) : null;
    this.element = h("div", { class: "quality-row", "data-part": name }, h("dt", {}, label), this.#text, term);
  }

  /** @param {string} text "" hides the row */
  set text(text) {
    write(this.#text, text);
    this.element.hidden = text === "";
  }

  /** @param {readonly (readonly (number | null)[])[]} lines */
  set lines(lines) {
    const most = Math.max(this.#least, ...lines.flatMap((line) => line.map((value) => value ?? 0)));
    lines.forEach((line, index) => put(this.#lines[index], "points", points(line, most)));
    write(this.#most, number(most));
  }
}

/**
 * The newest at the right.
 *
 * @param {readonly (number | null)[]} values
 * @param {number} most
 */
function points(values, most) {
  const x = (/** @type {number} */ index) => ((SECONDS - values.length + index) / (SECONDS - 1)) * WIDTH;
  const y = (/** @type {number} */ value) => HEIGHT - 1 - (value / most) * (HEIGHT - 2);
  return values.flatMap((value, index) => (value === null ? [] : [`${x(index).toFixed(1)},${y(value).toFixed(1)}`])).join(" ");
}

/** @param {Shots} shots */
function videos({ received, sent }) {
  const lines = [interpolate(gettext("received %(shot)s"), { shot: video(received) }), interpolate(gettext("sent %(shot)s"), { shot: video(sent) })];
  return lines.join("\n");
}

/** @param {Shot | null} shot */
function video(shot) {
  if (!shot) return gettext("none");
  const { width, height, rate, codec } = shot;
  return [`${width} × ${height}`, interpolate(gettext("%(rate)s/s"), { rate: number(rate) }), codec].filter(Boolean).join(" · ");
}

/**
 * @param {number} value
 * @param {number} [digits]
 */
function number(value, digits = 0) {
  return new Intl.NumberFormat(document.documentElement.lang || undefined, { maximumFractionDigits: digits }).format(value);
}

customElements.define("quality-card", QualityCard);
