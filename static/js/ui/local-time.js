/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const STYLES = {
  date: { dateStyle: "medium" },
  time: { timeStyle: "short" },
  day: { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" },
  dated: { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "numeric", minute: "2-digit" },
  both: { dateStyle: "medium", timeStyle: "short" },
};

/**
 * Shows the moment of its <time> in the reader's language, in the time zone of their account or else of the browser. `data-style` is
 * "date", "time", "day" for both with the day of the week, "dated" with the
 * year, too, or nothing for both.
 */
export class LocalTime extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    if (!time) return;
    const moment = new Date(time.dateTime);
    time.title = moment.toISOString();
    const { lang, dataset } = document.documentElement;
    try {
      const format = new Intl.DateTimeFormat(lang || undefined, { ...STYLES[this.dataset.style || "both"], timeZone: dataset.zone });
      time.textContent = format.format(moment);
    } catch {
      // The browser is older than this zone. What the server wrote stays.
    }
  }
}

customElements.define("local-time", LocalTime);
