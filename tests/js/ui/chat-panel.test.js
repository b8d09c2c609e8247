import { equal, ok, test } from "../harness.js";
import { unmarked } from "../../../static/js/lib/names.js";
import { ChatPanel } from "../../../static/js/ui/chat-panel.js";

/** @import { Message } from "../../../static/js/ui/chat-panel.js" */

/** @param {HTMLElement} element */
function opened(element) {
  const panel = element.appendChild(new ChatPanel());
  /** @type {[string, any][]} */
  const events = [];
  for (const type of ["say", "edit", "delete", "react", "typing", "close"]) panel.addEventListener(type, (event) => events.push([type, Reflect.get(event, "detail")]));
  const field = /** @type {HTMLTextAreaElement} */ (panel.querySelector("textarea"));
  const press = (/** @type {KeyboardEventInit} */ init) => field.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }));
  return { panel, events, field, press };
}

/** @param {Partial<Message>} [changes] @returns {Message} */
function message(changes) {
  return { id: "m1", author: unmarked("Alice"), isOwn: false, time: 0, text: "hello", isEdited: false, isDeleted: false, quote: null, reactions: [], ...changes };
}

test("Enter sends, Shift+Enter does not, and neither does Enter while one composes", ({ element }) => {
  const { events, field, press } = opened(element);
  field.value = "こん";
  press({ key: "Enter", isComposing: true });
  press({ key: "Enter", keyCode: 229 });
  ok(press({ key: "Enter", shiftKey: true }));
  equal(events, []);
  ok(!press({ key: "Enter" }));
  equal(events, [["say", { text: "こん", about: "" }]]);
  equal(field.value, "");
  press({ key: "Enter" });
  equal(events.length, 1);
});

test("the focus goes into the field as soon as one can write", ({ element }) => {
  const { panel, field } = opened(element);
  panel.texts = { nothing: "", closed: "The chat opens as soon as the server answers.", status: "" };
  panel.focusFirst();
  ok(document.activeElement?.matches("h2"));
  panel.texts = { nothing: "", closed: "", status: "" };
  equal(document.activeElement, field);
});

test("what somebody wrote is text, whatever it looks like", ({ element }) => {
  const { panel } = opened(element);
  panel.messages = [message({ text: "<script>alert(1)</script> *<b>x</b>* https://example.org/" })];
  equal(panel.querySelectorAll("script, b").length, 0);
  equal(panel.querySelector(".chat-text em")?.textContent, "<b>x</b>");
  const link = panel.querySelector(".chat-text a");
  equal([link?.getAttribute("href"), link?.getAttribute("rel"), link?.getAttribute("target")], ["https://example.org/", "noopener noreferrer", "_blank"]);
});

test("Arrow-up changes the last of one's own, and Escape leaves it", ({ element }) => {
  const { panel, events, field, press } = opened(element);
  panel.messages = [message({ id: "a", isOwn: true, text: "first" }), message({ id: "b", isOwn: true, text: "mine" }), message({ id: "c" })];
  press({ key: "ArrowUp" });
  equal(field.value, "mine");
  press({ key: "Escape" });
  equal([field.value, events.length], ["", 0]);
  press({ key: "ArrowUp" });
  field.value = "ours";
  press({ key: "Enter" });
  equal(events, [["edit", { id: "b", text: "ours" }]]);
});

test("rows stay when others come, in the order of the messages", ({ element }) => {
  const { panel } = opened(element);
  panel.messages = [message({ id: "a" }), message({ id: "c" })];
  const kept = panel.querySelector("[data-id=c]");
  panel.messages = [message({ id: "a" }), message({ id: "b" }), message({ id: "c" })];
  equal([...panel.querySelectorAll("li")].map((row) => row.dataset.id), ["a", "b", "c"]);
  equal(panel.querySelector("[data-id=c]"), kept);
  panel.messages = [message({ id: "b" })];
  equal([...panel.querySelectorAll("li")].map((row) => row.dataset.id), ["b"]);
});

test("one answers, reacts, and deletes one's own only", ({ element }) => {
  const { panel, events, field, press } = opened(element);
  panel.messages = [message({ id: "a", reactions: [{ emoji: "👍", names: ["Bob"], isOwn: false }] }), message({ id: "b", isOwn: true })];
  const click = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (panel.querySelector(selector)).click();
  click("[data-id=a] [data-emoji]");
  click("[data-id=a] [data-action=answer]");
  field.value = "indeed";
  press({ key: "Enter" });
  equal(panel.querySelectorAll("[data-action=delete]").length, 1);
  click("[data-id=b] [data-action=delete]");
  equal(events, [
    ["react", { id: "a", emoji: "👍", on: true }],
    ["say", { text: "indeed", about: "a" }],
    ["delete", { id: "b" }],
  ]);
});

test("who chooses another conversation while changing a message of this one writes something new", ({ element }) => {
  const { panel, events, field, press } = opened(element);
  panel.messages = [message({ id: "a", isOwn: true, text: "between us" })];
  press({ key: "ArrowUp" });
  equal(field.value, "between us");
  panel.querySelector("select")?.dispatchEvent(new Event("change"));
  equal([field.value, panel.querySelector(".chat-context")?.checkVisibility()], ["", false]);
  field.value = "hello";
  panel.querySelector("select")?.dispatchEvent(new Event("change"));
  press({ key: "Enter" });
  equal(events, [["say", { text: "hello", about: "" }]]);
});

test("nothing of a meeting is left for the next one", ({ element }) => {
  const { panel, field, press } = opened(element);
  const search = /** @type {HTMLInputElement} */ (panel.querySelector("[type=search]"));
  panel.conversations = { choices: [{ peer: "", name: "", unread: 0 }, { peer: "carol", name: "Carol", unread: 0 }], peer: "carol" };
  panel.messages = [message({ id: "a", isOwn: true })];
  panel.texts = { nothing: "", closed: "", status: "Carol is typing…" };
  press({ key: "ArrowUp" });
  search.value = "secret";
  field.blur();
  panel.clear();
  equal([field.value, search.value, panel.querySelectorAll("li, option").length], ["", "", 0]);
  equal([panel.querySelector(".chat-context")?.checkVisibility(), panel.querySelector(".chat-status")?.textContent], [false, ""]);
  ok(document.activeElement !== field);
});

test("one searches by words and names, and is told why one cannot write", ({ element }) => {
  const { panel, field } = opened(element);
  panel.messages = [message({ id: "a", text: "Lunch?" }), message({ id: "b", author: unmarked("Bob"), text: "no" })];
  const search = /** @type {HTMLInputElement} */ (panel.querySelector("[type=search]"));
  const shown = () => [...panel.querySelectorAll("li")].filter((row) => !row.hidden).map((row) => row.dataset.id);
  for (const [words, ids] of /** @type {const} */ ([["lunch", ["a"]], ["bob", ["b"]], ["", ["a", "b"]]])) {
    search.value = words;
    search.dispatchEvent(new Event("input"));
    equal(shown(), ids);
  }
  panel.texts = { nothing: "", closed: "Only hosts write.", status: "" };
  ok(field.disabled);
  equal(panel.querySelector(".chat-status")?.textContent, "Only hosts write.");
});
