/**
 * Checks of untrusted JSON values, made from smaller checks. A check answers yes or no and never throws.
 *
 * @typedef {(value: unknown) => boolean} Check
 */

const SURROGATE = /\p{Surrogate}/u;

/** @type {Check} */
export const boolean = (value) => typeof value === "boolean";

/**
 * A well-formed string of `min` to `max` characters; like the server, by code point.
 *
 * @param {number} max
 * @param {number} [min]
 * @returns {Check}
 */
export const text = (max, min = 0) => (value) =>
  typeof value === "string" && !SURROGATE.test(value) && within(characters(value, max), min, max);

/**
 * @param {RegExp} pattern
 * @returns {Check}
 */
export const matching = (pattern) => (value) => typeof value === "string" && pattern.test(value);

/**
 * @param {number} min
 * @param {number} max
 * @returns {Check}
 */
export const integer = (min, max) => (value) => Number.isInteger(value) && within(Number(value), min, max);

/**
 * @param {number} min
 * @param {number} max
 * @returns {Check}
 */
export const number = (min, max) => (value) => typeof value === "number" && within(value, min, max);

/**
 * @param {...unknown} values
 * @returns {Check}
 */
export const oneOf =
  (...values) =>
  (value) =>
    values.includes(value);

/**
 * @param {...Check} checks
 * @returns {Check}
 */
export const either =
  (...checks) =>
  (value) =>
    checks.some((check) => check(value));

/**
 * @param {...Check} checks
 * @returns {Check}
 */
export const both =
  (...checks) =>
  (value) =>
    checks.every((check) => check(value));

/** A list in which nothing is twice. @type {Check} */
export const distinct = (value) => Array.isArray(value) && new Set(value).size === value.length;

/**
 * A list of objects, no two of which have the same value there.
 *
 * @param {string} name
 * @returns {Check}
 */
export const distinctIn = (name) => (value) =>
  Array.isArray(value) && new Set(value.map((one) => one?.[name])).size === value.length;

/**
 * @param {Check} check
 * @param {number} [max]
 * @returns {Check}
 */
export const list = (check, max = Infinity) => (value) =>
  Array.isArray(value) && value.length <= max && value.every(check);

/**
 * An object with every required field and perhaps optional ones. Other fields are ignored: a newer server may send them.
 *
 * @param {Record<string, Check>} required
 * @param {Record<string, Check>} [optional]
 * @returns {Check}
 */
export const having = (required, optional = {}) => (value) =>
  isObject(value) &&
  Object.entries(required).every(([name, check]) => Object.hasOwn(value, name) && check(value[name])) &&
  Object.entries(optional).every(([name, check]) => !Object.hasOwn(value, name) || check(value[name]));

/**
 * An object each of whose values passes the check, and each of whose names passes another.
 *
 * @param {Check} check
 * @param {{name?: Check, max?: number}} [options] `max`: how many names it may have
 * @returns {Check}
 */
export const mapping = (check, { name = () => true, max = Infinity } = {}) => (value) =>
  isObject(value) &&
  Object.keys(value).length <= max &&
  Object.entries(value).every(([key, one]) => name(key) && check(one));

/**
 * An object with every required field, perhaps optional ones, and no other.
 *
 * @param {Record<string, Check>} required
 * @param {Record<string, Check>} [optional]
 * @returns {Check}
 */
export const object = (required, optional = {}) => {
  const fields = new Map(Object.entries({ ...optional, ...required }));
  const names = Object.keys(required);
  return (value) =>
    isObject(value) &&
    names.every((name) => Object.hasOwn(value, name)) &&
    Object.entries(value).every(([name, field]) => fields.get(name)?.(field) ?? false);
};

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {string} value
 * @param {number} max
 */
function characters(value, max) {
  return value.length <= max ? value.length : [...value].length;
}

/**
 * @param {number} value
 * @param {number} min
 * @param {number} max
 */
function within(value, min, max) {
  return value >= min && value <= max;
}
