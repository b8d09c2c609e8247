/**
 * The remote state: what a peer has sent about itself on `control`. A peer speaks only for itself. Pure.
 *
 * @import { Proof, Media, Message, Pairs, Stop } from "../../channels/protocols/control.js"
 * @import { Demand } from "../model/demand.js"
 * @typedef {{camera: boolean, screen: boolean}} Withheld video that is on and not sent, because the connection has too little bandwidth
 * @typedef {{media: Media, silent: ReadonlySet<string>, demand: Demand | null, withheld: Withheld, proof: Proof | null,
 *   pairs: Pairs | null, spotlit: readonly string[], stops: readonly Stop[]}} RemoteState `media`: what it sends; `silent`: whom
 *   it cannot hear; `demand`: what it demands of our video, `proof`: its key and what that has signed, `pairs`: the state of its
 *   pairs, all null while it has sent none; `spotlit`: whom it wants large for everybody, `stops`: whom it stops from what, which
 *   count if it is a host
 */

import { clamped } from "../model/demand.js";
import { eachSlot } from "../model/slots.js";

/** @type {Readonly<RemoteState>} */
export const INITIAL = {
  media: eachSlot(() => false),
  silent: new Set(),
  demand: null,
  withheld: { camera: false, screen: false },
  proof: null,
  pairs: null,
  spotlit: [],
  stops: [],
};

/** @type {Record<string, (message: any, id: string) => Partial<RemoteState> | null>} */
const REDUCERS = {
  media: ({ microphone, camera, screen, sound }) => ({ media: { microphone, camera, screen, sound } }),
  hearing: ({ silent }, id) => (silent.includes(id) ? null : { silent: new Set(silent) }),
  demand: (demand) => ({ demand: clamped(demand) }),
  held: ({ camera, screen }) => ({ withheld: { camera, screen } }),
  proof: ({ connection, key, signature }) => ({ proof: { connection, key, signature } }),
  spotlight: ({ ids }) => ({ spotlit: ids }),
  moderation: ({ stops }) => ({ stops }),
  pairs: ({ pairs, headroom }, id) => (pairs.some((/** @type {{id: string}} */ pair) => pair.id === id) ? null : { pairs: { pairs, headroom } }),
};

/**
 * @param {RemoteState} state
 * @param {Message} message
 * @param {string} id the peer's
 * @returns {RemoteState} the next state; the same object when the message cannot be true
 */
export function reduce(state, message, id) {
  const change = REDUCERS[message.type]?.(message, id);
  return change ? { ...state, ...change } : state;
}

/**
 * The state at the beginning of a new connection: as before, without what depends on the path.
 *
 * @param {RemoteState} state
 * @returns {RemoteState}
 */
export function renewed(state) {
  return { ...state, withheld: INITIAL.withheld, pairs: null };
}
