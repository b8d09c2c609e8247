/**
 * What a peer says of itself on `control`, as far as it may be believed. Pure: a peer speaks only for itself.
 *
 * @import { Media, Message, Pairs } from "../../channels/protocols/control.js"
 * @import { Demand } from "../model/demand.js"
 * @typedef {{camera: boolean, screen: boolean}} Withheld pictures that are on, and cannot be sent because the line is too thin
 * @typedef {{media: Media, silent: ReadonlySet<string>, demand: Demand | null, held: Withheld,
 *   pairs: Pairs | null, spotlit: readonly string[]}} RemoteState `media`: what it sends; `silent`: whom it
 *   cannot hear; `demand`: what it wants of our pictures, `pairs`: how its pairs are, both null when it has not said;
 *   `spotlit`: whom it wants large for everybody, which counts if it is a host
 */

import { clamped } from "../model/demand.js";
import { eachSlot } from "../model/slots.js";

/** @type {Readonly<RemoteState>} */
export const INITIAL = {
  media: eachSlot(() => false),
  silent: new Set(),
  demand: null,
  held: { camera: false, screen: false },
  pairs: null,
  spotlit: [],
};

/** @type {Record<string, (message: any, id: string) => Partial<RemoteState> | null>} */
const REDUCERS = {
  media: ({ microphone, camera, screen, sound }) => ({ media: { microphone, camera, screen, sound } }),
  hearing: ({ silent }, id) => (silent.includes(id) ? null : { silent: new Set(silent) }),
  demand: (said) => ({ demand: clamped(said) }),
  held: ({ camera, screen }) => ({ held: { camera, screen } }),
  spotlight: ({ ids }) => ({ spotlit: ids }),
  pairs: ({ pairs, headroom }, id) => (pairs.some((/** @type {{id: string}} */ pair) => pair.id === id) ? null : { pairs: { pairs, headroom } }),
};

/**
 * @param {RemoteState} told what it has said before
 * @param {Message} message
 * @param {string} id the peer's
 * @returns {RemoteState} the same when the message cannot be true
 */
export function hear(told, message, id) {
  const said = REDUCERS[message.type]?.(message, id);
  return said ? { ...told, ...said } : told;
}

/**
 * What still holds on a new connection: all of it, until the peer says otherwise, but for what the path was like.
 *
 * @param {RemoteState} told
 * @returns {RemoteState}
 */
export function anew(told) {
  return { ...told, held: INITIAL.held, pairs: null };
}
