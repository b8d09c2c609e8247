import { equal, ok, test, until } from "../harness.js";
import { ManualClock } from "../clock.js";
import { h } from "../../../static/js/lib/dom.js";
import { shownName } from "../../../static/js/lib/names.js";
import { Chat } from "../../../static/js/meeting/chat.js";
import { ChatLoader } from "../../../static/js/meeting/chat-loader.js";
import { Preferences } from "../../../static/js/preferences/preferences.js";
import { CallControls } from "../../../static/js/ui/call-controls.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";
import { ChatPanel } from "../../../static/js/ui/chat-panel.js";

/** Bob's page, in a meeting with Alice. @param {HTMLElement} element */
function bob(element) {
  const button = h("button", { "data-command": "chat" }, h("span", { "data-part": "unread", hidden: true }, h("span")));
  const [controls, panel, notices, header] = [new CallControls(), new ChatPanel(), new CallNotices(), h("header", { class: "call-header" })];
  panel.hidden = true;
  controls.append(button);
  element.append(header, controls, panel, notices);
  const present = new Map(["alice", "bob"].map((id) => [id, { id, role: "member", ...shownName({ name: id, role: "member" }) }]));
  const people = /** @type {any} */ (Object.assign(new EventTarget(), { self: "bob", present, hasChat: true, writers: "everyone" }));
  /** @type {any[]} */
  const sent = [];
  const client = /** @type {any} */ (Object.assign(new EventTarget(), { send: (/** @type {any} */ message) => Boolean(sent.push(message)) }));
  const preferences = new Preferences({ getItem: () => null, setItem: () => {} });
  return { button, header, controls, panel, notices, sent, client, options: { client, people, notices, preferences } };
}

/** @param {ReturnType<typeof bob>} page @param {AbortSignal} signal */
function made({ header, panel, options }, signal) {
  return Chat.make({ ...options, header, panel, open: () => {}, unread: () => {}, clock: new ManualClock(), signal });
}

test("a key whose attestation was lost is attested after the next welcome", async ({ element, signal }) => {
  const page = bob(element);
  const chat = await made(page, signal);
  chat.join(/** @type {any} */ (new EventTarget()), 0);
  equal(page.sent.map(({ type }) => type), ["attest"]);
  page.client.dispatchEvent(new CustomEvent("welcomed"));
  equal(page.sent.map(({ type }) => type), ["attest", "attest"]);
});

test("a chat that loads while its meeting ends is none, and leaves the next one alone", async ({ element, signal }) => {
  const { header, button, controls, panel, notices, options } = bob(element);
  const call = /** @type {any} */ (new EventTarget());
  const first = new AbortController();
  const load = (/** @type {AbortSignal} */ lifetime) => new ChatLoader({ ...options, root: element, call, controls, aside: h("aside", { hidden: true }), signal: lifetime });
  load(first.signal);
  button.click();
  first.abort();
  load(signal);
  button.click();
  await until(() => header.querySelector(".chat-preview"), "the chat of the next meeting");
  await until(() => panel.contains(document.activeElement), "the focus");
  equal(header.querySelectorAll(".chat-preview").length, 1);
  equal([panel.hidden, notices.childElementCount], [false, 0]);
});

test("what somebody began to write ends with the meeting", async ({ element }) => {
  const page = bob(element);
  const meeting = new AbortController();
  await made(page, meeting.signal);
  const field = /** @type {HTMLTextAreaElement} */ (page.panel.querySelector("textarea"));
  field.value = "between us";
  meeting.abort();
  equal(field.value, "");
  ok(document.activeElement !== field);
});
