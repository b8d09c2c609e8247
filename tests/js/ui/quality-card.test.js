import { equal, ok, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { QualityCard } from "../../../static/js/ui/quality-card.js";

const SHOT = { width: 640, height: 360, rate: 24.6, codec: "VP8" };
const NONE = { received: null, sent: null };
const FIGURES = {
  roundTripMs: 31.4, lossReceived: 0, lossSent: 2.04, received: 812.3, sent: 400,
  camera: { received: SHOT, sent: null }, screen: NONE, isRelayed: false,
};

/** @param {HTMLElement} stage */
function opened(stage) {
  const button = h("button", {}, "line");
  const card = new QualityCard();
  stage.append(button, card);
  button.focus();
  card.open(button, "<b>Alice</b>");
  return { button, card };
}

/** @param {HTMLElement} card */
function rows(card) {
  const shown = [...card.querySelectorAll(".quality-row")].filter((row) => !(/** @type {HTMLElement} */ (row).hidden));
  return shown.map((row) => `${row.querySelector("dt")?.textContent}: ${row.querySelector("dd")?.textContent}`);
}

test("the figures are in words, and a row without any is not shown", ({ element: stage }) => {
  const { card } = opened(stage);
  card.figures = FIGURES;
  equal(rows(card), [
    "Round trip: 31 ms",
    "Lost: received 0 %, sent 2 %",
    "kbit/s: received 812, sent 400",
    "Picture: received 640 × 360 · 25/s · VP8\nsent none",
    "Path: direct",
  ]);
  card.figures = { ...FIGURES, roundTripMs: null, isRelayed: true, screen: { received: null, sent: { ...SHOT, codec: "" } } };
  equal([rows(card)[0], ...rows(card).slice(-2)], ["Round trip: unknown", "Screen: received none\nsent 640 × 360 · 25/s", "Path: through a relay"]);
});

test("the last minute is drawn, the newest at the right", ({ element: stage }) => {
  const { card } = opened(stage);
  card.history = { roundTripMs: [null, 50, 100], loss: [0, 0, 10], received: [0, 0, 0], sent: [250, 500, 1000] };
  const points = (/** @type {string} */ name) => card.querySelector(`[data-line=${name}]`)?.getAttribute("points");
  equal([points("trip"), points("loss")], ["235.9,18.0 240.0,1.0", "231.9,35.0 235.9,35.0 240.0,1.0"]);
  equal(points("sent"), "231.9,26.5 235.9,18.0 240.0,1.0");
  equal([...card.querySelectorAll(".quality-most")].map(({ textContent }) => textContent), ["100", "10", "1,000"]);
});

test("the heading takes the focus, and gives it back", ({ element: stage }) => {
  const { button, card } = opened(stage);
  ok(card.isOpen);
  equal(document.activeElement?.textContent, "Connection to <b>Alice</b>");
  card.querySelector("button")?.click();
  ok(!card.isOpen);
  ok(document.activeElement === button);
});

test("how the picture is encoded has a place", ({ element: stage }) => {
  const { card } = opened(stage);
  const how = /** @type {HTMLElement} */ (card.querySelector(".quality-how"));
  ok(how.hidden);
  card.how = "Shared encoding";
  equal([how.hidden, how.textContent], [false, "Shared encoding"]);
});
