import { equal, nextTask, ok, test, until } from "../harness.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";

/** @param {HTMLElement} stage */
function notices(stage) {
  const element = new CallNotices();
  stage.append(element);
  return element;
}

/** @param {HTMLElement} element */
const texts = (element) => [...element.querySelectorAll("p")].map((line) => line.textContent);

test("notices are read out politely", ({ element: stage }) => {
  const element = notices(stage);
  equal([element.getAttribute("role"), element.getAttribute("aria-live")], ["log", "polite"]);
});

test("the same notice is not said twice at once", ({ element: stage }) => {
  const element = notices(stage);
  element.say("Bob joined");
  element.say("Bob joined");
  element.say("Old", { key: "line" });
  element.say("New", { key: "line" });
  equal(texts(element), ["Bob joined", "New"]);
  element.retract("line");
  equal(texts(element), ["Bob joined"]);
});

test("an action is done once, and the notice is gone", ({ element: stage }) => {
  const element = notices(stage);
  let done = 0;
  element.say("Carol would like to come in", { key: "knock carol", action: { label: "Let in", run: () => (done += 1) } });
  element.querySelector("button")?.click();
  equal([done, texts(element)], [1, []]);
});

test("what is over is retracted, what goes on stays", ({ element: stage }) => {
  const element = notices(stage);
  for (const id of ["carol", "dora"]) element.say(id, { key: `knock ${id}` });
  element.say("other");
  element.retractAll("knock ", ["knock dora"]);
  equal(texts(element), ["dora", "other"]);
});

test("an announcement is heard, not seen", ({ element: stage }) => {
  const element = notices(stage);
  element.announce("Microphone off");
  ok(element.querySelector("p.visually-hidden"));
});

test("where they scroll, a keyboard reaches them", async ({ element: stage }) => {
  const element = notices(stage);
  Object.assign(element.style, { display: "block", maxHeight: "5rem", overflowY: "auto" });
  element.say("Bob joined");
  await until(() => element.clientHeight > 0);
  ok(!element.hasAttribute("tabindex"));
  for (const name of ["Carol", "Dave", "Erin"]) element.say(`${name} joined`);
  await until(() => element.tabIndex === 0, "reached");
  element.focus();
  for (const name of ["Bob", "Carol", "Dave"]) element.retract(`${name} joined`);
  await until(() => element.scrollHeight === element.clientHeight);
  equal(document.activeElement, element);
  element.blur();
  element.retract("Erin joined");
  await until(() => !element.hasAttribute("tabindex"), "no longer reached");
});

test("a dialog that opens over a notice has it inside", async ({ element: stage }) => {
  const element = notices(stage);
  const dialog = document.createElement("dialog");
  stage.append(dialog);
  element.say("Carol would like to come in", { action: { label: "Let in", run: () => {} } });
  dialog.showModal();
  await until(() => element.parentElement === dialog);
  equal(texts(element), ["Carol would like to come in"]);
  dialog.close();
  await until(() => element.parentElement === stage);
});

test("a notice with an action stays, and few are shown at once", async ({ element: stage }) => {
  const element = notices(stage);
  const action = { label: "Let in", run: () => {} };
  for (const name of ["Ann", "Ben", "Cy"]) element.say(name, { action });
  for (const name of ["Old", "New"]) element.say(name);
  equal(texts(element), ["Ann", "Ben", "Cy", "New"]);
  for (const name of ["Di", "Ed"]) element.say(name, { action });
  equal(texts(element), ["Ben", "Cy", "Di", "Ed"]);
});

test("notices can be used while a dialog is open, and stay when it has gone", async ({ element: stage }) => {
  const element = notices(stage);
  const dialog = stage.appendChild(document.createElement("dialog"));
  dialog.showModal();
  element.say("Carol would like to come in", { action: { label: "Let in", run: () => {} } });
  const button = element.querySelector("button");
  button?.focus();
  equal(document.activeElement, button);
  dialog.remove();
  await nextTask();
  equal([element.parentElement, texts(element)], [stage, ["Carol would like to come in"]]);
});

test("notices go into the call with the person, and out again", async ({ element: stage }) => {
  const call = stage.appendChild(document.createElement("section"));
  call.className = "call";
  const element = notices(stage);
  element.say("Bob joined");
  stage.dataset.showing = "call";
  await until(() => element.parentElement === call);
  stage.dataset.showing = "left";
  await until(() => element.parentElement === stage);
  equal(texts(element), ["Bob joined"]);
});
