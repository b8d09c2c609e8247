import { equal, ok, once, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { shownName } from "../../../static/js/lib/names.js";
import { WaitingList } from "../../../static/js/ui/waiting-list.js";

/** @param {HTMLElement} stage */
function list(stage) {
  const element = new WaitingList();
  element.hidden = true;
  element.append(
    h("span", { "data-part": "number" }),
    h("label", { "data-part": "all" }, h("input", { type: "checkbox" })),
    h("ul"),
    h("button", { "data-part": "admit" }),
    h("button", { "data-part": "deny" }),
  );
  stage.append(element);
  return element;
}

/** @param {string} name */
function knocker(name, note = "") {
  return { id: name.toLowerCase(), note, ...shownName({ name, role: "guest" }) };
}

/**
 * @param {HTMLElement} element
 * @param {string} label
 */
function button(element, label) {
  const found = [...element.querySelectorAll("button")].find((one) => (one.getAttribute("aria-label") ?? one.textContent) === label);
  if (!found) throw new Error(`no ${label}`);
  return found;
}

/** @param {HTMLElement} element */
function boxes(element) {
  return [...element.querySelectorAll("input")];
}

test("one is let in or turned away", async ({ element: stage }) => {
  const element = list(stage);
  element.people = [knocker("Carol")];
  equal([element.hidden, element.hasAttribute("data-several")], [false, false]);
  equal([...(element.querySelector("li .person-name")?.childNodes ?? [])].map(({ textContent }) => textContent), ["Guest", " ", "Carol"]);
  const admitted = once(element, "admit");
  button(element, "Let Guest Carol in").click();
  equal((await admitted).detail, { ids: ["carol"] });
  const denied = once(element, "deny");
  button(element, "Turn Guest Carol away").click();
  equal((await denied).detail, { ids: ["carol"] });
  element.people = [];
  equal([element.hidden, element.querySelectorAll("li").length], [true, 0]);
});

test("several are chosen; without a choice all are meant", async ({ element: stage }) => {
  const element = list(stage);
  element.people = [knocker("Carol"), knocker("Dave"), knocker("Erin")];
  ok(element.hasAttribute("data-several"));
  const all = once(element, "admit");
  button(element, "Let all in").click();
  equal((await all).detail, { ids: ["carol", "dave", "erin"] });
  const [every, carol, , erin] = boxes(element);
  carol.click();
  erin.click();
  equal([every.checked, every.indeterminate], [false, true]);
  const two = once(element, "deny");
  button(element, "Turn 2 away").click();
  equal((await two).detail, { ids: ["carol", "erin"] });
  every.click();
  equal(boxes(element).map(({ checked }) => checked), [true, true, true, true]);
  every.click();
  equal(boxes(element).map(({ checked }) => checked), [false, false, false, false]);
});

test("whoever does not wait any more is not meant", async ({ element: stage }) => {
  const element = list(stage);
  element.people = [knocker("Carol"), knocker("Dave"), knocker("Erin")];
  boxes(element)[1].click();
  boxes(element)[2].click();
  element.people = [knocker("Dave"), knocker("Erin")];
  const admitted = once(element, "admit");
  button(element, "Let 1 in").click();
  equal((await admitted).detail, { ids: ["dave"] });
});

test("a note is text", ({ element: stage }) => {
  const element = list(stage);
  element.people = [knocker("Carol", "<img src=x onerror=alert(1)>")];
  equal(element.querySelector(".person-note")?.textContent, "<img src=x onerror=alert(1)>");
  equal(element.querySelector("img"), null);
  element.people = [knocker("Carol", "It is me")];
  equal(element.querySelector(".person-note")?.textContent, "It is me");
});

test("the focus goes to the next one", ({ element: stage }) => {
  const element = list(stage);
  element.people = [knocker("Carol"), knocker("Dave")];
  button(element, "Let Guest Carol in").focus();
  element.people = [knocker("Dave")];
  equal(document.activeElement?.getAttribute("aria-label"), "Let Guest Dave in");
});
