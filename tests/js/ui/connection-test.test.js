import { equal, ok, once, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import "../../../static/js/ui/copy-button.js";
import { ConnectionTest } from "../../../static/js/ui/connection-test.js";

/** @import { Step } from "../../../static/js/ui/connection-test.js" */

/** @type {Step[]} */
const STEPS = [
  { name: "Server", state: "good", detail: "12 ms", remedy: "" },
  { name: "Relay <b>", state: "bad", detail: "701", remedy: "Ask." },
  { name: "Capacity", state: "running", detail: "", remedy: "" },
];

/** @param {HTMLElement} stage */
function element(stage) {
  const one = new ConnectionTest();
  const copy = document.createElement("copy-button");
  copy.append(h("button", { type: "button" }, h("span", { "data-part": "label" }, "Copy")));
  one.append(
    copy,
    h("ul", { "data-part": "steps" }),
    h("p", { "data-part": "summary" }),
    h("button", { type: "button", "data-part": "start" }, "Start"),
  );
  stage.append(one);
  return one;
}

test("each step is told in words, as text, with its state", ({ element: stage }) => {
  const one = element(stage);
  one.steps = STEPS;
  const rows = [...one.querySelectorAll("li")];
  equal(rows.map(({ dataset }) => dataset.state), ["good", "bad", "running"]);
  equal(rows.map(({ textContent }) => textContent), ["WorksServer12 ms", "Does not workRelay <b>701Ask.", "Testing…Capacity"]);
});

test("the report to copy has the steps and the browser, one line each", ({ element: stage }) => {
  const one = element(stage);
  one.steps = STEPS;
  const lines = one.querySelector("copy-button")?.getAttribute("value")?.split("\n") ?? [];
  ok(!Number.isNaN(Date.parse(lines[0] ?? "")));
  equal(lines.slice(1), [navigator.userAgent, "Server: Works – 12 ms", "Relay <b>: Does not work – 701 – Ask.", "Capacity: Testing…"]);
});

test("it is asked for, and cannot be asked for twice", async ({ element: stage }) => {
  const one = element(stage);
  const button = /** @type {HTMLButtonElement} */ (one.querySelector("[data-part=start]"));
  const asked = once(one, "test");
  button.click();
  await asked;
  one.running = true;
  equal([button.disabled, one.dataset.state], [true, "running"]);
  one.running = false;
  equal([button.disabled, one.dataset.state, one.querySelector("copy-button")?.hasAttribute("hidden")], [false, "done", false]);
});
