/** Sizes, rates and times of files in words of the reader's language. Pure. */

import { gettext, interpolate, ngettext } from "../lib/gettext.js";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"];
const [MINUTE, HOUR] = [60, 3600];
const locale = globalThis.document?.documentElement.lang || undefined;

/** @param {number} bytes */
export function size(bytes) {
  const [value, unit] = scaled(bytes);
  return counted(value, unit, unit === "byte" ? "long" : "short");
}

/** @param {number} bytes per second */
export function rate(bytes) {
  const [value, unit] = scaled(bytes / 1000, 1);
  return counted(value, `${unit}-per-second`, "short");
}

/** Rounded down: 100 % means that nothing is missing. @param {number} held @param {number} whole */
export function share(held, whole) {
  const hundredths = whole ? Math.floor((held / whole) * 100) : 100;
  return new Intl.NumberFormat(locale, { style: "percent" }).format(hundredths / 100);
}

/** @param {number} seconds */
export function left(seconds) {
  const words = (/** @type {string} */ one, /** @type {string} */ more, /** @type {number} */ length) => {
    const count = Math.max(1, Math.ceil(seconds / length));
    return interpolate(ngettext(one, more, count), { count });
  };
  if (seconds < MINUTE) return words("%(count)s second left", "%(count)s seconds left", 1);
  if (seconds < HOUR) return words("%(count)s minute left", "%(count)s minutes left", MINUTE);
  if (seconds < 100 * HOUR) return words("%(count)s hour left", "%(count)s hours left", HOUR);
  return gettext("more than four days left");
}

/**
 * The largest unit in which the value is at least 1, so that it has three digits before the point at most.
 *
 * @param {number} value
 * @param {number} [unit] the least
 * @returns {[number, string]}
 */
function scaled(value, unit = 0) {
  while (value >= 999.5 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1];
  return [value, UNITS[unit]];
}

/** @param {number} value @param {string} unit @param {"long" | "short"} unitDisplay */
function counted(value, unit, unitDisplay) {
  const maximumFractionDigits = unit.startsWith("byte") || value >= 99.5 ? 0 : 1;
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay, maximumFractionDigits }).format(value);
}
