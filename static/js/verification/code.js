/**
 * The security code of a meeting (`docs/protocol.md`, section 6, *The security code*). Whoever sees the same people with the same keys and
 * certificates has the same code.
 *
 * @typedef {{id: string, key: string, certificate: string}} Covered a participant; `key` and `certificate` are "" of one that signs nothing
 * @typedef {{words: readonly string[], digits: readonly string[]}} Code `digits` in groups of five
 */

const WORDS = 8;
const BITS_OF_WORD = 11n;
const DIGITS = 25;
const GROUP = 5;
const BYTES = 16;
/** Somebody in between can try values for one person on either side, until the codes are equal. Each attempt costs this. */
const ITERATIONS = 262_144;
const SALT = "conference code 1";

const encoder = new TextEncoder();

/** What is signed of a certificate. @param {string} room @param {string} id of the participant @param {string} certificate */
export function statement(room, id, certificate) {
  return [room, id, certificate].join("\n");
}

/** What the code is of. @param {string} room @param {readonly Covered[]} everybody in any order @returns {string} */
export function subject(room, everybody) {
  const lines = everybody.map(({ id, key, certificate }) => `${id} ${key} ${certificate}`);
  return [room, ...lines.sort()].join("\n");
}

/**
 * @param {string} subject
 * @param {readonly string[]} list of 2048 words
 * @param {SubtleCrypto} subtle
 * @returns {Promise<Code>}
 */
export async function compute(subject, list, subtle) {
  const key = await subtle.importKey("raw", encoder.encode(subject), "PBKDF2", false, ["deriveBits"]);
  const bits = await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: encoder.encode(SALT), iterations: ITERATIONS }, key, BYTES * 8);
  const value = [...new Uint8Array(bits)].reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return { words: words(value, list), digits: digits(value) };
}

/** @param {bigint} value @param {readonly string[]} list */
function words(value, list) {
  const last = BigInt(BYTES * 8) - BITS_OF_WORD;
  return Array.from({ length: WORDS }, (_, place) => list[Number((value >> (last - BITS_OF_WORD * BigInt(place))) & 0x7ffn)]);
}

/** @param {bigint} value */
function digits(value) {
  const text = String(value % 10n ** BigInt(DIGITS)).padStart(DIGITS, "0");
  return Array.from({ length: DIGITS / GROUP }, (_, place) => text.slice(place * GROUP, (place + 1) * GROUP));
}
