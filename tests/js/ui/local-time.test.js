import { equal, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { LocalTime } from "../../../static/js/ui/local-time.js";

const MOMENT = "2026-05-04T09:01:00+00:00";

/**
 * @param {HTMLElement} stage
 * @param {string} [style]
 */
function shown(stage, style) {
  const element = new LocalTime();
  if (style) element.dataset.style = style;
  const time = element.appendChild(h("time", { datetime: MOMENT }, "May 4, 2026, 09:01 UTC"));
  stage.append(element);
  return time;
}

/** @param {Intl.DateTimeFormatOptions} options */
function local(options) {
  return new Intl.DateTimeFormat(document.documentElement.lang || undefined, options).format(new Date(MOMENT));
}

test("a moment is shown by the reader's clock", ({ element: stage }) => {
  equal(shown(stage).textContent, local({ dateStyle: "medium", timeStyle: "short" }));
  equal(shown(stage, "date").textContent, local({ dateStyle: "medium" }));
  equal(shown(stage, "time").textContent, local({ timeStyle: "short" }));
});

test("what it was is kept for who wants to know", ({ element: stage }) => {
  equal(shown(stage).title, "2026-05-04T09:01:00.000Z");
});

test("an element without a moment says nothing", ({ element: stage }) => {
  equal(stage.appendChild(new LocalTime()).textContent, "");
});

test("an account says another time zone than the browser", ({ element: stage }) => {
  document.documentElement.dataset.zone = "Australia/Lord_Howe";
  try {
    equal(shown(stage).textContent, local({ dateStyle: "medium", timeStyle: "short", timeZone: "Australia/Lord_Howe" }));
    document.documentElement.dataset.zone = "Mars/Phobos";
    equal(shown(stage).textContent, "May 4, 2026, 09:01 UTC");
  } finally {
    delete document.documentElement.dataset.zone;
  }
});
