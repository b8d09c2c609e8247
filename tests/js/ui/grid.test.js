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

const SCENE = { stage: 0, screens: false, others: 0, floats: false, page: 0, width: 1280, height: 700, gap: 8 };

test("tiles stay inside the space and off each other, on every page", () => {
  for (const { width, height } of SCENES) {
    for (let others = 0; others <= 30; others++) {
      for (let stage = 0; stage <= 3; stage++) {
        const { pages } = layout({ ...SCENE, stage, others, width, height });
        for (let page = 0; page < pages; page++) {
          const found = layout({ ...SCENE, stage, screens: stage > 1, others, page, width, height });
          const what = `${stage} on the stage, ${others} others in ${width}x${height}, page ${page}`;
          equal([found.stage.length, found.others.length, found.page], [stage, others, page], what);
          const all = [...found.stage, ...found.others.filter((box) => box !== null)];
          for (const box of all) ok(inside(box, width, height), `${what}: out of the space`);
          ok(!all.some((box, index) => all.slice(index + 1).some((other) => overlap(box, other))), `${what}: overlap`);
        }
      }
    }
  }
});

test("everybody is on one page, and pages are about equally full", () => {
  for (const { width, height } of SCENES) {
    for (let others = 1; others <= 64; others++) {
      const { pages } = layout({ ...SCENE, others, width, height });
      const sizes = Array.from({ length: pages }, (_, page) => shown(layout({ ...SCENE, others, page, width, height })));
      equal(sizes.flat(), Array.from({ length: others }, (_, index) => index), `${others} in ${width}x${height}`);
      ok(sizes.every((one) => one.length > 0 && one.length <= sizes[0].length));
    }
  }
});

test("no tile of the grid is too small, as long as there are pages", () => {
  const table = [
    [1280, 700, 12, 1, 200],
    [1280, 700, 25, 1, 200],
    [1280, 700, 64, 3, 200],
    [390, 700, 10, 1, 150],
    [390, 700, 20, 2, 150],
    [844, 300, 18, 2, 150],
    [120, 700, 3, 1, 120],
  ];
  for (const [width, height, others, pages, least] of table) {
    const found = layout({ ...SCENE, others, width, height });
    equal(found.pages, pages, `${others} in ${width}x${height}`);
    ok(found.others.every((box) => !box || box.width >= least - 0.01), `${others} in ${width}x${height}: ${found.others[0]?.width}`);
  }
});

test("a page there is not is the last, or the first", () => {
  equal([9, -1].map((page) => layout({ ...SCENE, others: 64, page }).page), [2, 0]);
  equal(layout({ ...SCENE, others: 0, page: 3 }), { stage: [], others: [], floating: null, page: 0, pages: 1 });
});

test("the strip beside a stage has pages too", () => {
  const { stage, others, pages } = layout({ ...SCENE, stage: 1, others: 30 });
  ok(pages > 1 && others.filter((box) => box).length > 6, `${pages} pages`);
  ok(others.every((box) => !box || (box.width >= 120 && box.x >= stage[0].x + stage[0].width)));
});

test("two people: the other is large, oneself floats in the corner", () => {
  const { floating, others } = layout({ ...SCENE, others: 1, floats: true });
  ok(floating && others[0] && others[0].width * others[0].height > 12 * floating.width * floating.height);
  ok(floating && others[0] && overlap(others[0], floating));
});

test("what floats is in the corner of the stage, or of the page, and inside the space", () => {
  for (const { width, height } of SCENES) {
    for (const [stage, others] of [[1, 0], [1, 4], [2, 4], [0, 1], [0, 9], [0, 40]]) {
      const { floating } = layout({ ...SCENE, stage, others, floats: true, width, height });
      ok(floating && inside(floating, width, height), `${stage}, ${others} in ${width}x${height}`);
    }
  }
  equal(layout({ ...SCENE, floats: true }).floating, null);
});

test("the stage gets most of the space, the others a strip: beside, or below when it is tall", () => {
  const wide = layout({ ...SCENE, stage: 1, screens: true, others: 3 });
  ok(wide.others.every((box) => box && box.x >= wide.stage[0].x + wide.stage[0].width));
  ok(wide.stage[0].width > 900);
  const tall = layout({ ...SCENE, stage: 1, screens: true, others: 3, width: 390 });
  ok(tall.others.every((box) => box && box.y >= tall.stage[0].y + tall.stage[0].height));
});

test("a person on the stage is not cropped to a ribbon, a screen has all of it", () => {
  const [person] = layout({ ...SCENE, stage: 1, width: 1280, height: 300 }).stage;
  ok(person.width / person.height <= 2.11);
  equal(layout({ ...SCENE, stage: 1, screens: true, width: 1280, height: 300 }).stage[0].width, 1280);
});

/** @param {import("../../../static/js/ui/grid.js").Layout} layout */
function shown({ others }) {
  return others.flatMap((box, index) => (box ? [index] : []));
}

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
