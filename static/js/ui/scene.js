/**
 * Which tile goes where, before any size is known. Pure: keys in, keys out.
 *
 * @typedef {{key: string, kind: "person" | "screen" | "preview", self: boolean}} Item
 * @typedef {"auto" | "grid" | "floating" | "hidden"} Own where one's own tile goes; `auto`: it floats when there is one other
 * @typedef {object} Choice
 * @property {readonly Item[]} items in the order they are shown
 * @property {boolean} speakers whether the active speaker has the stage
 * @property {string | null} speaker
 * @property {ReadonlySet<string>} pins
 * @property {ReadonlySet<string>} spotlights
 * @property {Own} own
 * @typedef {{stage: string[], others: string[], floating: string | null}} Cast keys; what is in none of them is not shown
 */

/**
 * The stage is for what one has pinned; else for shared screens and whom a host has put in the spotlight; else, in speaker view,
 * for one person.
 *
 * @param {Choice} choice
 * @returns {Cast}
 */
export function compose(choice) {
  const stage = staged(choice);
  const rest = choice.items.filter(({ key }) => !stage.includes(key)).sort((a, b) => rank(a) - rank(b));
  const own = rest.find(isOneself);
  const others = rest.filter((item) => item !== own).map(({ key }) => key);
  if (!own || choice.own === "hidden") return { stage, others, floating: null };
  if (floats(choice, others.length + stage.length)) return { stage, others, floating: own.key };
  return { stage, others: [...others, own.key], floating: null };
}

/**
 * @param {Choice} choice
 * @returns {string[]}
 */
function staged({ items, speakers, speaker, pins, spotlights }) {
  const pinned = items.filter(({ key }) => pins.has(key));
  if (pinned.length) return pinned.map(({ key }) => key);
  const shown = items.filter(({ key, kind }) => kind === "screen" || spotlights.has(key)).sort((a, b) => rank(a) - rank(b));
  if (shown.length || !speakers) return shown.map(({ key }) => key);
  const people = items.filter((item) => item.kind === "person" && !isOneself(item)).map(({ key }) => key);
  return people.filter((key, index) => (speaker !== null && people.includes(speaker) ? key === speaker : index === 0));
}

/**
 * @param {Choice} choice
 * @param {number} count of all the others
 */
function floats({ own }, count) {
  return own === "floating" ? count > 0 : own === "auto" && count === 1;
}

/** @param {Item} item */
function isOneself({ kind, self }) {
  return kind === "person" && self;
}

/** Screens first, one's own last. @param {Item} item */
function rank({ kind }) {
  return { screen: 0, person: 1, preview: 2 }[kind];
}
