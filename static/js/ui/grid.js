/**
 * The layout of the tiles. Pure: sizes in, rectangles out.
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 * @typedef {{columns: number, rows: number, tileWidth: number, tileHeight: number}} Arrangement
 * @typedef {readonly [least: number, most: number]} Ratios width divided by height a tile may have
 * @typedef {object} Scene
 * @property {number} stage how many tiles are on the stage
 * @property {boolean} screens whether a screen is among them
 * @property {number} others in the grid, or in a strip when there is a stage
 * @property {boolean} floats whether one more is small in a corner
 * @property {number} page of the others, from 0; where there are fewer, the last
 * @property {number} width
 * @property {number} height
 * @property {number} gap
 * @typedef {{stage: Box[], others: (Box | null)[], floating: Box | null, page: number, pages: number}} Layout `others`: null for
 *   those on another page
 */

/** Video is mostly 16:9; beside each other they may be cropped to 4:3, in a tall space to 3:4 or 2:1. */
const WIDE = /** @type {Ratios} */ ([4 / 3, 16 / 9]);
const TALL = /** @type {Ratios} */ ([3 / 4, 2]);
const ANY = /** @type {Ratios} */ ([0, Infinity]);
/** A tile that has the space to itself, or nearly, may fill more of it. */
const LARGE_WIDE = /** @type {Ratios} */ ([1, 2.1]);
const LARGE_TALL = /** @type {Ratios} */ ([0.4, 16 / 9]);

/** In CSS pixels. Tiles that would be narrower go to another page. */
const TILE_MIN = 200;
const PHONE_TILE_MIN = 150;
const STRIP_TILE_MIN = 120;
/** In CSS pixels. A space with a shorter side is that of a phone. */
const PHONE = 500;

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
 * The whole layout: everybody in a grid of pages; or a stage, and the others in a strip of pages beside or below it.
 *
 * @param {Scene} scene
 * @returns {Layout}
 */
export function layout({ stage, screens, others, floats, page, width, height, gap }) {
  const space = { x: 0, y: 0, width: Math.max(0, width), height: Math.max(0, height) };
  const [front, side] = stage && others ? split(stage, space, gap) : [space, space];
  const onStage = boxes(stage, front, screens ? ANY : large(front), gap);
  const rest = stage
    ? paged(others, side, { page, ratios: WIDE, least: STRIP_TILE_MIN, gap })
    : paged(others, side, { page, ratios: others === 1 && floats ? large(side) : ratiosFor(side), least: leastFor(side), gap });
  const [first, ...more] = stage ? onStage : rest.others.filter((box) => box !== null);
  const floating = floats && first ? corner(more.length ? front : first, gap) : null;
  return { stage: onStage, ...rest, floating };
}

/**
 * How many tiles at most are shown at once, none narrower than `least`, or than a single one would be.
 *
 * @param {number} count
 * @param {Box} space
 * @param {{ratios: Ratios, least: number, gap: number}} options
 */
function capacity(count, { width, height }, { ratios, least, gap }) {
  const alone = arrange(1, width, height, ratios, gap).tileWidth;
  let most = count;
  while (most > 1 && arrange(most, width, height, ratios, gap).tileWidth < Math.min(least, alone)) most -= 1;
  return most;
}

/**
 * One page of `count` tiles; pages are equally full, so that the tiles of the last are not larger.
 *
 * @param {number} count
 * @param {Box} space
 * @param {{page: number, ratios: Ratios, least: number, gap: number}} options
 * @returns {{others: (Box | null)[], page: number, pages: number}}
 */
function paged(count, space, { page, ...options }) {
  if (!count) return { others: [], page: 0, pages: 1 };
  const perPage = Math.ceil(count / Math.ceil(count / capacity(count, space, options)));
  const pages = Math.ceil(count / perPage);
  const current = clamp(page, 0, pages - 1);
  const from = current * perPage;
  const found = boxes(Math.min(perPage, count - from), space, options.ratios, options.gap);
  return { others: Array.from({ length: count }, (_, index) => found[index - from] ?? null), page: current, pages };
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
 * @param {number} count of tiles on the stage
 * @param {Box} space
 * @param {number} gap
 * @returns {[stage: Box, strip: Box]}
 */
function split(count, space, gap) {
  const { x, y, width, height } = space;
  if (isTall(space)) {
    const stage = Math.min(height * TALL_STAGE_SHARE, (count * width) / SCREEN_RATIO);
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
function large(box) {
  return isTall(box) ? LARGE_TALL : LARGE_WIDE;
}

/** @param {Box} box */
function leastFor({ width, height }) {
  return Math.min(width, height) < PHONE ? PHONE_TILE_MIN : TILE_MIN;
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
