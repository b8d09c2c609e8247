/**
 * The four media slots: a track's meaning is its position among the transceivers (`docs/protocol.md`, section 6).
 *
 * @typedef {"microphone" | "camera" | "screen" | "sound"} SlotName
 * @typedef {{name: SlotName, kind: "audio" | "video", stream: "voice" | "face" | "screen"}} Slot `stream`: tracks of
 *   the same stream are synchronized. A microphone has a stream of its own: after a pause its timestamps are wrong, and video would wait for it
 */

/**
 * @template T
 * @typedef {Record<SlotName, T>} SlotRecord
 */

/** @type {readonly Slot[]} */
export const SLOTS = [
  { name: "microphone", kind: "audio", stream: "voice" },
  { name: "camera", kind: "video", stream: "face" },
  { name: "screen", kind: "video", stream: "screen" },
  { name: "sound", kind: "audio", stream: "screen" },
];

/**
 * A value for each slot.
 *
 * @template T
 * @param {(slot: Slot, index: number) => T} value
 * @returns {SlotRecord<T>}
 */
export function eachSlot(value) {
  const entries = SLOTS.map((slot, index) => [slot.name, value(slot, index)]);
  return /** @type {SlotRecord<T>} */ (Object.fromEntries(entries));
}

/**
 * Whether the media sections of a description are the slots, in order.
 *
 * @param {readonly string[]} kinds
 */
export function fit(kinds) {
  return kinds.length === SLOTS.length && SLOTS.every(({ kind }, index) => kinds[index] === kind);
}
