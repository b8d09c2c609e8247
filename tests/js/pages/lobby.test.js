import { equal, test } from "../harness.js";
import { h, part } from "../../../static/js/lib/dom.js";
import { Lobby } from "../../../static/js/pages/lobby.js";

/** @import { Told } from "../../../static/js/pages/lobby.js" */

/**
 * @param {HTMLElement} stage
 * @param {AbortSignal} signal
 * @param {Told} told
 */
function setting(stage, signal, told) {
  const field = h("input", { maxlength: "140" });
  const send = h("button", {}, "Send");
  const note = h("div", { "data-part": "note", hidden: true }, field, send, h("p", { "data-part": "noted" }));
  const form = h("form", {}, h("p", { "data-part": "hosted" }), h("p", { "data-part": "place" }), note);
  stage.append(form);
  /** @type {any[]} */
  const sent = [];
  const line = { isOpen: true };
  const client = Object.assign(new EventTarget(), { send: (/** @type {any} */ message) => (sent.push(message), line.isOpen) });
  const hear = (/** @type {any} */ fact) => client.dispatchEvent(new CustomEvent(fact.type, { detail: fact }));
  new Lobby({ form, client, told, signal });
  const text = (/** @type {string} */ name) => part(form, `[data-part=${name}]`, HTMLElement).textContent ?? "";
  const say = (/** @type {string} */ words) => {
    field.value = words;
    send.click();
  };
  return { note, sent, line, hear, text, say };
}

/** @type {(hosted: boolean) => {type: "hosted", hosted: boolean}} */
const hosted = (is) => ({ type: "hosted", hosted: is });
/**
 * @type {(place: number, opens?: "never" | "host" | "time", at?: number) => {type: "lobby", place: number, opens: "never" |
 *   "host" | "time", at?: number}}
 */
const lobby = (place, opens = "never", at = undefined) => ({ type: "lobby", place, opens, ...(at === undefined ? {} : { at }) });

test("nobody is told that a host knows while there is none", ({ element, signal }) => {
  const { hear, text } = setting(element, signal, { hosted: hosted(false), lobby: lobby(1) });
  equal(text("hosted").startsWith("No host is in the meeting now. You come in when a host arrives"), true);
  hear(hosted(true));
  equal(text("hosted").startsWith("A host in the meeting sees that you are here."), true);
  hear(hosted(false));
  hear(lobby(1, "host"));
  equal(text("hosted").includes("as soon as the first host is there"), true);
});

test("a time is said in the words of the reader", ({ element, signal }) => {
  const { hear, text } = setting(element, signal, { hosted: hosted(false), lobby: lobby(1, "time", 1_796_000_000) });
  const time = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { dateStyle: "medium", timeStyle: "short" }).format(
    1_796_000_000_000,
  );
  equal(text("hosted").includes(time), true);
  hear(hosted(true));
  equal(text("hosted").includes(time), true);
});

test("the place is that in the queue", ({ element, signal }) => {
  const { hear, text } = setting(element, signal, { lobby: lobby(3) });
  equal(text("place"), "2 people wait before you.");
  hear(lobby(2));
  equal(text("place"), "1 person waits before you.");
  hear(lobby(1));
  equal(text("place"), "You are the first of those who wait.");
});

test("a server of the release before takes no note", ({ element, signal }) => {
  const { note, hear } = setting(element, signal, { hosted: hosted(true) });
  equal(note.hidden, true);
  hear(lobby(1));
  equal(note.hidden, false);
});

test("a note is sent once, and again to a server that has lost it", ({ element, signal }) => {
  const { sent, hear, text, say } = setting(element, signal, { lobby: lobby(1) });
  hear({ type: "waiting" });
  equal(sent, []);
  say(" It is me ");
  say("It is me");
  equal(sent, [{ type: "note", text: "It is me" }]);
  equal(text("noted"), "Hosts who are here, and those who come, see your note.");
  hear({ type: "waiting" });
  equal(sent.length, 2);
  say("");
  equal([sent.at(-1), text("noted")], [{ type: "note", text: "" }, "Your note is taken back."]);
});

test("a note that cannot be sent is said", ({ element, signal }) => {
  const { line, hear, text, say } = setting(element, signal, { lobby: lobby(1) });
  line.isOpen = false;
  say("It is me");
  equal(text("noted").startsWith("There is no connection to the server."), true);
  hear({ type: "refused", code: "flood", reason: "" });
  equal(text("noted").startsWith("That was too often."), true);
});
