import { equal, nextTask, ok, test } from "../harness.js";
import "../../../static/js/ui/tile-grid.js";

/** @param {HTMLElement} stage */
async function grid(stage) {
  const element = document.createElement("tile-grid");
  Object.assign(element.style, { display: "block", width: "1280px", height: "700px", columnGap: "8px" });
  stage.append(element);
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {{kind?: string, self?: boolean}} [options]
 */
function add(element, { kind = "person", self = false } = {}) {
  const tile = document.createElement("div");
  tile.dataset.kind = kind;
  tile.toggleAttribute("data-self", self);
  element.append(tile);
  return tile;
}

/** @param {HTMLElement} tile */
const width = (tile) => Number.parseFloat(tile.style.getPropertyValue("--width"));
/** @param {HTMLElement} tile */
const left = (tile) => Number.parseFloat(tile.style.getPropertyValue("--x"));

test("tiles are placed as they come and go, and never moved in the document", async ({ element: stage }) => {
  const element = await grid(stage);
  const tiles = [add(element, { self: true }), add(element), add(element)];
  await nextTask();
  equal(new Set(tiles.map(width)).size, 1);
  equal(element.dataset.layout, "grid");
  tiles[2].remove();
  await nextTask();
  equal(element.dataset.layout, "floating");
  ok(width(tiles[0]) * 3 < width(tiles[1]), "oneself is the small one, though first in the document");
  equal([...element.children], tiles.slice(0, 2).map((tile) => tile));
});

test("a screen takes the stage, one's own does not", async ({ element: stage }) => {
  const element = await grid(stage);
  const person = add(element);
  const preview = add(element, { kind: "preview" });
  await nextTask();
  equal(element.dataset.layout, "floating");
  const screen = add(element, { kind: "screen" });
  await nextTask();
  equal(element.dataset.layout, "stage");
  ok(width(screen) > 3 * width(person));
  ok(left(preview) > left(screen));
});

test("tiles follow the size of the grid", async ({ element: stage }) => {
  const element = await grid(stage);
  const tiles = [add(element), add(element), add(element)];
  await nextTask();
  const before = width(tiles[0]);
  element.style.width = "400px";
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)));
  ok(width(tiles[0]) < before);
});

test("without room nothing is placed", async ({ element: stage }) => {
  const element = await grid(stage);
  element.style.height = "0";
  const tile = add(element);
  await nextTask();
  ok(!tile.hasAttribute("data-placed"));
});
