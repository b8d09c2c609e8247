import { equal, ok, once, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { shownName } from "../../../static/js/lib/names.js";
import { PeoplePanel } from "../../../static/js/ui/people-panel.js";

/** @import { Person } from "../../../static/js/ui/people-panel.js" */

/** @param {HTMLElement} stage */
function panel(stage) {
  const element = new PeoplePanel();
  element.append(
    h("span", { "data-part": "count" }),
    h("button", { "data-part": "close" }),
    h("input", { type: "search", "data-part": "search", hidden: true }),
    h("p", { "data-part": "found" }),
    h("ul", { "data-part": "people" }),
  );
  stage.append(element);
  return element;
}

/**
 * @param {string} id
 * @param {Partial<Person>} [rest]
 * @returns {Person}
 */
function person(id, rest = {}) {
  const role = rest.role ?? "member";
  return { id, ...shownName({ name: id, role }), role, self: false, microphone: true, camera: true, screen: false, condition: "", ...rest };
}

/** @param {HTMLElement} element */
const rows = (element) => [...element.querySelectorAll("[data-part=people] > li")];

test("rows are kept while people come, change and go", ({ element: stage }) => {
  const element = panel(stage);
  element.people = [person("alice"), person("bob")];
  const [, bob] = rows(element);
  element.people = [person("bob", { microphone: false, condition: "reconnecting" }), person("carol")];
  equal(rows(element).length, 2);
  ok(rows(element)[0] === bob);
  equal(bob.querySelector(".person-note")?.textContent, "reconnecting");
  equal(element.querySelector("[data-part=count]")?.textContent, "2");
});

test("what somebody does not send is shown", ({ element: stage }) => {
  const element = panel(stage);
  element.people = [person("bob", { microphone: false, screen: true })];
  const shown = [...rows(element)[0].querySelectorAll(".person-states > span:not([hidden])")].map((state) => state.getAttribute("title"));
  equal(shown, ["Shares a screen", "Microphone off"]);
});

test("what somebody is stands below their name, also what a guest is who takes a host's", ({ element: stage }) => {
  const element = panel(stage);
  element.people = [person("Alice", { role: "owner" }), person("Bob"), person("Alice (Owner)", { role: "guest" })];
  const words = (/** @type {string} */ selector) => rows(element).map((row) => row.querySelector(selector)?.textContent);
  equal(words(".person-name"), ["Alice", "Bob", "Alice (Owner)"]);
  equal(words(".person-note"), ["Owner", "", "Guest"]);
  equal(rows(element)[2].querySelector("button")?.title, "Actions for Guest Alice (Owner)");
});

test("a button asks for what one can do with somebody", async ({ element: stage }) => {
  const element = panel(stage);
  element.people = [person("alice", { self: true }), person("carol")];
  const button = rows(element)[1].querySelector("button");
  const asked = once(element, "menu");
  button?.click();
  const { id, opener } = (await asked).detail;
  equal([id, opener === button], ["carol", true]);
});

test("Escape closes", async ({ element: stage }) => {
  const element = panel(stage);
  const closed = once(element, "close");
  element.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  await closed;
});

test("of more than eight people one searches, whatever the case and the accents", ({ element: stage }) => {
  const element = panel(stage);
  const people = ["Zoë", "Bob", "Carol", "Dave", "Erin", "Frank", "Grace", "Heidi"].map((name) => person(name));
  element.people = people;
  const search = element.querySelector("input[type=search]");
  if (!(search instanceof HTMLInputElement)) throw new Error("no search");
  ok(search.hidden);
  element.people = [...people, person("Mallory", { role: "guest" })];
  ok(!search.hidden);
  const shown = () => rows(element).filter((row) => !row.hasAttribute("hidden")).map((row) => row.querySelector(".person-name")?.textContent);
  const type = (/** @type {string} */ text) => {
    search.value = text;
    search.dispatchEvent(new Event("input"));
    return [shown(), element.querySelector("[data-part=found]")?.textContent];
  };
  equal(type("zoe "), [["Zoë"], "1 person found"]);
  equal(type("GUEST"), [["Mallory"], "1 person found"]);
  equal(type("nobody"), [[], "0 people found"]);
  type("a");
  element.people = people.slice(0, 3);
  equal([shown(), search.hidden], [["Carol"], false]);
  equal([type("")[1], shown().length], ["", 3]);
  type("bob");
  element.people = [];
  element.people = people;
  equal([shown().length, search.hidden], [8, true]);
});
