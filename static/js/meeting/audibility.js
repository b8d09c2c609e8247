/** Who cannot hear whom, in words. */

import { gettext, interpolate } from "../lib/gettext.js";

/**
 * On the tile of somebody whom we are connected to.
 *
 * @param {{name: string, hearsUs: boolean, heard: boolean}} pair
 * @returns {string} "" when both hear each other
 */
export function deafness({ name, hearsUs, heard }) {
  if (hearsUs && heard) return "";
  if (heard) return interpolate(gettext("%(name)s cannot hear you. Repairing…"), { name });
  if (hearsUs) return interpolate(gettext("You cannot hear %(name)s. Repairing…"), { name });
  return interpolate(gettext("You and %(name)s cannot hear each other. Repairing…"), { name });
}

/**
 * The same of anybody in a list.
 *
 * @param {readonly string[]} names of those whom they cannot hear
 * @returns {string} "" when they hear everybody
 */
export function cannotHear(names) {
  if (!names.length) return "";
  const language = globalThis.document?.documentElement.lang || undefined;
  return interpolate(gettext("cannot hear %(names)s"), { names: new Intl.ListFormat(language).format(names) });
}
