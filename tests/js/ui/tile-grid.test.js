import { equal, nextTask, ok, test, until } from "../harness.js";
import { TileGrid } from "../../../static/js/ui/tile-grid.js";

/** @import { Placed } from "../../../static/js/ui/tile-grid.js" */

/**
 * @param {HTMLElement} stage
 * @param {number} count of tiles
 */
function grid(stage, count) {
  const element = new TileGrid();
  Object.assign(element.style, { display: "block", width: "1280px", height: "700px", columnGap: "8px" });
  stage.append(element);
  const tiles = Array.from({ length: count }, () => element.appendChild(document.createElement("div")));
  /** @type {Placed[]} */
  const placed = [];
  /** @type {unknown[]} */
  const told = [];
  element.addEventListener("placed", (event) => placed.push(/** @type {CustomEvent<Placed>} */ (event).detail));
  for (const type of ["pick", "page"]) element.addEventListener(type, (event) => told.push(/** @type {CustomEvent} */ (event).detail));
  const plan = { stage: [], others: tiles, floating: null, hasScreens: false, page: 0 };
  return { element, tiles, placed, told, plan };
}

/** @param {HTMLElement} tile */
const width = (tile) => Number.parseFloat(tile.style.getPropertyValue("--width"));

/**
 * @param {EventTarget} target
 * @param {string} key
 */
function press(target, key) {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

test("tiles are placed as planned, and never moved in the document", ({ element: stage }) => {
  const { element, tiles, plan } = grid(stage, 3);
  element.plan = plan;
  equal([new Set(tiles.map(width)).size, element.dataset.layout], [1, "grid"]);
  element.plan = { ...plan, stage: [tiles[2]], others: [tiles[0]], floating: tiles[1] };
  equal(element.dataset.layout, "stage");
  ok(width(tiles[2]) > 3 * width(tiles[0]));
  equal(tiles.map((tile) => tile.matches("[data-floating]")), [false, true, false]);
  ok([...element.children].every((tile, index) => tile === tiles[index]));
});

test("what is not in the plan, or on another page, is not placed; and all of it is told", ({ element: stage }) => {
  const { element, tiles, placed, plan } = grid(stage, 40);
  element.plan = { ...plan, others: tiles.slice(1), page: 1 };
  const { boxes, page, pages } = /** @type {Placed} */ (placed.at(-1));
  equal([page, pages, boxes.size], [1, 2, 40]);
  equal(tiles.map((tile) => tile.matches("[data-placed]")), tiles.map((tile) => boxes.get(tile) !== null));
  equal([boxes.get(tiles[0]), boxes.get(tiles[1])], [null, null]);
  ok((boxes.get(tiles[39])?.width ?? 0) >= 200);
});

test("tiles follow the size of the grid", async ({ element: stage }) => {
  const { element, tiles, plan } = grid(stage, 3);
  element.plan = plan;
  const before = width(tiles[0]);
  element.style.width = "400px";
  await until(() => width(tiles[0]) < before);
});

test("a tile that was shown glides to its new place; one that appears, or begins or ends to float, is there at once", ({ element: stage }) => {
  const { element, tiles, plan } = grid(stage, 3);
  const gliding = () => tiles.map((tile) => tile.hasAttribute("data-gliding"));
  element.plan = { ...plan, others: [tiles[0]] };
  equal(gliding(), [false, false, false]);
  element.plan = { ...plan, others: [tiles[1]], floating: tiles[0] };
  equal(gliding(), [false, false, false]);
  element.plan = { ...plan, others: [tiles[1], tiles[2]], floating: tiles[0] };
  equal(gliding(), [true, true, false]);
  element.plan = plan;
  equal(gliding(), [false, true, true]);
});

test("without room nothing is placed", async ({ element: stage }) => {
  const { element, tiles, plan, placed } = grid(stage, 1);
  element.style.height = "0";
  element.plan = plan;
  await nextTask();
  ok(!tiles[0].hasAttribute("data-placed"));
  equal([placed.at(-1)?.boxes.get(tiles[0]), placed.at(-1)?.pages], [null, 1]);
});

test("one tile is reached by Tab, the others by arrow keys, and past the last is the next page", ({ element: stage }) => {
  const { element, tiles, told, plan } = grid(stage, 3);
  element.plan = plan;
  equal(tiles.map(({ tabIndex }) => tabIndex), [0, -1, -1]);
  tiles[0].focus();
  press(tiles[0], "ArrowRight");
  press(tiles[1], "ArrowDown");
  ok(document.activeElement === tiles[2]);
  equal(tiles.map(({ tabIndex }) => tabIndex), [-1, -1, 0]);
  press(tiles[2], "ArrowRight");
  press(tiles[2], "ArrowLeft");
  ok(document.activeElement === tiles[1]);
  equal(told, [{ step: 1 }]);
});

test("the focus stays with what is shown", ({ element: stage }) => {
  const { element, tiles, plan } = grid(stage, 3);
  element.plan = plan;
  tiles[0].focus();
  element.plan = { ...plan, others: tiles.slice(1) };
  ok(document.activeElement === tiles[1]);
  equal(tiles.map(({ tabIndex }) => tabIndex), [-1, 0, -1]);
});

test("Enter and a double click pick a tile, on its buttons they do not", ({ element: stage }) => {
  const { element, tiles, told, plan } = grid(stage, 2);
  const button = tiles[1].appendChild(document.createElement("button"));
  element.plan = plan;
  tiles[0].focus();
  press(tiles[0], "Enter");
  tiles[1].dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
  button.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
  button.focus();
  press(button, "Enter");
  ok(told.length === 2);
  ok(Reflect.get(/** @type {object} */ (told[0]), "tile") === tiles[0] && Reflect.get(/** @type {object} */ (told[1]), "tile") === tiles[1]);
});

test("a finger that swipes turns the page, a mouse that drags does not", ({ element: stage }) => {
  const { element, tiles, told, plan } = grid(stage, 2);
  element.plan = plan;
  const drag = (/** @type {string} */ pointerType, /** @type {number} */ x, /** @type {number} */ y) => {
    const options = { bubbles: true, pointerId: 7, isPrimary: true, pointerType };
    tiles[0].dispatchEvent(new PointerEvent("pointerdown", { ...options, clientX: 300, clientY: 300 }));
    tiles[0].dispatchEvent(new PointerEvent("pointerup", { ...options, clientX: 300 + x, clientY: 300 + y }));
  };
  drag("touch", -120, 10);
  drag("touch", 120, 10);
  drag("touch", 20, 0);
  drag("touch", 80, 80);
  drag("mouse", -120, 0);
  equal(told, [{ step: 1 }, { step: -1 }]);
  element.dir = "rtl";
  drag("touch", -120, 10);
  equal(told.at(-1), { step: -1 });
});
