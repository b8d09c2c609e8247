import { equal, ok, once, test } from "../harness.js";
import { BreakoutDialog } from "../../../static/js/ui/breakout-dialog.js";

const person = (/** @type {string} */ id, place = "", help = false) => ({ id, place, help, shown: { name: id, plain: id, isGuest: false } });
const rooms = [{ id: "r1", name: "Red" }, { id: "r2", name: "Blue" }];
const closed = { rooms: [], place: "", people: [person("alice"), person("bob")], hosts: true, chooses: false, left: "", seconds: null };

/** @param {HTMLElement} stage */
function dialog(stage) {
  const element = new BreakoutDialog();
  stage.append(element);
  return element;
}

/**
 * @template {Element} T
 * @param {Element} element
 * @param {string} selector
 * @param {new () => T} type
 */
function one(element, selector, type) {
  const found = element.querySelector(selector);
  if (found instanceof type) return found;
  throw new Error(`no ${selector}`);
}

/** @param {Element} element @param {string} selector @param {string} value */
function choose(element, selector, value) {
  const field = element.querySelector(selector);
  if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) throw new Error(`no ${selector}`);
  field.value = value;
  for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
}

/** @param {Element} element */
async function opened(element) {
  const divide = once(element, "divide");
  one(element, ".breakout-plan", HTMLFormElement).requestSubmit();
  return (await divide).detail;
}

test("a host opens rooms by chance, for a time", async ({ element: stage }) => {
  const element = dialog(stage);
  element.state = closed;
  element.open();
  choose(element, "#breakout-count", "3");
  choose(element, "#breakout-minutes", "10");
  choose(element, "#breakout-late", "even");
  equal(await opened(element), { names: ["Room 1", "Room 2", "Room 3"], how: "even", people: undefined, seconds: 600, back: true, late: "even" });
});

test("an empty name, and one that is there already, becomes a number", async ({ element: stage }) => {
  const element = dialog(stage);
  element.state = closed;
  choose(element, ".breakout-names input:nth-child(1)", " Tea ");
  choose(element, ".breakout-names input:nth-child(2)", "Tea");
  equal((await opened(element)).names, ["Tea", "Room 2"]);
});

test("names stay different also when one was typed like the number of another, and people stay where the host puts them", async ({ element: stage }) => {
  const element = dialog(stage);
  element.state = closed;
  one(element, "input[value=hand]", HTMLInputElement).click();
  choose(element, ".breakout-names input:nth-child(1)", "Room 2");
  choose(element, "select[data-id=bob]", "1");
  const { names, how, people } = await opened(element);
  equal([names, how, people], [["Room 2", "Room 3"], "hand", { bob: 1 }]);
});

test("a host places people by hand", async ({ element: stage }) => {
  const element = dialog(stage);
  element.state = closed;
  const hand = one(element, "input[value=hand]", HTMLInputElement);
  hand.click();
  choose(element, "select[data-id=bob]", "1");
  element.state = { ...closed, people: [...closed.people, person("carol")] };
  const { how, people } = await opened(element);
  equal([how, people], ["hand", { bob: 1 }]);
});

test("a host sees who is where and who asks for help, moves people, and closes the rooms", async ({ element: stage }) => {
  const element = dialog(stage);
  element.state = { ...closed, rooms, people: [person("alice"), person("bob", "r1", true)] };
  element.open();
  ok(!one(element, ".breakout-plan", HTMLFormElement).checkVisibility());
  equal([...element.querySelectorAll("h3")].map((title) => title.textContent), ["Main room", "Red", "Blue"]);
  equal(element.querySelectorAll(".breakout-help").length, 1);
  const moved = once(element, "move");
  choose(element, "[data-focus='move bob']", "r2");
  equal((await moved).detail, { id: "bob", place: "r2" });
  const gone = once(element, "move");
  one(element, "[data-focus='go r1']", HTMLButtonElement).click();
  equal((await gone).detail, { place: "r1" });
  const said = once(element, "broadcast");
  choose(element, "#breakout-text", " Five more minutes ");
  one(element, ".breakout-speech", HTMLFormElement).requestSubmit();
  equal((await said).detail, { text: "Five more minutes" });
  const gathered = once(element, "gather");
  one(element, ".button-danger", HTMLButtonElement).click();
  equal((await gathered).detail, { seconds: 0 });
});

test("the focus stays where it was when somebody moves", ({ element: stage }) => {
  const element = dialog(stage);
  element.state = { ...closed, rooms };
  element.open();
  one(element, "[data-focus='go r2']", HTMLButtonElement).focus();
  element.state = { ...closed, rooms, people: [person("alice"), person("bob", "r1")] };
  equal(document.activeElement?.getAttribute("data-focus"), "go r2");
});

test("whoever is no host chooses a room, and sees nothing of the others", ({ element: stage }) => {
  const element = dialog(stage);
  element.state = { ...closed, rooms, hosts: false, chooses: true, place: "r1" };
  element.open();
  ok(!one(element, ".breakout-speech", HTMLFormElement).checkVisibility());
  equal(element.querySelectorAll(".breakout-person").length, 0);
  equal([...element.querySelectorAll("[data-focus]")].map((button) => button instanceof HTMLButtonElement && button.disabled), [false, true, false]);
  element.state = { ...closed, hosts: false };
  ok(!one(element, "dialog", HTMLDialogElement).open);
});
