import { equal, ok, once, test } from "../harness.js";
import { pictures } from "../media/fakes.js";
import { h } from "../../../static/js/lib/dom.js";
import { GreenRoom } from "../../../static/js/ui/green-room.js";

/**
 * @param {HTMLElement} stage
 * @param {{guest: boolean}} options
 */
function green(stage, { guest }) {
  const element = new GreenRoom();
  const name = guest ? h("input", { name: "name", required: true }) : null;
  const button = h("button", { "data-part": "join" }, "Join");
  const [second, silent] = [
    h("p", { "data-part": "second", hidden: true }),
    h("button", { "data-part": "silent", hidden: true }, "Join without sound here"),
  ];
  element.append(
    h(
      "form",
      {},
      h("video"),
      h("p", { "data-part": "hint" }),
      h("ul", { "data-part": "problems" }),
      h("p", { "data-part": "anyway" }),
      name,
      button,
      second,
      silent,
    ),
  );
  stage.append(element);
  return { element, button, name, second, silent };
}

test("a guest says a name, then joins", async ({ element: stage }) => {
  const { element, button, name } = green(stage, { guest: true });
  let entered = 0;
  element.addEventListener("enter", () => (entered += 1));
  button.click();
  equal(entered, 0, "without a name");
  element.name = "Carol";
  equal(name?.value, "Carol");
  const enter = once(element, "enter");
  button.click();
  equal((await enter).detail, { name: "Carol", isSilent: false });
});

test("whoever is in the meeting on another device can join without sound here", async ({ element: stage }) => {
  const { element, name, second, silent } = green(stage, { guest: true });
  element.elsewhere = true;
  equal([second.hidden, silent.hidden], [false, false]);
  if (name) name.value = "Carol";
  const enter = once(element, "enter");
  silent.click();
  equal((await enter).detail, { name: "Carol", isSilent: true });
  element.joining = true;
  equal(silent.disabled, true);
  element.elsewhere = false;
  equal([second.hidden, silent.hidden], [true, true]);
});

test("a name that cannot be seen is none", ({ element: stage }) => {
  const { element, button, name } = green(stage, { guest: true });
  let entered = 0;
  element.addEventListener("enter", () => (entered += 1));
  if (name) name.value = "\u200b";
  button.click();
  equal([entered, name?.validity.customError], [0, true]);
  if (name) name.value = "Carol";
  name?.dispatchEvent(new Event("input"));
  button.click();
  equal(entered, 1);
});

test("a remembered name does not overwrite what was typed", ({ element: stage }) => {
  const { element, name } = green(stage, { guest: true });
  if (name) name.value = "Typed";
  element.name = "Remembered";
  equal(name?.value, "Typed");
});

test("whoever is logged in just joins", async ({ element: stage }) => {
  const { element, button } = green(stage, { guest: false });
  const enter = once(element, "enter");
  element.focusFirst();
  ok(document.activeElement === button);
  button.click();
  equal((await enter).detail, { name: "", isSilent: false });
});

test("the preview comes and goes", ({ element: stage }) => {
  const { element } = green(stage, { guest: false });
  const track = pictures();
  equal(element.querySelector("video")?.srcObject, null, "an empty stream would hold up the load event");
  element.preview = track;
  const stream = /** @type {MediaStream} */ (element.querySelector("video")?.srcObject);
  equal([element.dataset.camera, stream.getTracks().length], ["on", 1]);
  element.preview = null;
  equal([element.dataset.camera, stream.getTracks().length], ["off", 0]);
});

test("a problem says what to do, and lets one try again", async ({ element: stage }) => {
  const { element } = green(stage, { guest: false });
  element.problems = [{ problem: "No camera was found.", remedy: "Plug one in.", inputs: ["camera"] }];
  equal(element.querySelector("li strong")?.textContent, "No camera was found.");
  equal(/** @type {HTMLElement} */ (element.querySelector("[data-part=anyway]")).hidden, false);
  const retry = once(element, "retry");
  /** @type {HTMLElement} */ (element.querySelector("li button")).click();
  equal((await retry).detail, { inputs: ["camera"] });
  element.problems = [];
  equal(element.querySelectorAll("li").length, 0);
});

test("one joins once", ({ element: stage }) => {
  const { element, button } = green(stage, { guest: false });
  element.joining = true;
  equal([button.disabled, button.getAttribute("aria-busy")], [true, "true"]);
  element.joining = false;
  ok(!button.disabled);
});
