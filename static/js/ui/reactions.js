/**
 * The reactions that exist, and how the page shows them. Others that somebody sends are ignored.
 */

import { h } from "../lib/dom.js";
import { interpolate, ngettext } from "../lib/gettext.js";

/** On one tile at once. More would cover the person. */
const MOST = 5;

/** @type {ReadonlyMap<string, string>} */
export const REACTIONS = new Map([
  ["thumbs-up", "👍"],
  ["applause", "👏"],
  ["heart", "❤️"],
  ["laugh", "😂"],
  ["surprise", "😮"],
  ["party", "🎉"],
]);

/**
 * @param {string} reaction
 * @param {readonly string[]} names of those who sent it
 */
export function sentence(reaction, names) {
  return interpolate(format(reaction, names.length), { name: names[0], count: names.length });
}

/**
 * @param {string} reaction
 * @param {number} count
 */
function format(reaction, count) {
  switch (reaction) {
    case "thumbs-up":
      return ngettext("%(name)s gives a thumbs up", "%(count)s people give a thumbs up", count);
    case "applause":
      return ngettext("%(name)s applauds", "%(count)s people applaud", count);
    case "heart":
      return ngettext("%(name)s sends a heart", "%(count)s people send hearts", count);
    case "laugh":
      return ngettext("%(name)s laughs", "%(count)s people laugh", count);
    case "surprise":
      return ngettext("%(name)s is surprised", "%(count)s people are surprised", count);
    default:
      return ngettext("%(name)s celebrates", "%(count)s people celebrate", count);
  }
}

/**
 * Lets a reaction float over an element; its stylesheet says how. The oldest goes when there are too many.
 *
 * @param {Element} place
 * @param {object} options
 * @param {string} options.reaction
 * @param {string} options.name whose it is; "" where the place says so
 * @param {number} options.chance from 0 to 1
 * @returns {HTMLElement} to be removed when it has been seen
 */
export function float(place, { reaction, name, chance }) {
  const floating = h(
    "span",
    { class: "reaction", "aria-hidden": "true" },
    REACTIONS.get(reaction) ?? "",
    name ? h("span", { class: "reaction-name" }, name) : null,
  );
  floating.style.setProperty("--chance", String(chance));
  place.append(floating);
  const [...all] = place.querySelectorAll(":scope > .reaction");
  for (const old of all.slice(0, -MOST)) old.remove();
  return floating;
}
