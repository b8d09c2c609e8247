import { equal, nextTask, ok, test, until } from "../harness.js";
import { ManualClock } from "../clock.js";
import { Net, server } from "../chat/net.js";
import { Authors } from "../../../static/js/chat/authors.js";
import { Exchange } from "../../../static/js/chat/exchange.js";
import { Ignored } from "../../../static/js/chat/ignored.js";
import { h } from "../../../static/js/lib/dom.js";
import { Lazy } from "../../../static/js/lib/lazy.js";
import { shownName } from "../../../static/js/lib/names.js";
import { SoundOutput } from "../../../static/js/media/sound-output.js";
import { Chat } from "../../../static/js/meeting/chat.js";
import { ChatLoader } from "../../../static/js/meeting/chat-loader.js";
import { FilesLoader } from "../../../static/js/meeting/files-loader.js";
import { Preferences } from "../../../static/js/preferences/preferences.js";
import { CallControls } from "../../../static/js/ui/call-controls.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";
import { ChatPanel } from "../../../static/js/ui/chat-panel.js";
import { makeSigner, Verifier } from "../../../static/js/verification/keys.js";

/** Bob's page, in a meeting with Alice. @param {HTMLElement} element */
function bob(element) {
  const button = h("button", { "data-command": "chat" }, h("span", { "data-part": "unread", hidden: true }, h("span")));
  const [controls, panel, notices, header] = [new CallControls(), new ChatPanel(), new CallNotices(), h("header", { class: "call-header" })];
  panel.hidden = true;
  controls.append(button);
  element.append(header, controls, panel, notices);
  const present = new Map(["alice", "bob"].map((id) => [id, { id, role: "member", ...shownName({ name: id, role: "member" }) }]));
  const people = /** @type {any} */ (
    Object.assign(new EventTarget(), { self: "bob", present, hasChat: true, writers: "everyone", limit: () => null, breakouts: { place: "" } })
  );
  /** @type {any[]} */
  const sent = [];
  const client = /** @type {any} */ (Object.assign(new EventTarget(), { send: (/** @type {any} */ message) => Boolean(sent.push(message)) }));
  const preferences = new Preferences({ getItem: () => null, setItem: () => {} });
  const sound = new SoundOutput({ getItem: () => null, setItem: () => {} });
  const ignored = new Ignored({ getItem: () => null, setItem: () => {} }, "room");
  const files = new FilesLoader({ people, call: /** @type {any} */ (new EventTarget()), signal: new AbortController().signal });
  return {
    button, header, controls, panel, notices, people, sent, client, ignored,
    options: { client, people, files, notices, preferences, sound, ignored, signer: new Lazy(() => makeSigner(crypto.subtle)) },
  };
}

/** @param {ReturnType<typeof bob>} page @param {AbortSignal} signal @param {(count: number) => void} [unread] */
async function made({ header, panel, options }, signal, unread = () => {}) {
  return new Chat({
    ...options,
    signer: await options.signer.get(),
    root: document.body,
    header,
    panel,
    open: () => {},
    unread,
    clock: new ManualClock(),
    signal,
  });
}

/**
 * Alice, whose channel to Bob is open, and Bob's chat.
 *
 * @param {ReturnType<typeof bob>} page
 * @param {AbortSignal} signal
 * @param {(count: number) => void} [unread]
 */
async function talking(page, signal, unread) {
  const [net, door] = [new Net(), await server()];
  const [signer, verifier] = [await makeSigner(crypto.subtle), new Verifier(crypto.subtle)];
  const authors = new Authors(verifier);
  await authors.attest(await door.attest({ id: "alice", name: "alice", key: signer.key }));
  const channel = /** @type {any} */ (net.end("alice"));
  const alice = new Exchange({
    self: "alice",
    channel,
    peers: () => ["bob"],
    authors,
    verifier,
    signer,
    since: 0,
    wall: () => Date.now(),
    clock: new ManualClock(),
    signal,
  });
  const chat = await made(page, signal, unread);
  chat.join(/** @type {any} */ (net.end("bob")), 0);
  net.connect("alice", "bob");
  page.client.dispatchEvent(new CustomEvent("attested", { detail: await door.attest({ id: "bob", name: "bob", key: page.sent[0].key }) }));
  await until(() => net.sent.some(([from]) => from === "bob"), "Bob takes part");
  return { net, alice, chat };
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
  const load = (/** @type {AbortSignal} */ lifetime) =>
    new ChatLoader({ ...options, root: element, call, controls, aside: h("aside", { hidden: true }), signal: lifetime });
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

test("who is ignored is not shown, announced or counted, nothing is lost, and it can be taken back", async ({ element, signal }) => {
  const page = bob(element);
  const counts = [0];
  const { net, alice, chat } = await talking(page, signal, (count) => counts.push(count));
  await alice.say("bob", "message", "psst");
  await until(() => counts.at(-1) === 1, "an unread message");
  page.ignored.set("alice", true);
  equal(counts.at(-1), 0);
  page.panel.hidden = false;
  chat.opened();
  const shown = () => [...page.panel.querySelectorAll(".chat-text")].map(({ textContent }) => textContent);
  const status = () => page.panel.querySelector(".chat-status")?.textContent;
  alice.typing("");
  await alice.say("", "message", "buy this");
  const { id } = alice.log("").entries[0];
  await alice.say("", "react", "👍", id);
  alice.typing("");
  net.carry("alice", "bob", { type: "have", private: false, why: "ask", vector: [] });
  await until(() => net.sent.some(([from, , { vector }]) => from === "bob" && vector?.[0]?.last === 2), "Bob has both entries");
  await nextTask();
  equal([shown(), status(), counts.at(-1)], [[], "", 0]);
  equal(page.header.querySelector(".chat-preview:not([hidden])"), null);
  page.ignored.set("alice", false);
  await until(() => shown().length === 1, "what she wrote");
  equal([shown(), status()], [["buy this"], "alice is typing…"]);
});

test("what somebody writes whom a host keeps from it is not shown, announced or counted until it is lifted, nor their files", async ({ element, signal }) => {
  const page = bob(element);
  const counts = [0];
  const { net, alice, chat } = await talking(page, signal, (count) => counts.push(count));
  page.panel.hidden = false;
  chat.opened();
  const limits = (/** @type {string[]} */ ...uses) => {
    page.people.limit = (/** @type {string} */ id, /** @type {string} */ use) => (id === "alice" && uses.includes(use) ? "forbidden" : null);
    page.people.dispatchEvent(new CustomEvent("change", { detail: {} }));
  };
  const shown = () => [...page.panel.querySelectorAll(".chat-text")].map(({ textContent }) => textContent);
  const has = (/** @type {number} */ count) =>
    until(() => net.sent.some(([from, , { vector }]) => from === "bob" && vector?.[0]?.last === count), `Bob has ${count} entries`);
  await alice.say("", "message", "before");
  await until(() => shown().length === 1, "what she may write");
  limits("chat");
  alice.typing("");
  await alice.say("", "message", "spam");
  net.carry("alice", "bob", { type: "have", private: false, why: "ask", vector: [] });
  await has(2);
  await nextTask();
  equal([shown(), page.panel.querySelector(".chat-status")?.textContent, counts.at(-1)], [["before"], "", 0]);
  limits("files");
  await until(() => shown().length === 2, "what she wrote meanwhile");
  await alice.say("", "file", JSON.stringify({ id: "A".repeat(22), name: "a.exe", size: 1, type: "" }));
  net.carry("alice", "bob", { type: "have", private: false, why: "ask", vector: [] });
  await has(3);
  await nextTask();
  equal(shown(), ["before", "spam"]);
});

test("whom a host keeps from the chat is told so, and cannot write; from files, cannot offer", async ({ element, signal }) => {
  const page = bob(element);
  const { chat } = await talking(page, signal);
  page.panel.hidden = false;
  chat.opened();
  const field = () => /** @type {HTMLTextAreaElement} */ (page.panel.querySelector("textarea"));
  const attach = () => /** @type {HTMLButtonElement} */ (page.panel.querySelector(".chat-send [aria-label='Offer files']"));
  const status = () => page.panel.querySelector(".chat-status")?.textContent;
  const limit = (/** @type {string} */ use) => {
    page.people.limit = (/** @type {string} */ id, /** @type {string} */ one) => (id === "bob" && one === use ? "forbidden" : null);
    page.people.dispatchEvent(new CustomEvent("change", { detail: {} }));
  };
  limit("chat");
  await until(() => field().disabled, "the field is closed");
  equal(status(), "A host does not let you write in the chat.");
  limit("files");
  await until(() => !field().disabled, "the field is open");
  equal([attach().disabled, attach().title], [true, "A host does not let you offer files."]);
  await chat.offer([new File(["x"], "x.txt")]);
  ok(page.notices.textContent?.includes("A host does not let you offer files."));
});
