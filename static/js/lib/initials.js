/** Initials and colour of a person, shown while their camera is off. */

const HUES = 12;
/** Each character of such a text is one grapheme. `Intl.Segmenter` needs 50 ms to load, so it is used for other texts only. */
const ASCII = /^[ -~]*$/;

/**
 * @param {string} name
 * @returns {string} the first letters of the first and last word
 */
export function initials(name) {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map(firstLetter).join("").toLocaleUpperCase();
}

/**
 * @param {string} text
 * @returns {string} one letter as a reader sees it: an emoji or an accent stays whole
 */
function firstLetter(text) {
  if (ASCII.test(text)) return text.charAt(0);
  if (!("Segmenter" in Intl)) return [...text][0] ?? "";
  const [first] = new Intl.Segmenter().segment(text);
  return first?.segment ?? "";
}

/**
 * @param {string} text
 * @returns {number} a colour angle that stays the same for the same text
 */
export function hue(text) {
  let sum = 0;
  for (const char of text) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 65_521;
  return (sum % HUES) * (360 / HUES);
}
