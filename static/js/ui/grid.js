/**
 * Where tiles go. Pure: sizes in, rectangles out.
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 * @typedef {{columns: number, rows: number, tileWidth: number, tileHeight: number}} Arrangement
 * @typedef {readonly [least: number, most: number]} Ratios width divided by height a tile may have
 * @typedef {{screens: Box[], people: Box[], floating: boolean}} Layout
 */

/** Pictures are mostly 16:9; beside each other they may be cropped to 4:3, in a tall space to 3:4 or 2:1. */
const WIDE = /** @type {Ratios} */ ([4 / 3, 16 / 9]);
const TALL = /** @type {Ratios} */ ([3 / 4, 2]);
const ANY = /** @type {Ratios} */ ([0, Infinity]);

const STRIP_SHARE = 0.22;
const STRIP_MIN = 120;
const STRIP_MAX = 320;
const TALL_STAGE_SHARE = 0.6;
/** In a tall space a screen fills the width, and needs hardly more height than that of 4:3. */
const SCREEN_RATIO = 4 / 3;
const FLOAT_SHARE = 0.26;
const FLOAT_MIN = 96;
const FLOAT_MAX = 260;

/**
 * The grid of equal tiles that shows most: every number of columns is tried, the largest tile wins, and of
 * equals the one with the fewest empty places.
 *
 * @param {number} count
 * @param {number} width
 * @param {number} height
 * @param {Ratios} ratios
 * @param {number} gap
 * @returns {Arrangement} all zero when there is nothing to show or no room to show it
 */
export function arrange(count, width, height, ratios, gap) {
  let best = { columns: 0, rows: 0, tileWidth: 0, tileHeight: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const candidate = withColumns(columns, count, width, height, ratios, gap);
    if (area(candidate) > area(best) * 1.001) best = candidate;
    else if (area(candidate) > area(best) * 0.999 && places(candidate) < places(best)) best = candidate;
  }
  return best;
}

/**
 * The same grid as boxes inside `space`, in the middle of it, a short last row centred.
 *
 * @param {number} count
 * @param {Box} space
 * @param {Ratios} ratios
 * @param {number} gap
 * @returns {Box[]}
 */
export function boxes(count, space, ratios, gap) {
  const { columns, rows, tileWidth, tileHeight } = arrange(count, space.width, space.height, ratios, gap);
  const top = space.y + (space.height - extent(rows, tileHeight, gap)) / 2;
  return Array.from({ length: columns ? count : 0 }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, count - row * columns);
    const left = space.x + (space.width - extent(inRow, tileWidth, gap)) / 2;
    return {
      x: left + (index % columns) * (tileWidth + gap),
      y: top + row * (tileHeight + gap),
      width: tileWidth,
      height: tileHeight,
    };
  });
}

/**
 * The whole picture: people alone in a grid; two people as one large and oneself small in its corner (`floating`:
 * the last person, who is oneself); with screens, these large and the people in a strip beside or below.
 *
 * @param {{screens: number, people: number, width: number, height: number, gap: number}} scene
 * @returns {Layout}
 */
export function layout({ screens, people, width, height, gap }) {
  const space = { x: 0, y: 0, width: Math.max(0, width), height: Math.max(0, height) };
  if (screens) return staged(screens, people, space, gap);
  if (people === 2) return faceToFace(space, gap);
  return { screens: [], people: boxes(people, space, ratiosFor(space), gap), floating: false };
}

/**
 * @param {Box} space
 * @param {number} gap
 * @returns {Layout}
 */
function faceToFace(space, gap) {
  const [other] = boxes(1, space, isTall(space) ? [0.4, 16 / 9] : [4 / 3, 2.1], gap);
  if (!other) return { screens: [], people: [], floating: false };
  return { screens: [], people: [other, corner(other, gap)], floating: true };
}

/**
 * @param {Box} box
 * @param {number} gap
 * @returns {Box} a small tile in the lower right of `box`
 */
function corner(box, gap) {
  const longest = clamp(Math.max(box.width, box.height) * FLOAT_SHARE, FLOAT_MIN, FLOAT_MAX);
  const width = isTall(box) ? longest * 0.75 : longest;
  const height = isTall(box) ? longest : (longest * 9) / 16;
  return { x: box.x + box.width - width - gap * 1.5, y: box.y + box.height - height - gap * 1.5, width, height };
}

/**
 * @param {number} screens
 * @param {number} people
 * @param {Box} space
 * @param {number} gap
 * @returns {Layout}
 */
function staged(screens, people, space, gap) {
  const [stage, strip] = people ? split(screens, space, gap) : [space, space];
  return {
    screens: boxes(screens, stage, ANY, gap),
    people: boxes(people, strip, WIDE, gap),
    floating: false,
  };
}

/**
 * @param {number} screens
 * @param {Box} space
 * @param {number} gap
 * @returns {[stage: Box, strip: Box]}
 */
function split(screens, space, gap) {
  const { x, y, width, height } = space;
  if (isTall(space)) {
    const stage = Math.min(height * TALL_STAGE_SHARE, (screens * width) / SCREEN_RATIO);
    return [
      { x, y, width, height: stage },
      { x, y: y + stage + gap, width, height: Math.max(0, height - stage - gap) },
    ];
  }
  const strip = Math.min(clamp(width * STRIP_SHARE, STRIP_MIN, STRIP_MAX), width / 2);
  return [
    { x, y, width: Math.max(0, width - strip - gap), height },
    { x: x + width - strip, y, width: strip, height },
  ];
}

/**
 * @param {number} columns
 * @param {number} count
 * @param {number} width
 * @param {number} height
 * @param {Ratios} ratios
 * @param {number} gap
 * @returns {Arrangement}
 */
function withColumns(columns, count, width, height, [least, most], gap) {
  const rows = Math.ceil(count / columns);
  const cellWidth = Math.max(0, (width - gap * (columns - 1)) / columns);
  const cellHeight = Math.max(0, (height - gap * (rows - 1)) / rows);
  return {
    columns,
    rows,
    tileWidth: Math.min(cellWidth, cellHeight * most),
    tileHeight: least ? Math.min(cellHeight, cellWidth / least) : cellHeight,
  };
}

/** @param {Arrangement} arrangement */
function area({ tileWidth, tileHeight }) {
  return tileWidth * tileHeight;
}

/** @param {Arrangement} arrangement */
function places({ columns, rows }) {
  return columns * rows;
}

/** @param {Box} box */
function ratiosFor(box) {
  return isTall(box) ? TALL : WIDE;
}

/** @param {Box} box */
function isTall({ width, height }) {
  return width < height;
}

/**
 * @param {number} count
 * @param {number} size
 * @param {number} gap
 */
function extent(count, size, gap) {
  return count * size + Math.max(0, count - 1) * gap;
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
function clamp(value, least, most) {
  return Math.min(most, Math.max(least, value));
}
