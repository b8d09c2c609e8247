/**
 * Moves the focus to a near element when the focused one leaves the page or is hidden. Otherwise it would fall to the body, and keyboard and
 * screen reader would start again at the top.
 */

const REGIONS = "call-notices, people-panel, tile-grid, call-controls, [data-view]";
const FOCUSABLE = "button:not([disabled]), a[href], input:not([disabled]), [tabindex]";

/**
 * @param {object} options
 * @param {HTMLElement} options.root
 * @param {() => HTMLElement} options.refuge gets the focus when nothing near can have it
 * @param {AbortSignal} options.signal
 */
export function keepFocus({ root, refuge, signal }) {
  const { ownerDocument: document } = root;
  /** @type {{element: Element, region: Element | null} | null} */
  let last = null;
  const remember = () => {
    const element = document.activeElement;
    if (element && element !== document.body) last = { element, region: element.closest(REGIONS) };
  };
  const restore = () => {
    if (!last || document.activeElement !== document.body || last.element.checkVisibility({ visibilityProperty: true })) return;
    const places = [last.region, document.querySelector("dialog:modal, :fullscreen")];
    last = null;
    for (const element of [...places.flatMap((place) => (place ? [...place.querySelectorAll(FOCUSABLE), place] : [])), refuge()]) {
      if (element instanceof HTMLElement && element.checkVisibility({ visibilityProperty: true })) element.focus();
      if (document.activeElement !== document.body) return;
    }
  };
  const observer = new MutationObserver(restore);
  observer.observe(root, { childList: true, subtree: true, attributeFilter: ["hidden", "data-placed", "disabled"] });
  root.addEventListener("focusin", remember, { signal });
  signal.addEventListener("abort", () => observer.disconnect());
}
