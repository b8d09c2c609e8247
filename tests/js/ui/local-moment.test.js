import { equal, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { LocalMoment } from "../../../static/js/ui/local-moment.js";

/**
 * @param {HTMLElement} stage
 * @param {string} value in UTC
 */
function setting(stage, value) {
  const field = h("input", { type: "datetime-local", name: "opens", value, "aria-describedby": "opens-hint" });
  const element = new LocalMoment();
  element.append(field);
  const form = h("form", {}, h("p", { id: "opens-hint" }, "In the time zone UTC."), element);
  // A field has its form when its element is made from the page's text.
  stage.append(form);
  return { field, form };
}

/** @param {Date} moment as the clock of the browser shows it */
function shown(moment) {
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

// In summer and in winter, near midnight.
for (const value of ["2026-07-04T23:30", "2026-12-31T00:15"]) {
  test(`${value} is shown by the clock of the browser, and sent as it came`, ({ element: stage }) => {
    const { field, form } = setting(stage, value);
    equal(field.value, shown(new Date(`${value}Z`)));
    equal(new FormData(form).get("opens"), value);
    field.value = shown(new Date("2027-03-01T12:00Z"));
    equal(new FormData(form).get("opens"), "2027-03-01T12:00");
  });
}

test("no moment is none", ({ element: stage }) => {
  const { field, form } = setting(stage, "");
  equal([field.value, new FormData(form).get("opens")], ["", ""]);
});

test("it says whose time it is", ({ element: stage }) => {
  setting(stage, "");
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  equal(document.getElementById("opens-hint")?.textContent?.includes(timeZone), true);
});
