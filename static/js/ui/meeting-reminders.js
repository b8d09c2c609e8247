/**
 * Tells of meetings that begin soon, as the server says (`schedule/upcoming.py`): in the page, and by a notification of the system where
 * that is allowed. Of one beginning it tells once in a browser, however many pages are open.
 */

import { systemClock } from "../lib/clock.js";
import { h } from "../lib/dom.js";
import { gettext, interpolate } from "../lib/gettext.js";
import { storage } from "../lib/storage.js";
import { onWake } from "../lib/wake.js";

/** Where the browser keeps which it has told of, and which were dismissed. */
const KEY = "reminders";
const MOST_KEPT = 50;
/** After a failure: the server may be away. */
const FAILED_SECONDS = 60;

/** @typedef {{key: string, title: string, starts: string, link: string}} Meeting */

export class MeetingReminders extends HTMLElement {
  /** @type {AbortController} */
  #life = new AbortController();
  /** @type {() => void} */
  #cancel = () => {};
  #asking = false;
  #clock = systemClock;

  connectedCallback() {
    const { signal } = (this.#life = new AbortController());
    onWake({ document, clock: this.#clock, wall: Date.now, signal, wake: () => void this.#ask() });
    addEventListener("storage", ({ key }) => key === KEY && this.#tidy(), { signal });
    void this.#ask();
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  async #ask() {
    if (this.#asking) return;
    this.#cancel();
    this.#asking = true;
    const { signal } = this.#life;
    const answer = await due(this.getAttribute("src") ?? "", signal);
    this.#asking = false;
    if (signal.aborted || answer === "over") return;
    if (answer) this.#show(answer.meetings);
    this.#cancel = this.#clock.after((answer?.again ?? FAILED_SECONDS) * 1000, () => void this.#ask(), signal);
  }

  /** @param {Meeting[]} meetings those that begin now; cards of others go */
  #show(meetings) {
    const wanted = meetings.filter(({ key }) => !kept().dismissed.includes(key));
    for (const card of this.#cards()) if (!wanted.some(({ key }) => key === card.dataset.key)) card.remove();
    const shown = new Set(this.#cards().map((card) => card.dataset.key));
    for (const meeting of wanted) {
      // The home page shows them itself.
      if (!shown.has(meeting.key) && !document.querySelector("starting-soon")) this.append(this.#card(meeting));
      notify(meeting);
    }
  }

  /** @param {Meeting} meeting */
  #card({ key, title, starts, link }) {
    const close = h("button", { class: "button button-small", type: "button" }, gettext("Dismiss"));
    close.addEventListener("click", () => {
      keep("dismissed", key);
      this.#tidy();
    });
    return h(
      "div",
      { class: "reminder", "data-key": key },
      h("p", { class: "reminder-title" }, title),
      h("p", { class: "muted small" }, begins(starts)),
      h("div", { class: "reminder-ways" }, h("a", { class: "button button-small button-primary", href: link }, gettext("Join")), close),
    );
  }

  /** Removes what was dismissed, here or in another page. */
  #tidy() {
    const { dismissed } = kept();
    for (const card of this.#cards()) if (dismissed.includes(card.dataset.key ?? "")) card.remove();
  }

  #cards() {
    return /** @type {HTMLElement[]} */ ([...this.children]);
  }
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<{meetings: Meeting[], again: number} | "over" | null>} "over" once nobody is signed in; null if the server did not answer
 */
async function due(url, signal) {
  try {
    const response = await fetch(url, { signal, cache: "no-store" });
    if (response.status === 403) return "over";
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** @param {Meeting} meeting */
function notify({ key, title, starts, link }) {
  if (globalThis.Notification?.permission !== "granted" || kept().told.includes(key)) return;
  keep("told", key);
  try {
    // One with the same tag, from another page, takes its place.
    const notification = new Notification(title, { body: interpolate(gettext("%(when)s Click to join."), { when: begins(starts) }), tag: key });
    notification.addEventListener("click", () => {
      focus();
      location.assign(link);
    });
  } catch {
    // Some browsers show notifications only from a service worker. The page shows it, too.
  }
}

/** @param {string} starts */
function begins(starts) {
  return interpolate(gettext("This meeting begins at %(time)s."), { time: clock(new Date(starts)) });
}

/** @param {Date} moment in the time zone of the account, else of the browser */
function clock(moment) {
  const { lang, dataset } = document.documentElement;
  const format = (/** @type {string | undefined} */ timeZone) =>
    new Intl.DateTimeFormat(lang || undefined, { timeStyle: "short", timeZone }).format(moment);
  try {
    return format(dataset.zone);
  } catch {
    // The browser is older than this zone.
    return format(undefined);
  }
}

/** @returns {{told: string[], dismissed: string[]}} */
function kept() {
  try {
    const { told, dismissed } = JSON.parse(storage("localStorage").getItem(KEY) ?? "");
    return { told: [...told].map(String), dismissed: [...dismissed].map(String) };
  } catch {
    return { told: [], dismissed: [] };
  }
}

/** @param {"told" | "dismissed"} list @param {string} key */
function keep(list, key) {
  const all = kept();
  all[list] = [...all[list].filter((one) => one !== key), key].slice(-MOST_KEPT);
  try {
    storage("localStorage").setItem(KEY, JSON.stringify(all));
  } catch {
    // Storage is full: it may be told again.
  }
}

customElements.define("meeting-reminders", MeetingReminders);
