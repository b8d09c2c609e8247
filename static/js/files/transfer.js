/**
 * What a file that somebody offers can be, for us. Pure.
 *
 * @typedef {"preparing" | "offered" | "waiting" | "fetching" | "paused" | "complete" | "failed" | "withdrawn"} Phase
 *   `preparing`: ours, being copied and hashed; `waiting`: accepted, and nobody who has it is reached; `complete`: all of it is here, also of our own
 * @typedef {"full" | "large" | "unreadable" | "denied" | "differs" | "aborted"} Reason `full`: the disk, or what the browser lets
 *   us use of it; `large`: larger than what can be kept here; `unreadable`: it has changed or vanished while it was read, or the
 *   store has; `denied`: the browser may not write where it is to be saved; `differs`: it is not what was offered; `aborted`: we
 *   cancelled it
 * @typedef {"offer" | "accept" | "reach" | "lose" | "pause" | "resume" | "finish" | "fail" | "cancel" | "withdraw"} Step
 * @typedef {object} FileState
 * @property {Phase} phase
 * @property {number} held bytes that are here and checked
 * @property {number} size bytes
 * @property {number} rate bytes per second that we receive of it; 0 if none
 * @property {number | null} secondsLeft null while it is not known
 * @property {Reason | ""} reason of `failed`
 * @property {readonly string[]} holders the ids of those who have all or some of it
 * @property {readonly string[]} whole the ids of those of them who have all of it
 * @property {readonly {id: string, held: number}[]} receivers those who fetch it, with the bytes that they have
 * @property {readonly string[]} deceivers the ids of those who sent wrong pieces of it, or whose offer was not true
 */

/** What a step leads to. A step that a phase does not name changes nothing. @type {Record<Phase, Partial<Record<Step, Phase>>>} */
const NEXT = {
  preparing: { finish: "complete", fail: "failed", cancel: "failed" },
  offered: { accept: "waiting", finish: "complete", fail: "failed", withdraw: "withdrawn" },
  waiting: { reach: "fetching", pause: "paused", finish: "complete", fail: "failed", cancel: "offered", withdraw: "withdrawn" },
  fetching: { lose: "waiting", pause: "paused", finish: "complete", fail: "failed", cancel: "offered", withdraw: "withdrawn" },
  paused: { resume: "waiting", finish: "complete", fail: "failed", cancel: "offered", withdraw: "withdrawn" },
  complete: { fail: "failed", cancel: "offered", withdraw: "withdrawn" },
  failed: { accept: "waiting", cancel: "offered", finish: "complete", withdraw: "withdrawn" },
  withdrawn: { offer: "offered" },
};

/**
 * @param {Phase} phase
 * @param {Step} step
 * @returns {Phase}
 */
export function next(phase, step) {
  return NEXT[phase][step] ?? phase;
}

/** A file cannot be offered, fetched or saved. */
export class Refused extends Error {
  /** @param {Reason} reason */
  constructor(reason) {
    super(reason);
    this.name = "Refused";
    this.reason = reason;
  }
}
