import { equal, test } from "../../harness.js";
import { Motion } from "../../../../static/js/rtc/adaptation/motion.js";

/** @param {number} seconds @param {number} pictures a second @returns {number[]} */
const lasting = (seconds, pictures) => Array.from({ length: seconds }, () => pictures);

/**
 * How often it changed its mind, and what it thinks in the end.
 *
 * @param {readonly number[]} seconds
 */
function judged(seconds) {
  const motion = new Motion();
  const said = seconds.map((pictures) => (motion.update(pictures), motion.isMoving));
  const changes = said.filter((is, index) => is !== (said[index - 1] ?? false)).length;
  return `${changes} ${said.at(-1) ? "film" : "text"}`;
}

/** @type {[what: string, seconds: number[], judged: string][]} */
const TABLE = [
  ["nothing moves", lasting(60, 0), "0 text"],
  ["a clock ticks", lasting(60, 1), "0 text"],
  ["somebody types", lasting(60, 4), "0 text"],
  ["scrolled now and then", lasting(20, 0).flatMap((rest) => [15, 15, rest]), "0 text"],
  ["a moment is too short", lasting(2, 30), "0 text"],
  ["a film", lasting(60, 24), "1 film"],
  ["a film at what is taken of text, on a busy computer", [13, 15, 10, 15, 14, 11], "1 film"],
  ["a film from the third second on", lasting(3, 24), "1 film"],
  ["a film that stutters", [...lasting(3, 24), ...lasting(10, 0).flatMap((gap) => [24, 6, gap, gap, 8])], "1 film"],
  ["a film that is stopped for a moment", [...lasting(9, 24), ...lasting(4, 0), ...lasting(9, 24)], "1 film"],
  ["a film, and text afterwards", [...lasting(9, 24), ...lasting(5, 1)], "2 text"],
  ["neither, and never a film before", lasting(60, 8), "0 text"],
  ["neither, after a film", [...lasting(9, 24), ...lasting(60, 8)], "1 film"],
  ["in turns", lasting(30, 0).flatMap((rest) => [30, rest]), "0 text"],
];

for (const [what, seconds, expected] of TABLE) test(`${what}: ${expected}`, () => equal(judged(seconds), expected));
