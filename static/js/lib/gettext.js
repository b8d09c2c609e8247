/** Text in the reader's language: the page carries the messages as JSON, an English page carries none. */

/** @type {Record<string, string | string[]>} */
const messages = JSON.parse(globalThis.document?.getElementById('messages')?.textContent ?? '{}');

const CATEGORIES = ['zero', 'one', 'two', 'few', 'many', 'other'];
const rules = new Intl.PluralRules(globalThis.document?.documentElement.lang || 'en');
const categories = CATEGORIES.filter((category) =>
  rules.resolvedOptions().pluralCategories.some((known) => known === category),
);

/**
 * @param {string} message
 * @returns {string}
 */
export function gettext(message) {
  const translation = Object.hasOwn(messages, message) ? messages[message] : message;
  return Array.isArray(translation) ? translation[0] : translation;
}

/**
 * @param {string} singular
 * @param {string} plural
 * @param {number} count
 * @returns {string}
 */
export function ngettext(singular, plural, count) {
  const forms = Object.hasOwn(messages, singular) ? messages[singular] : null;
  if (!Array.isArray(forms)) {
    return count === 1 ? singular : plural;
  }
  return forms[Math.min(categories.indexOf(rules.select(count)), forms.length - 1)];
}

const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/**
 * A value in a sentence of another direction, which would else move punctuation and numbers beside it.
 *
 * @param {unknown} value
 */
function isolated(value) {
  const text = String(value);
  return RIGHT_TO_LEFT.test(text) || globalThis.document?.dir === 'rtl' ? `\u2068${text}\u2069` : text;
}

/**
 * Fills `%(name)s` from an object; a name the object does not have stays as it is.
 * @param {string} format
 * @param {Record<string, unknown>} values
 * @returns {string}
 */
export function interpolate(format, values) {
  return format.replace(/%\((\w+)\)s/g, (whole, name) =>
    Object.hasOwn(values, name) ? isolated(values[name]) : whole,
  );
}
