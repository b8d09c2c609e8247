import { equal, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { DayGrid } from "../../../static/js/ui/day-grid.js";

/**
 * @param {HTMLElement} stage
 * @param {number} today
 */
function grid(stage, today) {
  const days = Array.from({ length: 14 }, (_, day) =>
    h("li", { class: "day", "data-today": day === today }, h("a", { class: "day-link", href: `#${day}` }, String(day))),
  );
  const element = new DayGrid();
  element.append(h("ol", {}, ...days));
  stage.append(element);
  return days.map((day) => /** @type {HTMLElement} */ (day.firstElementChild));
}

/** @param {string} key */
function press(key) {
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  return document.activeElement?.textContent;
}

test("today is the tab stop, and no other day", ({ element: stage }) => {
  const days = grid(stage, 9);
  equal(days.filter((day) => day.tabIndex === 0), [days[9]]);
});

test("arrow keys, Home and End move between the days", ({ element: stage }) => {
  const days = grid(stage, -1);
  days[0].focus();
  equal(["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "End", "Home"].map(press), ["1", "8", "7", "0", "13", "0"]);
  equal(press("ArrowLeft"), "0", "there is nothing before");
  equal(days.filter((day) => day.tabIndex === 0), [days[0]]);
});

test("days that are not shown are passed over", ({ element: stage }) => {
  const days = grid(stage, -1);
  days[0].focus();
  days[1].hidden = true;
  equal(press("ArrowRight"), "2");
});

test("from right to left the arrows are the other way round", ({ element: stage }) => {
  const days = grid(stage, -1);
  stage.dir = "rtl";
  days[3].focus();
  equal(press("ArrowLeft"), "4");
});
