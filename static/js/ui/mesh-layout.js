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
/** With more people, only the lines of one of them are drawn, and those that fail. */
export const FEW = 12;
const RING = 210;
const GAP = 8;
const LARGEST = 22;
/** How far from the middle lines of a crowd stay, as a share of where they would be. */
const BEND = 0.4;
/** How far from its end the mark of a line is, as a share of the line. */
const MARK = 0.24;

/** @type {readonly Word[]} */
const FAILING = ["unreached", "unheard"];

/** @param {number} count of people */
export function height(count) {
  return count > FEW ? 720 : 540;
}

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
 * The line of a pair. In a crowd it bends towards the middle, so that it is seen between two who are side by side.
 *
 * @param {Point} from
 * @param {Point} to
 * @param {number} count of people
 * @returns {[Point, Point, Point]} a quadratic curve: where it begins, what it bends to, and where it ends
 */
export function curve(from, to, count) {
  const pull = (count > FEW ? BEND : 1) / 2;
  return [from, { x: (from.x + to.x) * pull, y: (from.y + to.y) * pull }, to];
}

/**
 * Where a line has marks: near each end that says that it fails.
 *
 * @param {Pair} pair
 * @param {readonly [Point, Point, Point]} line
 * @returns {Point[]}
 */
export function marks([, , , , says, answers], line) {
  return [...(fails(says) ? [on(line, MARK)] : []), ...(fails(answers) ? [on(line, 1 - MARK)] : [])];
}

/**
 * @param {readonly [Point, Point, Point]} line
 * @param {number} share how far along, from 0 to 1
 * @returns {Point}
 */
function on([from, bend, to], share) {
  const [one, two, three] = [(1 - share) ** 2, 2 * share * (1 - share), share ** 2];
  return { x: one * from.x + two * bend.x + three * to.x, y: one * from.y + two * bend.y + three * to.y };
}

/**
 * @param {number} angle
 * @param {number} radius
 */
function at(angle, radius) {
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}
