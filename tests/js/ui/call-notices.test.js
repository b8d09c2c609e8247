import { equal, ok, test } from "../harness.js";
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
  element.say("Carol would like to come in", { key: "knock carol", action: { label: "Let in", run: () => (done += 1) }, stays: true });
  element.querySelector("button")?.click();
  equal([done, texts(element)], [1, []]);
});

test("what is over is retracted, what goes on stays", ({ element: stage }) => {
  const element = notices(stage);
  for (const id of ["carol", "dora"]) element.say(id, { key: `knock ${id}`, stays: true });
  element.say("other");
  element.retractAll("knock ", ["knock dora"]);
  equal(texts(element), ["dora", "other"]);
});

test("an announcement is heard, not seen", ({ element: stage }) => {
  const element = notices(stage);
  element.announce("Microphone off");
  ok(element.querySelector("p.visually-hidden"));
});
