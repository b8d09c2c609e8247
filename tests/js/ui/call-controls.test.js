import { equal, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { CallControls } from "../../../static/js/ui/call-controls.js";
import { MediaSwitch } from "../../../static/js/ui/media-switch.js";

/** @param {HTMLElement} stage */
function controls(stage) {
  const element = new CallControls();
  const microphone = new MediaSwitch();
  microphone.setAttribute("for", "microphone");
  microphone.dataset.key = "m";
  microphone.append(h("button", { "aria-pressed": "true" }, "Microphone"));
  const people = h("button", { "data-command": "people", "data-key": "p", "aria-pressed": "false" }, "People");
  const opener = h("button", { "data-key": "?" }, "Shortcuts");
  element.append(microphone, people, opener, h("button", { "data-command": "leave" }, "Leave"));
  stage.append(element);
  /** @type {unknown[]} */
  const told = [];
  for (const type of ["command", "turn"]) element.addEventListener(type, (event) => told.push(/** @type {CustomEvent} */ (event).detail));
  opener.addEventListener("click", () => told.push("shortcuts"));
  return { element, told, microphone };
}

/**
 * @param {string} key
 * @param {EventTarget} [target]
 * @param {KeyboardEventInit} [options]
 */
function press(key, target = document.body, options = {}) {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options }));
}

test("keys do what the buttons do", ({ element: stage }) => {
  const { told } = controls(stage);
  press("m");
  press("P");
  press("?", document.body, { shiftKey: true });
  press("x");
  equal(told, [{ slot: "microphone", on: false }, { command: "people" }, "shortcuts"]);
});

test("a command may have two buttons, one in the bar and one in its menu", ({ element: stage }) => {
  const { element, told } = controls(stage);
  const item = h("button", { "data-command": "people", "aria-pressed": "false" }, "People");
  element.append(h("div", { popover: "auto" }, item));
  element.press("people", true);
  element.offer("people", false);
  const buttons = () =>
    [...element.querySelectorAll("[data-command=people]")].map((button) => [button.getAttribute("aria-pressed"), button.hasAttribute("hidden")]);
  equal(buttons(), [["true", true], ["true", true]]);
  element.offer("people", true);
  equal(buttons(), [["true", false], ["true", false]]);
  item.click();
  equal(told, [{ command: "people" }]);
});

test("keys are left alone where one writes, with modifiers, and in dialogs", ({ element: stage }) => {
  const { told } = controls(stage);
  const field = stage.appendChild(h("input"));
  const dialog = stage.appendChild(h("dialog"));
  press("m", field);
  press("m", document.body, { ctrlKey: true });
  press("m", document.body, { repeat: true });
  dialog.showModal();
  press("m", dialog);
  dialog.close();
  equal(told, []);
  press("m");
  equal(told.length, 1);
});

test("keys are off while the controls are not seen, and after they are gone", ({ element: stage }) => {
  const { told, element } = controls(stage);
  stage.hidden = true;
  press("m");
  stage.hidden = false;
  element.remove();
  press("m");
  equal(told, []);
});

test("what cannot be done has no key", ({ element: stage }) => {
  const { told, microphone } = controls(stage);
  microphone.hidden = true;
  press("m");
  equal(told, []);
});

test("a click tells its command, a pressed state is shown", ({ element: stage }) => {
  const { told, element } = controls(stage);
  element.querySelector("[data-command=leave]")?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  equal(told, [{ command: "leave" }]);
  element.press("people", true);
  equal(element.querySelector("[data-command=people]")?.getAttribute("aria-pressed"), "true");
});

test("a switch shows what is, not what was asked", ({ element: stage }) => {
  const { microphone, told } = controls(stage);
  const button = microphone.querySelector("button");
  button?.click();
  equal(button?.getAttribute("aria-pressed"), "true");
  microphone.state = { on: false, opening: true, trouble: null };
  equal([button?.getAttribute("aria-pressed"), button?.getAttribute("aria-busy")], ["false", "true"]);
  microphone.state = { on: false, opening: false, trouble: "denied" };
  equal([button?.hasAttribute("aria-busy"), microphone.dataset.trouble], [false, "denied"]);
  button?.click();
  equal(told, [{ slot: "microphone", on: false }, { slot: "microphone", on: true }]);
});

test("keys work on layouts of other scripts, by their place", ({ element: stage }) => {
  const { told } = controls(stage);
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ь", code: "KeyM", bubbles: true }));
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: ",", code: "KeyM", bubbles: true }));
  equal(told, [{ slot: "microphone", on: false }]);
});

test("single keys can be switched off", ({ element: stage }) => {
  const { told, element } = controls(stage);
  element.listensToKeys = false;
  press("m");
  equal(told, []);
});
