/**
 * Where people and lines of a graph are, around the origin.
 *
 * @typedef {"unreached" | "unheard" | "poor" | "fair" | "good" | "connected" | "begun" | "unknown"} Word what is said of a pair
 * @typedef {[number, number, Word, boolean, Word, Word]} Pair the numbers of both people, the worse of what both say, whether it is relayed,
 *   and what each says
 * @typedef {{x: number, y: number}} Point
 * @typedef {{dot: Point, label: Point, turn: number, anchor: "start" | "middle" | "end"}} Place `turn`: of the label, in degrees
 */

export const WIDTH = 800;
export const HEIGHT = 640;
/** With more people, only the lines of one of them are drawn, and those that fail. */
export const FEW = 12;
const RING = 210;
const GAP = 8;
const LARGEST = 22;
/** How far from its end the mark of a line is, as a share of the line. */
const MARK = 0.24;

/** @type {readonly Word[]} */
const FAILING = ["unreached", "unheard"];

/**
 * The radius of a dot: two do not touch.
 *
 * @param {number} count of people
 */
export function dotRadius(count) {
  return Math.min(LARGEST, count > 1 ? RING * Math.sin(Math.PI / count) * 0.8 : LARGEST);
}

/**
 * People on a circle, the first at the top, then clockwise. Labels of many point outwards, so that they do not cover each other.
 *
 * @param {number} count
 * @returns {Place[]}
 */
export function ring(count) {
  return Array.from({ length: count }, (_, index) => {
    const angle = (index / count) * 2 * Math.PI - Math.PI / 2;
    const isLeft = Math.cos(angle) < -1e-6;
    const degrees = (angle * 180) / Math.PI;
    const isTop = Math.abs(Math.cos(angle)) < 1e-6 && count <= FEW;
    return {
      dot: at(angle, RING),
      label: isTop ? at(angle, RING + dotRadius(count) + 2 * GAP) : at(angle, RING + dotRadius(count) + GAP),
      turn: count <= FEW ? 0 : degrees + (isLeft ? 180 : 0),
      anchor: isTop ? "middle" : isLeft ? "end" : "start",
    };
  });
}

/**
 * @param {readonly Pair[]} pairs
 * @param {number} count of people
 * @param {number} chosen the number of somebody; -1 for nobody
 */
export function drawn(pairs, count, chosen) {
  const isAll = chosen < 0 && count <= FEW;
  return pairs.filter(([one, other, word]) => isAll || one === chosen || other === chosen || fails(word));
}

/** @param {Word} word */
export function fails(word) {
  return FAILING.includes(word);
}

/**
 * Where a line has marks: near each end that says that it fails.
 *
 * @param {Pair} pair
 * @param {readonly Place[]} places
 * @returns {Point[]}
 */
export function marks([one, other, , , says, answers], places) {
  const [from, to] = [places[one].dot, places[other].dot];
  return [...(fails(says) ? [between(from, to)] : []), ...(fails(answers) ? [between(to, from)] : [])];
}

/**
 * @param {Point} from
 * @param {Point} to
 */
function between(from, to) {
  return { x: from.x + (to.x - from.x) * MARK, y: from.y + (to.y - from.y) * MARK };
}

/**
 * @param {number} angle
 * @param {number} radius
 */
function at(angle, radius) {
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}
