import { equal, ok, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { readOffer } from "../../../static/js/chat/offer.js";
import { ChatFiles } from "../../../static/js/meeting/chat-files.js";
import { KeptIds } from "../../../static/js/lib/kept-ids.js";
import { refuseFiles } from "../../../static/js/meeting/file-actions.js";
import { Preferences } from "../../../static/js/preferences/preferences.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";
import { ChatPanel } from "../../../static/js/ui/chat-panel.js";
import { memoryStorage } from "../media/fakes.js";

/** @import { ChatMessageView } from "../../../static/js/chat/transcript.js" */

const [REPORT, PHOTO] = ["r".repeat(22), "p".repeat(22)];

/** The files of a meeting as the chat sees them. */
class Told extends EventTarget {
  /** @type {unknown[]} */
  calls = [];
  acceptFrom = "";

  /** @param {{id: string}} offer @param {string} peer @param {string} from */
  know({ id }, peer, from) {
    this.calls.push(["know", id, peer, from]);
  }

  /** @param {string} id @param {string} peer */
  withdraw(id, peer) {
    this.calls.push(["withdraw", id, peer]);
  }

  refuses = () => false;

  /** @param {string} id */
  state(id) {
    return { phase: "offered", held: 0, size: 1, rate: 0, secondsLeft: null, reason: "", holders: [id], whole: [], receivers: [], deceivers: [] };
  }

  /** @param {File} file */
  async offer({ name, size, type }) {
    return { id: REPORT, name, size, type };
  }
}

/** @param {HTMLElement} element @param {AbortSignal} signal */
function chat(element, signal) {
  const [panel, notices, told] = [new ChatPanel(), new CallNotices(), new Told()];
  element.append(panel, notices);
  /** @type {string[][]} */
  const said = [];
  let loads = 0;
  const loader = /** @type {any} */ ({ get: async () => ((loads += 1), told) });
  const preferences = new Preferences(memoryStorage());
  const say = async (/** @type {string} */ peer, /** @type {string} */ text) => Boolean(said.push([peer, text]));
  const rest = {
    root: element,
    nameOf: (/** @type {string} */ id) => id,
    withdraw: () => {},
    isSeen: () => true,
    open: () => {},
    changed: () => {},
    clock: new ManualClock(),
  };
  const files = new ChatFiles({ loader, panel, say, notices, preferences, signal, ...rest });
  return { files, told, said, notices, preferences, panel, loader, loaded: () => loads };
}

/** @param {string} id @param {Partial<ChatMessageView>} [changes] @returns {ChatMessageView} */
function view(id, changes) {
  const file = { id, name: "x", size: 1, type: "" };
  return { id: `m${id}`, person: "alice", time: 0, text: "x", file, isEdited: false, isDeleted: false, about: "", reactions: new Map(), ...changes };
}

test("a chat without files loads nothing", async ({ element, signal }) => {
  const { files, loaded } = chat(element, signal);
  await files.tell("", [view(REPORT, { file: null })]);
  equal([loaded(), files.card(view(REPORT), false)], [0, null]);
});

test("files are told of an offer once, and of its end", async ({ element, signal }) => {
  const { files, told, loaded } = chat(element, signal);
  const all = [view(REPORT), view(PHOTO)];
  await files.tell("", all);
  await files.tell("bob", [view(PHOTO)]);
  await files.tell("", all);
  await files.tell("", [view(REPORT, { isDeleted: true }), view(PHOTO)]);
  await files.tell("", []);
  equal(told.calls, [
    ["know", REPORT, "", "alice"],
    ["know", PHOTO, "", "alice"],
    ["know", PHOTO, "bob", "alice"],
    ["withdraw", REPORT, ""],
    ["withdraw", PHOTO, ""],
  ]);
  equal(loaded(), 1);
});

test("a file that two offer is withdrawn with the second", async ({ element, signal }) => {
  const { files, told } = chat(element, signal);
  await files.tell("", [view(REPORT), view(REPORT, { person: "bob" })]);
  await files.tell("", [view(REPORT), view(REPORT, { person: "bob", isDeleted: true })]);
  ok(!told.calls.some((call) => Array.isArray(call) && call[0] === "withdraw"));
  await files.tell("", [view(REPORT, { isDeleted: true }), view(REPORT, { person: "bob", isDeleted: true })]);
  equal(told.calls.at(-1), ["withdraw", REPORT, ""]);
});

test("what is offered is said under a safe name, to whom it was offered", async ({ element, signal }) => {
  const { files, said, panel, notices } = chat(element, signal);
  await files.offer([new File(["1"], "x\u202etxt.exe"), new File(["2"], "con")], "bob");
  equal(said.map(([peer, text]) => [peer, readOffer(text)?.name]), [["bob", "xtxt.exe"], ["bob", "_con"]]);
  equal(panel.querySelector(".chat-outbox")?.childElementCount, 0);
  await files.offer(Array.from({ length: 51 }, () => new File([], "x")), "");
  equal([said.length, notices.textContent?.includes("archive")], [2, true]);
});

test("members' files are fetched without asking where the browser remembers that", async ({ element, signal }) => {
  const { files, told, preferences, panel } = chat(element, signal);
  await files.tell("", [view(REPORT)]);
  equal(told.acceptFrom, "ask");
  files.fetches = true;
  equal([told.acceptFrom, preferences.fetchesFiles], ["members", true]);
  equal([...panel.querySelectorAll("[role=switch]")].map((one) => one.getAttribute("aria-checked")).at(-1), "true");
});

test("files of a person are refused, and taken again, before there are any", () => {
  const unwanted = new KeptIds({ getItem: () => null, setItem: () => {} }, "refused-files");
  const action = refuseFiles({ hasChat: true }, { unwanted });
  const alice = /** @type {any} */ ({ person: { id: "alice" }, isSelf: false });
  equal([action(alice)?.on, action({ ...alice, isSelf: true })], [false, null]);
  action(alice)?.run(0);
  equal([action(alice)?.on, [...unwanted]], [true, ["alice"]]);
  action(alice)?.run(0);
  equal([action(alice)?.on, [...unwanted]], [false, []]);
});
