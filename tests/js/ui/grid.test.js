import { equal, ok, test } from "../harness.js";
import { arrange, boxes, layout } from "../../../static/js/ui/grid.js";

/** @import { Box } from "../../../static/js/ui/grid.js" */

const WIDE = /** @type {const} */ ([4 / 3, 16 / 9]);
const SCENES = [
  { width: 1280, height: 700 },
  { width: 1920, height: 980 },
  { width: 390, height: 720 },
  { width: 844, height: 300 },
  { width: 320, height: 320 },
];

test("the number of columns follows the space", () => {
  const table = [
    [1, 1280, 720, 1, 1],
    [2, 1280, 720, 2, 1],
    [4, 1280, 720, 2, 2],
    [6, 1280, 720, 3, 2],
    [9, 1280, 720, 3, 3],
    [3, 390, 844, 1, 3],
    [8, 390, 844, 2, 4],
    [3, 1600, 300, 3, 1],
  ];
  for (const [count, width, height, columns, rows] of table) {
    const found = arrange(count, width, height, WIDE, 8);
    equal([found.columns, found.rows], [columns, rows], `${count} in ${width}x${height}`);
  }
});

test("no other number of columns gives larger tiles", () => {
  for (const { width, height } of SCENES) {
    for (let count = 1; count <= 50; count++) {
      const { tileWidth, tileHeight } = arrange(count, width, height, WIDE, 8);
      for (let columns = 1; columns <= count; columns++) {
        const rows = Math.ceil(count / columns);
        const cell = [Math.max(0, (width - 8 * (columns - 1)) / columns), Math.max(0, (height - 8 * (rows - 1)) / rows)];
        const other = Math.min(cell[0], (cell[1] * 16) / 9) * Math.min(cell[1], (cell[0] * 3) / 4);
        ok(tileWidth * tileHeight >= other * 0.99, `${count} in ${width}x${height}: ${columns} columns are better`);
      }
    }
  }
});

test("nothing to show, or no room, is nothing", () => {
  equal(arrange(0, 800, 600, WIDE, 8), { columns: 0, rows: 0, tileWidth: 0, tileHeight: 0 });
  equal(arrange(3, 0, 0, WIDE, 8), { columns: 0, rows: 0, tileWidth: 0, tileHeight: 0 });
  equal(boxes(2, { x: 0, y: 0, width: 0, height: 0 }, WIDE, 8), []);
});

test("a short last row is centred", () => {
  const found = boxes(3, { x: 10, y: 0, width: 1280, height: 960 }, WIDE, 0);
  const centre = (/** @type {Box} */ { x, width }) => x + width / 2;
  equal([centre(found[0]), centre(found[1]), centre(found[2])], [330, 970, 650]);
});

test("tiles stay inside the space and off each other", () => {
  for (const { width, height } of SCENES) {
    for (let people = 0; people <= 30; people++) {
      for (let screens = 0; screens <= 3; screens++) {
        const found = layout({ screens, people, width, height, gap: 8 });
        const what = `${screens} screens, ${people} people in ${width}x${height}`;
        equal([found.screens.length, found.people.length], [screens, people], what);
        const all = [...found.screens, ...found.people];
        for (const box of all) ok(inside(box, width, height), `${what}: out of the space`);
        if (!found.floating) ok(!all.some((box, index) => all.slice(index + 1).some((other) => overlap(box, other))), `${what}: overlap`);
      }
    }
  }
});

test("two people: the other is large, oneself floats in the corner", () => {
  const { floating, people } = layout({ screens: 0, people: 2, width: 1280, height: 700, gap: 8 });
  ok(floating);
  ok(people[0].width * people[0].height > 12 * people[1].width * people[1].height);
  ok(overlap(people[0], people[1]));
});

test("screens get most of the space, people a strip: beside, or below when it is tall", () => {
  const wide = layout({ screens: 1, people: 3, width: 1280, height: 700, gap: 8 });
  ok(wide.people.every(({ x }) => x >= wide.screens[0].x + wide.screens[0].width));
  ok(wide.screens[0].width > 900);
  const tall = layout({ screens: 1, people: 3, width: 390, height: 700, gap: 8 });
  ok(tall.people.every(({ y }) => y >= tall.screens[0].y + tall.screens[0].height));
});

/**
 * @param {Box} box
 * @param {number} width
 * @param {number} height
 */
function inside(box, width, height) {
  return box.x > -0.01 && box.y > -0.01 && box.x + box.width < width + 0.01 && box.y + box.height < height + 0.01;
}

/**
 * @param {Box} a
 * @param {Box} b
 */
function overlap(a, b) {
  const apart = 0.01;
  return a.x < b.x + b.width - apart && b.x < a.x + a.width - apart && a.y < b.y + b.height - apart && b.y < a.y + a.height - apart;
}
