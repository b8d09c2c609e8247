import { equal, ok, test } from "../harness.js";
import { face, failure, isShown } from "../../../static/js/ui/file-face.js";

/**
 * @import { Offer } from "../../../static/js/chat/offer.js"
 * @import { FileState } from "../../../static/js/files/transfer.js"
 */

const MB = 1_000_000;
const names = new Map([["bob", "Bob"], ["carol", "Carol"]]);

/**
 * @param {Partial<FileState>} state
 * @param {{offer?: Partial<Offer>, isOwn?: boolean, isRefused?: boolean, pace?: {rate: number, secondsLeft: number | null}}}
 *   [changes]
 */
function shown(state, { offer = {}, isOwn = false, isRefused = false, pace = { rate: 0, secondsLeft: null } } = {}) {
  return face({
    offer: { id: "f".repeat(22), name: "report.pdf", size: 2 * MB, type: "application/pdf", ...offer },
    state: {
      phase: "offered", held: 0, size: 2 * MB, rate: 0, secondsLeft: null, reason: "", holders: ["alice"], whole: [],
      receivers: [], deceivers: [], ...state,
    },
    ...{ isOwn, isRefused, pace },
    nameOf: (id) => names.get(id) ?? id,
  });
}

test("each phase has its buttons", () => {
  const table = /** @type {const} */ ([
    ["preparing", ["cancel"]],
    ["offered", ["get"]],
    ["waiting", ["cancel"]],
    ["fetching", ["pause", "cancel"]],
    ["paused", ["resume", "cancel"]],
    ["complete", ["save", "show"]],
    ["failed", ["get"]],
    ["withdrawn", []],
  ]);
  for (const [phase, actions] of table) equal(shown({ phase }).actions, actions, phase);
  equal(shown({ phase: "complete" }, { isOwn: true }).actions, ["save", "show", "withdraw"]);
  equal(shown({ phase: "withdrawn" }, { isOwn: true }).actions, []);
});

test("who gets a file sees how much, how fast and how long", () => {
  const fetching = shown({ phase: "fetching", held: MB, rate: 500_000, secondsLeft: 2 });
  equal([fetching.about, fetching.note, fetching.progress], ["2 MB · PDF", "50% · 500 kB/s · 2 seconds left", 0.5]);
  equal(shown({ phase: "fetching" }).note, "0%");
  equal([shown({ phase: "paused", held: MB }).note, shown({ phase: "paused", held: MB }).progress], ["Paused at 50%", 0.5]);
  equal([shown({ phase: "complete" }).progress, shown({}).progress], [null, null]);
});

test("who offers a file sees who has how much", () => {
  const receivers = [{ id: "bob", held: MB }, { id: "dave", held: 0 }];
  const own = shown(
    { phase: "complete", holders: ["carol", "bob"], whole: ["carol"], receivers },
    { isOwn: true, pace: { rate: MB, secondsLeft: 3 } },
  );
  equal([own.note, own.progress, own.people], ["2 people get it · 1 MB/s · 3 seconds left", 0.25, ["Bob has 50%", "dave has 0%", "Carol has it"]]);
  equal(shown({ phase: "complete", receivers }).people, []);
  const many = Array.from({ length: 20 }, (_, number) => `${number}`);
  equal(shown({ phase: "complete", whole: many }, { isOwn: true }).people.slice(-2), ["6 has it", "and 13 more"]);
});

test("what cannot be got says why, and what to do", () => {
  equal(shown({ holders: [] }).note, "", "who has it is not known before one asks");
  ok(shown({ holders: [] }, { isOwn: true }).note.includes("offer it again"));
  for (const reason of /** @type {const} */ (["full", "large", "unreadable", "differs", ""])) ok(/try again|Use|Ask/i.test(failure(reason)), reason);
  equal([shown({ phase: "failed", reason: "full" }).note, shown({ phase: "failed" }).isAgain], [failure("full"), true]);
});

test("of somebody whose files are refused there is nothing to get", () => {
  const refused = shown({ holders: ["alice"] }, { isRefused: true });
  equal([refused.actions, refused.note.includes("refuse")], [[], true]);
});

test("only what runs nothing is shown, and only when it is not too large", () => {
  for (const type of ["image/png", "IMAGE/JPEG", "application/pdf"]) ok(isShown({ id: "", name: "x", size: 1, type }), type);
  for (const type of ["image/svg+xml", "text/html", "application/xhtml+xml", "text/plain", ""])
    ok(!isShown({ id: "", name: "x.png", size: 1, type }), type);
  ok(!isShown({ id: "", name: "x", size: 200 * MB, type: "image/png" }));
});

test("the name is safe, and the extension is that of what is saved", () => {
  const disguised = shown({}, { offer: { name: "../../photo\u202egnp.exe", type: "image/png" } });
  equal([disguised.name, disguised.about], ["photognp.exe", "2 MB · EXE"]);
  equal(shown({}, { offer: { name: "x", type: "" } }).about, "2 MB");
});
