import { equal, ok, test } from "../harness.js";
import { asPage, asText } from "../../../static/js/chat/saved.js";

/** @import { Said } from "../../../static/js/chat/saved.js" */

/** @param {Partial<Said>} [changes] @returns {Said} */
function said(changes) {
  return {
    author: { name: "Alice" }, time: Date.UTC(2026, 10, 29, 12), text: "hello", isEdited: false, isDeleted: false,
    quote: null, reactions: [], ...changes,
  };
}

/** @param {readonly Said[]} messages */
function read(messages, title = "Everybody", locale = "en") {
  const page = asPage(messages, { title, locale });
  // As a browser opens it. A parser that is only asked to parse runs and fetches nothing.
  return { page, document: parse(page) };
}

/** @param {string} page @returns {Document} */
function parse(page) {
  const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("test", { createHTML: (/** @type {string} */ text) => text });
  return new DOMParser().parseFromString(policy ? policy.createHTML(page) : page, "text/html");
}

const HOSTILE = `<script>alert(1)</script>"><img src=x onerror=alert(1)> ' & </ol></style> \`<b>x</b>\` *<i>y</i>* \`\`\`<u>z</u>\`\`\``;

test("what anybody wrote is text in the page, wherever it stands", () => {
  const quote = { name: HOSTILE, text: HOSTILE };
  const { document } = read([said({ author: { name: HOSTILE }, text: HOSTILE, quote, reactions: [{ emoji: "<b>", names: [HOSTILE] }] })], HOSTILE);
  equal(document.querySelectorAll("script, img, b, i, u, iframe, [onerror]").length, 0);
  equal([document.title, document.querySelector("h1")?.textContent], [HOSTILE, HOSTILE]);
  equal(document.querySelector("strong")?.textContent, HOSTILE);
  equal([...document.querySelectorAll("em, code")].map(({ textContent }) => textContent), ["<b>x</b>", "<i>y</i>", "<u>z</u>"]);
  equal(document.querySelectorAll("ol > li, style").length, 2);
});

test("the page needs nothing else: no script, nothing that is fetched, light and dark", () => {
  const { page, document } = read([said({ text: "see https://example.org/a?b=1&c=2" })]);
  equal(document.querySelectorAll("script, link, img, iframe, object, embed, base, form, [src], [style]").length, 0);
  const policy = document.querySelector("meta[http-equiv=Content-Security-Policy]")?.getAttribute("content");
  ok(policy?.startsWith("default-src 'none'"), policy ?? "none");
  ok(page.includes("color-scheme: light dark") && !/url\(|@import/.test(page));
  const link = document.querySelector("a");
  equal([link?.getAttribute("href"), link?.rel], ["https://example.org/a?b=1&c=2", "noopener noreferrer"]);
});

test("it has the time of each message as its reader writes it, answers, reactions and edits, and nothing that was deleted", () => {
  const time = Date.UTC(2026, 10, 29, 12);
  const messages = [
    said({ isEdited: true, quote: { name: "Bob", text: "hi" } }),
    said({ isDeleted: true, text: "gone" }),
    said({ text: "two\nlines", reactions: [{ emoji: "👍", names: ["Bob", "Carol"] }] }),
  ];
  const { page, document } = read(messages, "Everybody", "de");
  equal(document.documentElement.lang, "de");
  const shown = document.querySelector("time");
  equal([shown?.textContent, shown?.dateTime], [new Date(time).toLocaleString("de"), "2026-11-29T12:00:00.000Z"]);
  equal(document.querySelector("blockquote")?.textContent, "Bob: hi");
  equal([...document.querySelectorAll(".more")].map(({ textContent }) => textContent), ["edited", "👍 by Bob, Carol"]);
  equal([...document.querySelectorAll(".text")].map(({ textContent }) => textContent), ["hello", "two\nlines"]);
  ok(!page.includes("gone"));
});

test("as text, a message is a line that says when and who", () => {
  const text = asText([said({}), said({ isDeleted: true }), said({ author: { name: "Bob" }, text: "two\nlines" })], "en-GB");
  const when = new Date(Date.UTC(2026, 10, 29, 12)).toLocaleString("en-GB");
  equal(text, `[${when}] Alice: hello\n[${when}] Bob: two\nlines\n`);
});
