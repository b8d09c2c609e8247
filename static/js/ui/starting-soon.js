import { h, part, write } from "../lib/dom.js";
import { gettext, interpolate, ngettext } from "../lib/gettext.js";

/**
 * The meetings that begin soon or are on. The server says in how many seconds, so the clock of the browser may be wrong. It is asked again
 * every minute, and when the page is looked at again.
 *
 * @typedef {{pk: number, title: string, room: string, url: string, begins_in: number, ends_in: number}} Soon
 */

const ASK_MS = 60_000;
const TICK_MS = 1000;
const MINUTE = 60;

/** @param {number} seconds until it begins @returns {string} the same as `schedule/soon.py` writes */
export function when(seconds) {
  const minutes = seconds > 0 ? Math.ceil(seconds / MINUTE) : Math.floor(-seconds / MINUTE);
  if (!minutes) return gettext("Starts now");
  const text =
    seconds > 0
      ? ngettext("Starts in %(count)s minute", "Starts in %(count)s minutes", minutes)
      : ngettext("Began %(count)s minute ago", "Began %(count)s minutes ago", minutes);
  return interpolate(text, { count: minutes });
}

export class StartingSoon extends HTMLElement {
  /** By the clock of the page, which nobody sets. */
  #askedAt = 0;
  #end = new AbortController();

  connectedCallback() {
    this.#end = new AbortController();
    const { signal } = this.#end;
    this.#askedAt = performance.now();
    const timers = [setInterval(() => this.#tick(), TICK_MS), setInterval(() => void this.#ask(), ASK_MS)];
    signal.addEventListener("abort", () => timers.forEach(clearInterval));
    document.addEventListener("visibilitychange", () => void this.#ask(), { signal });
  }

  disconnectedCallback() {
    this.#end.abort();
  }

  get #list() {
    return part(this, "ul", HTMLUListElement);
  }

  async #ask() {
    if (document.hidden) return;
    try {
      const answer = await fetch(this.dataset.url ?? "", { redirect: "error", signal: this.#end.signal });
      if (answer.ok) this.show((await answer.json()).meetings);
    } catch {
      // The network is away: what is shown goes on.
    }
  }

  /** @param {Soon[]} meetings */
  show(meetings) {
    this.#askedAt = performance.now();
    const rows = new Map(this.#rows.map((row) => [row.dataset.pk, row]));
    for (const [pk, row] of rows) if (!meetings.some((one) => String(one.pk) === pk)) row.remove();
    for (const one of meetings) this.#put(one, rows.get(String(one.pk)));
    this.#tick();
  }

  get #rows() {
    return /** @type {HTMLElement[]} */ ([...this.#list.children]);
  }

  /**
   * @param {Soon} one
   * @param {HTMLElement} [row] that it has already, which may have the focus
   */
  #put(one, row = this.#list.appendChild(made(one))) {
    write(part(row, "strong", HTMLElement), one.title);
    row.dataset.beginsIn = String(one.begins_in);
    row.dataset.endsIn = String(one.ends_in);
  }

  #tick() {
    const passed = (performance.now() - this.#askedAt) / 1000;
    for (const row of this.#rows) {
      if (Number(row.dataset.endsIn) <= passed) row.remove();
      else write(part(row, "[data-part=when]", HTMLElement), when(Number(row.dataset.beginsIn) - passed));
    }
  }
}

/** @param {Soon} one */
function made({ pk, title, room, url }) {
  const words = h(
    "p",
    { class: "soon-text" },
    h("strong", {}, title),
    " ",
    h("span", { "data-part": "when" }),
    " ",
    h("span", { class: "muted small" }, room),
  );
  const way = h("a", { class: "button button-primary", href: url }, gettext("Join"), h("span", { class: "visually-hidden" }, `: ${title}`));
  return h("li", { class: "soon", "data-pk": String(pk) }, words, way);
}

customElements.define("starting-soon", StartingSoon);
