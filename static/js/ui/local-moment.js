import { part, write } from "../lib/dom.js";
import { gettext, interpolate } from "../lib/gettext.js";

/** "2026-11-29T21:30": as the value of an <input type="datetime-local">. */
const LENGTH = 16;

/** A field for a moment: shown in the time zone of the browser, sent in UTC. Without this script it is in UTC, as the text beside it says. */
export class LocalMoment extends HTMLElement {
  connectedCallback() {
    const field = part(this, "input", HTMLInputElement);
    if (field.value) field.value = local(field.value);
    field.form?.addEventListener("formdata", ({ formData }) => formData.set(field.name, field.value && utc(field.value)));
    const hint = document.getElementById(field.getAttribute("aria-describedby") ?? "");
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (hint) write(hint, interpolate(gettext("Counts if waiting ends at a set time. In your time zone, %(zone)s."), { zone }));
  }
}

/** @param {string} value */
function local(value) {
  const moment = new Date(`${value.slice(0, LENGTH)}Z`);
  return Number.isNaN(moment.valueOf()) ? value : new Date(moment.valueOf() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, LENGTH);
}

/** @param {string} value */
function utc(value) {
  const moment = new Date(value);
  return Number.isNaN(moment.valueOf()) ? value : moment.toISOString().slice(0, LENGTH);
}

customElements.define("local-moment", LocalMoment);
