/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const STYLES = {
  date: { dateStyle: "medium" },
  time: { timeStyle: "short" },
  both: { dateStyle: "medium", timeStyle: "short" },
};

/** Shows the moment of its <time> in the reader's time zone and language. `data-style` is "date", "time" or nothing for both. */
export class LocalTime extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    if (!time) return;
    const moment = new Date(time.dateTime);
    time.title = moment.toISOString();
    time.textContent = new Intl.DateTimeFormat(document.documentElement.lang || undefined, STYLES[this.dataset.style || "both"]).format(moment);
  }
}

customElements.define("local-time", LocalTime);
