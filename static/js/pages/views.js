/**
 * The page's views, one shown at a time: elements with `data-view`, which may name several.
 *
 * @typedef {"green" | "waiting" | "call" | import("./ending.js").Ending} View
 */
export class Views {
  #root;
  /** @type {View | null} */
  current = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {View} view */
  show(view) {
    if (view === this.current) return;
    this.current = view;
    this.#root.setAttribute("data-showing", view);
    for (const element of this.#root.querySelectorAll("[data-view]")) {
      if (element instanceof HTMLElement) element.hidden = !element.dataset.view?.split(" ").includes(view);
    }
    const heading = this.#root.querySelector(`[data-view~="${view}"] [tabindex="-1"]`);
    if (heading instanceof HTMLElement) heading.focus();
  }
}
