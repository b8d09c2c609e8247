/**
 * Whether two names look alike: the idea of UTS #39, section 4 (*skeletons*), with the few letters that fonts show alike most often instead
 * of its table of thousands. Pure.
 */

/** What is not seen, or hardly: marks, formats, spaces, punctuation. */
const UNSEEN = /[\p{M}\p{Cf}\p{Z}\p{P}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Letters that look like the one after the colon, after case folding. Cyrillic, Greek, Latin and digits. */
const ALIKE = new Map(
  [
    "a:аα", "b:ьβ", "c:сϲ", "d:ԁ", "e:еє3", "g:ɡ9", "h:һн", "i:іıιl1|ӏ", "j:јϳ", "k:кκ", "m:м", "n:пηո", "o:оο0օθ",
    "p:рρ", "q:ԛ", "r:г", "s:ѕ5$", "t:тτ7", "u:υսц", "v:νѵ", "w:ԝωш", "x:хχ", "y:уγ", "z:2",
  ].flatMap((row) => [...row.slice(2)].map((letter) => /** @type {const} */ ([letter, row[0]]))),
);
/** Pairs that look like one letter. */
const PAIRS = /** @type {const} */ ([["rn", "m"], ["vv", "w"]]);

/**
 * @param {string} name
 * @returns {string} the same for names that look alike; "" for one that shows nothing
 */
export function skeleton(name) {
  const letters = [...name.normalize("NFKD").toLowerCase().normalize("NFKD").replace(UNSEEN, "")].map((letter) => ALIKE.get(letter) ?? letter);
  return PAIRS.reduce((text, [pair, letter]) => text.replaceAll(pair, letter), letters.join(""));
}

/**
 * @template {{id: string, name: string, isHost: boolean}} P
 * @param {Iterable<P>} people
 * @returns {Set<string>} the ids of those who are no hosts, and whose name looks like that of a host
 */
export function lookAlikes(people) {
  const all = [...people];
  const hosts = new Set(all.filter(({ isHost }) => isHost).map(({ name }) => skeleton(name)));
  hosts.delete("");
  return new Set(all.filter(({ name, isHost }) => !isHost && hosts.has(skeleton(name))).map(({ id }) => id));
}
