/**
 * Who is connected to whom, from everybody's reports of their own pairs.
 *
 * @import { Pair } from "../../channels/protocols/control.js"
 * @import { Grade } from "./grade.js"
 * @typedef {{ends: [string, string], grade: Grade | null, relayed: boolean}} Edge `grade`: null when they are not connected
 */

import { worse } from "./grade.js";

/**
 * An edge has two ends, and its grade is the worse of their two reports. An end without a report does not count, and neither does somebody who
 * is not in `ids`.
 *
 * @param {readonly string[]} ids of those who are present
 * @param {ReadonlyMap<string, readonly Pair[]>} reported by whom
 * @returns {Edge[]} one for each two of them
 */
export function edges(ids, reported) {
  return ids.flatMap((one, index) => ids.slice(index + 1).map((other) => edge(one, other, reported)));
}

/**
 * @param {string} one
 * @param {string} other
 * @param {ReadonlyMap<string, readonly Pair[]>} reported
 * @returns {Edge}
 */
function edge(one, other, reported) {
  const ends = [end(reported.get(one), other), end(reported.get(other), one)].filter((said) => said !== undefined);
  const [first, second = first] = ends;
  const isThere = first && second;
  return {
    ends: [one, other],
    grade: isThere ? worse(first.grade, second.grade) : null,
    relayed: Boolean(isThere && (first.relayed || second.relayed)),
  };
}

/**
 * @param {readonly Pair[] | undefined} pairs
 * @param {string} other
 * @returns {Pair | null | undefined} null: it is not connected; undefined: nothing was said
 */
function end(pairs, other) {
  return pairs && (pairs.find(({ id }) => id === other) ?? null);
}
