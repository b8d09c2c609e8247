import { h, icon } from "./dom.js";

/**
 * A small button that shows an icon, with its label as name and tooltip.
 *
 * @param {string} name of the icon
 * @param {string} label
 * @param {() => void} [run]
 */
export function iconButton(name, label, run = () => {}) {
  const button = h(
    "button",
    { type: "button", class: "button button-quiet button-icon button-small", "aria-label": label, title: label },
    icon(name),
  );
  button.addEventListener("click", run);
  return button;
}
