import { equal, ok, test } from "../harness.js";
import { unmarked } from "../../../static/js/lib/names.js";
import { ChatPanel } from "../../../static/js/ui/chat-panel.js";

/** @import { Message } from "../../../static/js/ui/chat-row.js" */

/** @param {HTMLElement} element */
function opened(element) {
  const panel = element.appendChild(new ChatPanel());
  /** @type {[string, any][]} */
  const events = [];
  for (const type of ["say", "edit", "delete", "react", "typing", "close"])
    panel.addEventListener(type, (event) => events.push([type, Reflect.get(event, "detail")]));
  const field = /** @type {HTMLTextAreaElement} */ (panel.querySelector("textarea"));
  const press = (/** @type {KeyboardEventInit} */ init) =>
    field.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }));
  return { panel, events, field, press };
}

/** @param {Partial<Message>} [changes] @returns {Message} */
function message(changes) {
  return {
    id: "m1", author: unmarked("Alice"), isOwn: false, time: 0, text: "hello", isEdited: false, isDeleted: false,
    isFile: false, card: null, quote: null, reactions: [], ...changes,
  };
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

test("an answer stays in the conversation of its message, however that is left", ({ element }) => {
  const { panel, events, field, press } = opened(element);
  const choices = [{ peer: "", name: "", unread: 0 }, { peer: "bob", name: "Bob", unread: 0 }];
  panel.conversations = { choices, peer: "" };
  panel.messages = [message({ id: "a" })];
  /** @type {HTMLElement} */ (panel.querySelector("[data-id=a] [data-action=answer]")).click();
  panel.conversations = { choices, peer: "" };
  ok(!panel.querySelector(".chat-context")?.hasAttribute("hidden"));
  panel.conversations = { choices, peer: "bob" };
  ok(panel.querySelector(".chat-context")?.hasAttribute("hidden"));
  field.value = "hello";
  press({ key: "Enter" });
  equal(events, [["say", { text: "hello", about: "" }]]);
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

test("a file has its card, is answered but not edited, and keeps the focus in it", ({ element }) => {
  const { panel, field, press } = opened(element);
  const card = document.createElement("file-card");
  card.appendChild(document.createElement("button")).hidden = true;
  const save = card.appendChild(document.createElement("button"));
  const file = message({ id: "f", isOwn: true, isFile: true, text: "*report*.pdf", card });
  panel.messages = [message({ id: "a", isOwn: true, text: "mine" }), { ...file, card: null }];
  equal(panel.querySelector("[data-id=f] .chat-text")?.innerHTML, "*report*.pdf");
  panel.messages = [message({ id: "a", isOwn: true, text: "mine" }), file];
  equal([...panel.querySelectorAll("[data-id=f] [data-action]")].map((action) => action.getAttribute("data-action")), ["answer", "react"]);
  ok(card.isConnected && !panel.querySelector("[data-id=f] .chat-text")?.checkVisibility());
  const item = /** @type {HTMLElement} */ (panel.querySelector("[data-id=f]"));
  item.focus();
  item.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  equal(document.activeElement, save);
  panel.messages = [
    message({ id: "a", isOwn: true, text: "mine" }),
    { ...file, reactions: [{ emoji: "👍", names: ["Bob"], isOwn: false }] },
    message({ id: "b" }),
  ];
  equal(document.activeElement, save);
  field.focus();
  press({ key: "ArrowUp" });
  equal(field.value, "mine");
  save.focus();
  panel.messages = [{ ...file, isDeleted: true, text: "", card: null }];
  equal(document.activeElement, item);
  equal([card.isConnected, panel.querySelector(".chat-text")?.textContent], [false, "This file was withdrawn."]);
});

test("files are chosen, or pasted unless they come with text", ({ element }) => {
  const { panel, events, field } = opened(element);
  panel.addEventListener("offer", (event) => events.push(["offer", Reflect.get(event, "detail").files.map((/** @type {File} */ { name }) => name)]));
  const [picture, both, text] = [new DataTransfer(), new DataTransfer(), new DataTransfer()];
  for (const data of [picture, both]) data.items.add(new File(["x"], "image.png", { type: "image/png" }));
  for (const data of [both, text]) data.setData("text/plain", "words");
  const paste = (/** @type {DataTransfer} */ clipboardData) =>
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true, bubbles: true }));
  equal([paste(picture), paste(both), paste(text)], [false, true, true]);
  const input = /** @type {HTMLInputElement} */ (panel.querySelector("input[type=file]"));
  input.files = picture.files;
  input.dispatchEvent(new Event("change"));
  equal(events, [["offer", ["image.png"]], ["offer", ["image.png"]]]);
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

test("a long history is one tab stop, and arrow keys reach every message and what can be done with it", ({ element }) => {
  const { panel, events, field } = opened(element);
  panel.messages = [
    message({ id: "a" }),
    message({ id: "b", isOwn: true, text: "see https://example.org/", reactions: [{ emoji: "👍", names: ["Bob"], isOwn: false }] }),
    message({ id: "c" }),
  ];
  const stops = () => [...panel.querySelectorAll("ol, ol *")].filter((one) => one instanceof HTMLElement && one.tabIndex >= 0);
  const at = () => document.activeElement?.getAttribute("data-id") ?? document.activeElement?.textContent;
  const press = (/** @type {string[]} */ ...keys) =>
    keys.map((key) => (document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })), at()));
  equal(stops().map((one) => one.getAttribute("data-id")), ["c"]);
  /** @type {HTMLElement} */ (stops()[0]).focus();
  equal(press("ArrowUp", "ArrowUp", "ArrowUp", "End", "ArrowDown", "Home"), ["b", "a", "a", "c", "c", "a"]);
  equal(press("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"), ["b", "https://example.org/", "👍 1", "Answer", "👍 1"]);
  equal(stops().map((one) => one.getAttribute("data-id")), ["b"]);
  equal(press("Escape"), ["b"]);
  equal(press("ArrowDown", "Enter"), ["c", "Answer"]);
  equal(press("ArrowUp"), ["b"]);
  equal(press("Escape"), [""]);
  equal([document.activeElement, events.length], [field, 0]);
  panel.messages = [message({ id: "a" })];
  equal(stops().map((one) => one.getAttribute("data-id")), ["a"]);
});

test("one searches by words and names, and is told why one cannot write", ({ element }) => {
  const { panel, field } = opened(element);
  panel.messages = [message({ id: "a", text: "Lunch?" }), message({ id: "b", author: unmarked("Bob"), text: "no" })];
  const search = /** @type {HTMLInputElement} */ (panel.querySelector("[type=search]"));
  const shown = () => [...panel.querySelectorAll("li")].filter((row) => !row.hidden).map((row) => row.dataset.id);
  for (const [words, ids] of /** @type {const} */ ([["lunch", ["a"]], ["BÓB", ["b"]], ["", ["a", "b"]]])) {
    search.value = words;
    search.dispatchEvent(new Event("input"));
    equal(shown(), ids);
  }
  panel.texts = { nothing: "", closed: "Only hosts write.", status: "" };
  ok(field.disabled);
  equal(panel.querySelector(".chat-status")?.textContent, "Only hosts write.");
});
