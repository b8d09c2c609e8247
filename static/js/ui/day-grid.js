/**
 * The days of a calendar, each with a link, as one tab stop. Arrow keys, Home and End move between the days. This is the roving `tabindex`
 * of the ARIA Authoring Practices Guide (Developing a Keyboard Interface). Links within a day keep stops of their own.
 */

const DAYS = 7;
/** @type {Record<string, number>} */
const STEPS = { ArrowUp: -DAYS, ArrowDown: DAYS, Home: -Infinity, End: Infinity };

export class DayGrid extends HTMLElement {
  connectedCallback() {
    const days = this.#days;
    for (const day of days) day.tabIndex = -1;
    const first = days.find((day) => day.closest("[data-today]")) ?? days[0];
    if (first) first.tabIndex = 0;
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("focusin", ({ target }) => this.#rest(target));
  }

  get #days() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".day-link")]).filter((day) => day.checkVisibility());
  }

  /** @param {EventTarget | null} target */
  #rest(target) {
    if (!(target instanceof HTMLElement) || !target.matches(".day-link")) return;
    for (const day of this.querySelectorAll(".day-link")) /** @type {HTMLElement} */ (day).tabIndex = day === target ? 0 : -1;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const days = this.#days;
    const place = days.indexOf(/** @type {HTMLElement} */ (event.target));
    if (place < 0 || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const step = this.#step(event.key);
    if (!step) return;
    event.preventDefault();
    const to = Number.isFinite(step) ? place + step : step < 0 ? 0 : days.length - 1;
    days[to]?.focus();
  }

  /** @param {string} key @returns {number | undefined} how many days the key goes on */
  #step(key) {
    const forward = getComputedStyle(this).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (key === "ArrowLeft" || key === "ArrowRight") return key === forward ? 1 : -1;
    return STEPS[key];
  }
}

customElements.define("day-grid", DayGrid);
