/**
 * The active speaker. Pure: the same levels at the same times give the same speaker in every browser.
 *
 * @typedef {object} Floor
 * @property {string | null} holder the active speaker: the last who spoke long enough, until they leave
 * @property {ReadonlyMap<string, number>} lead by id: for how many ms somebody else was the loudest, less a share of the pauses since
 * @property {ReadonlyMap<string, number>} watched by id: until when somebody counts as a recent speaker: the active speaker, and
 *   those who were it shortly before
 * @property {number} now of the last reading
 */

/** A cough or an "mhm" is shorter. */
const TAKES_MS = 400;
const SPEAKS_ABOVE = 0.02;
/** How many times louder than the holder another must be, so that two who speak at once do not take turns. */
const LOUDER = 1.5;
/** A pause reduces the lead by this share of its length. */
const FORGETS = 0.5;
/** The longest time that counts between two readings: in a longer gap the page was suspended. */
const GAP_MS = 300;
/** People who talk in turns all stay large: each change of size costs everybody a key frame. */
const WATCHED_MS = 5000;

/** The state before the first reading. @type {Floor} */
export const NOBODY = { holder: null, lead: new Map(), watched: new Map(), now: Infinity };

/**
 * @param {Floor} floor as it was
 * @param {ReadonlyMap<string, number>} levels linear, 0 to 1, of everybody who is there, oneself too; by participant id
 * @param {number} now milliseconds
 * @returns {Floor}
 */
export function updateFloor({ holder, lead, watched, now: before }, levels, now) {
  const kept = holder !== null && levels.has(holder) ? holder : null;
  const passed = Math.min(GAP_MS, Math.max(0, now - before));
  const loudest = loudestOf(levels, kept);
  const led = [...levels.keys()].map((id) => /** @type {const} */ ([id, (lead.get(id) ?? 0) + passed * (id === loudest ? 1 : -FORGETS)]));
  const takes = loudest !== null && loudest !== kept && (new Map(led).get(loudest) ?? 0) >= TAKES_MS;
  const next = takes ? loudest : kept;
  return {
    holder: next,
    lead: new Map(takes ? [] : led.filter(([id, ms]) => id !== kept && ms > 0)),
    watched: watch(watched, levels, next, now),
    now,
  };
}

/**
 * @param {ReadonlyMap<string, number>} watched
 * @param {ReadonlyMap<string, number>} levels
 * @param {string | null} holder
 * @param {number} now
 * @returns {ReadonlyMap<string, number>}
 */
function watch(watched, levels, holder, now) {
  const still = [...watched].filter(([id, until]) => levels.has(id) && until > now);
  return new Map(holder === null ? still : [...still, [holder, now + WATCHED_MS]]);
}

/**
 * @param {ReadonlyMap<string, number>} levels
 * @param {string | null} holder
 * @returns {string | null} of equals the one whose id is smaller
 */
function loudestOf(levels, holder) {
  const weighed = [...levels].filter(([, level]) => level > SPEAKS_ABOVE).map(([id, level]) => ({ id, level: level * (id === holder ? LOUDER : 1) }));
  weighed.sort((a, b) => b.level - a.level || (a.id < b.id ? -1 : 1));
  return weighed[0]?.id ?? null;
}
