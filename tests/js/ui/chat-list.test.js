import { equal, ok, once, test, until } from "../harness.js";
import { unmarked } from "../../../static/js/lib/names.js";
import { ChatList } from "../../../static/js/ui/chat-list.js";

/** @import { Message } from "../../../static/js/ui/chat-row.js" */

/** @param {HTMLElement} element */
function listed(element) {
  /** @type {[string, string | undefined][]} */
  const pressed = [];
  const list = new ChatList({ act: ({ id }, { dataset }) => pressed.push([id, dataset.action ?? dataset.emoji]), leave: () => {} });
  return { list, pressed, ol: element.appendChild(list.element) };
}

/** @param {Partial<Message>} [changes] @returns {Message} */
function message(changes) {
  return {
    id: "m1", author: unmarked("Alice"), isOwn: false, time: 0, text: "hello", isEdited: false, isDeleted: false,
    isFile: false, card: null, quote: null, reactions: [], ...changes,
  };
}

/** @param {number} count */
function many(count) {
  return Array.from({ length: count }, (_, place) => message({ id: `m${place + 1}`, text: `${place + 1}` }));
}

test("what somebody wrote is text, whatever it looks like", ({ element }) => {
  const { list, ol } = listed(element);
  list.messages = [message({ text: "<script>alert(1)</script> *<b>x</b>* https://example.org/" })];
  equal(ol.querySelectorAll("script, b").length, 0);
  equal(ol.querySelector(".chat-text em")?.textContent, "<b>x</b>");
  const link = ol.querySelector(".chat-text a");
  equal(
    [link?.getAttribute("href"), link?.getAttribute("rel"), link?.getAttribute("target")],
    ["https://example.org/", "noopener noreferrer", "_blank"],
  );
});

test("rows stay when others come, in the order of the messages", ({ element }) => {
  const { list, ol } = listed(element);
  list.messages = [message({ id: "a" }), message({ id: "c" })];
  const kept = ol.querySelector("[data-id=c]");
  list.messages = [message({ id: "a" }), message({ id: "b" }), message({ id: "c" })];
  equal([...ol.querySelectorAll("li")].map((row) => row.dataset.id), ["a", "b", "c"]);
  equal(ol.querySelector("[data-id=c]"), kept);
  list.messages = [message({ id: "b" })];
  equal([...ol.querySelectorAll("li")].map((row) => row.dataset.id), ["b"]);
});

test("of a long history the end is shown, and more as one goes back, in place", ({ element }) => {
  const { list, ol } = listed(element);
  list.messages = many(1000);
  const rows = () => [...ol.querySelectorAll("li")].map((row) => row.dataset.id);
  equal([rows().length, rows()[0], rows().at(-1)], [100, "m901", "m1000"]);
  const first = /** @type {HTMLElement} */ (ol.querySelector("[data-id=m901]"));
  equal([first.getAttribute("aria-posinset"), first.getAttribute("aria-setsize")], ["901", "1000"]);
  first.focus();
  first.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }));
  equal([document.activeElement?.getAttribute("data-id"), rows().length, rows()[0]], ["m900", 200, "m801"]);
  ok(first.isConnected);
  list.search("77");
  equal(rows().slice(0, 2), ["m77", "m177"]);
});

test("who scrolls back stays there when something comes, and is shown earlier messages near the top", async ({ element }) => {
  const { list, ol } = listed(element);
  Object.assign(ol.style, { height: "200px", overflow: "auto" });
  list.messages = many(300);
  await until(() => ol.scrollTop > 1000, "the end");
  ol.scrollTop = 0;
  await until(() => ol.childElementCount === 200, "earlier messages");
  const row = /** @type {HTMLElement} */ (ol.querySelector("[data-id=m201]"));
  ok(Math.abs(row.getBoundingClientRect().top - ol.getBoundingClientRect().top) < 20, "the same message at the top");
  const { top } = row.getBoundingClientRect();
  list.messages = many(301);
  equal([ol.childElementCount, row.getBoundingClientRect().top], [201, top]);
  ol.scrollTop = ol.scrollHeight;
  await once(ol, "scroll");
  list.messages = many(302);
  equal(ol.childElementCount, 100);
  await until(() => ol.scrollTop + ol.clientHeight >= ol.scrollHeight - 1, "the end");
});

test("many messages that come together are laid out once", async ({ element }) => {
  const { list, ol } = listed(element);
  let reads = 0;
  Object.defineProperty(ol, "scrollHeight", { get: () => ((reads += 1), 5000) });
  for (let count = 1; count <= 50; count += 1) list.messages = many(count);
  equal(reads, 0);
  await until(() => reads > 0, "a frame");
  equal(reads, 1);
});

test("the focus stays at a message that changes under it", ({ element }) => {
  const { list, ol } = listed(element);
  const shown = (/** @type {Partial<Message>} */ changes) => (list.messages = [message({ id: "a", isOwn: true, ...changes })]);
  shown({ reactions: [{ emoji: "👍", names: ["Bob"], isOwn: false }] });
  /** @type {HTMLElement} */ (ol.querySelector("[data-emoji]")).focus();
  shown({ reactions: [{ emoji: "👍", names: ["Bob", "You"], isOwn: true }] });
  equal(document.activeElement?.textContent, "👍 2");
  /** @type {HTMLElement} */ (ol.querySelector("[data-action=delete]")).focus();
  shown({ text: "other words" });
  equal(document.activeElement?.textContent, "Delete");
  shown({ isDeleted: true });
  equal(document.activeElement?.getAttribute("data-id"), "a");
});

test("a message is named by who wrote it, when, and what", ({ element }) => {
  const { list, ol } = listed(element);
  list.messages = [message({ id: "a", text: "hello" })];
  const row = ol.querySelector("li");
  const label = (row?.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent);
  ok(label.length === 2 && label[0]?.startsWith("Alice") && label[1] === "hello", label.join());
});

test("a button of a message is told with the message, and nothing else is", ({ element }) => {
  const { list, ol, pressed } = listed(element);
  list.messages = [message({ id: "a", reactions: [{ emoji: "👍", names: ["Bob"], isOwn: false }] }), message({ id: "b" })];
  for (const selector of ["[data-id=a] [data-emoji]", "[data-id=b] [data-action=answer]", "[data-id=b] .chat-text"])
    /** @type {HTMLElement} */ (ol.querySelector(selector)).click();
  equal(pressed, [["a", "👍"], ["b", "answer"]]);
});
