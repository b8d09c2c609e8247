import { equal, ok, once, test, until } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import "../../../static/js/ui/copy-button.js";
import { DevicePicker } from "../../../static/js/ui/device-picker.js";
import { LevelMeter } from "../../../static/js/ui/level-meter.js";
import { MediaSwitch } from "../../../static/js/ui/media-switch.js";

test("a picker offers what there is, and nothing when there is nothing", async ({ element: stage }) => {
  const picker = new DevicePicker();
  picker.setAttribute("kind", "camera");
  picker.append(h("select"));
  stage.append(picker);
  ok(picker.hidden);
  picker.show([{ id: "a", label: "Webcam" }, { id: "b", label: "" }], "b");
  const select = /** @type {HTMLSelectElement} */ (picker.querySelector("select"));
  equal([[...select.options].map(({ text }) => text), select.value, picker.hidden], [["Webcam", "Device 2"], "b", false]);
  const chosen = once(stage, "choose");
  select.value = "a";
  select.dispatchEvent(new Event("change"));
  equal((await chosen).detail, { kind: "camera", id: "a" });
  const [first] = select.options;
  picker.show([{ id: "a", label: "Webcam" }, { id: "b", label: "" }], "a");
  ok(select.options[0] === first, "an open list is not made anew");
  picker.show([], "");
  ok(picker.hidden);
});

test("a meter shows and tells its level", ({ element: stage }) => {
  const meter = new LevelMeter();
  stage.append(meter);
  meter.value = 0.54;
  equal([meter.style.getPropertyValue("--level"), meter.getAttribute("aria-valuenow"), meter.getAttribute("role")], ["0.54", "50", "meter"]);
});

test("a switch shows the level of what it switches, and is styled anew only when that changes", ({ element: stage }) => {
  const element = new MediaSwitch();
  element.append(h("button"));
  stage.append(element);
  let changes = 0;
  const observer = new MutationObserver((records) => (changes += records.length));
  observer.observe(element, { attributes: true });
  for (const level of [0.5, 0.501, 0.25]) element.level = level;
  changes += observer.takeRecords().length;
  equal([element.style.getPropertyValue("--level"), changes], ["0.25", 2]);
});

test("a copy button says whether it copied", async ({ element: stage }) => {
  const button = h("button", {}, h("span", { "data-part": "label" }, "Copy link"));
  const element = document.createElement("copy-button");
  element.setAttribute("value", "https://example.org/abc");
  element.append(button);
  stage.append(element);
  button.click();
  await until(() => button.textContent !== "Copy link");
});
