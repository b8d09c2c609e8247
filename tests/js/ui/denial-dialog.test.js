import { equal, ok, once, test } from "../harness.js";
import { h, part } from "../../../static/js/lib/dom.js";
import { DenialDialog } from "../../../static/js/ui/denial-dialog.js";

/** @param {HTMLElement} stage */
function denial(stage) {
  const element = new DenialDialog();
  const radio = (/** @type {string} */ value, checked = false) => h("input", { type: "radio", name: "why", value, checked });
  const words = h("input", { name: "words" });
  const send = h("button", { value: "deny" });
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", { "data-part": "question" }),
    radio("", true),
    radio("Later"),
    radio("own"),
    words,
    h("button", { value: "" }),
    send,
  );
  element.append(h("dialog", {}, form));
  stage.append(element);
  return { element, words, send, cancel: part(form, "button", HTMLButtonElement) };
}

test("without a choice nothing is said", async ({ element: stage }) => {
  const { element, send } = denial(stage);
  element.ask(["carol"], ["Guest Carol"]);
  equal(element.querySelector("h2")?.textContent, "Turn Guest Carol away?");
  const denied = once(element, "deny");
  send.click();
  equal((await denied).detail, { ids: ["carol"], reason: "" });
});

test("a sentence is chosen, or written", async ({ element: stage }) => {
  const { element, words, send } = denial(stage);
  element.ask(["carol", "dave"], ["Guest Carol", "Guest Dave"]);
  equal(element.querySelector("h2")?.textContent, "Turn 2 people away?");
  part(element, "input[value=Later]", HTMLInputElement).click();
  let denied = once(element, "deny");
  send.click();
  equal((await denied).detail, { ids: ["carol", "dave"], reason: "Later" });

  element.ask(["carol"], ["Guest Carol"]);
  words.value = " We begin at noon ";
  words.dispatchEvent(new Event("input"));
  ok(part(element, "input[value=own]", HTMLInputElement).checked);
  denied = once(element, "deny");
  send.click();
  equal((await denied).detail, { ids: ["carol"], reason: "We begin at noon" });
});

test("who thinks better of it turns nobody away", async ({ element: stage }) => {
  const { element, cancel } = denial(stage);
  let denied = 0;
  element.addEventListener("deny", () => (denied += 1));
  element.ask(["carol"], ["Guest Carol"]);
  const closed = once(part(element, "dialog", HTMLDialogElement), "close");
  cancel.click();
  await closed;
  equal(denied, 0);
});
