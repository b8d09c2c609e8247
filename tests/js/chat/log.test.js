import { equal, ok, test } from "../harness.js";
import { read, write } from "../../../static/js/chat/entry.js";
import { Log } from "../../../static/js/chat/log.js";
import { writeOffer } from "../../../static/js/chat/offer.js";
import { transcript } from "../../../static/js/chat/transcript.js";

const [ALICE, BOB, CAROL] = ["A", "B", "C"].map((letter) => letter.repeat(22));

/**
 * What an author writes next, as it comes to the others. Names of entries stand in for hashes.
 *
 * @param {Log} log the author's
 * @param {string} author
 * @param {string} text
 * @param {object} [changes]
 */
function entry(log, author, text, changes = {}) {
  const content = { ...log.next(author), time: 0, to: "", kind: "message", about: "", text, ...changes };
  const id = `${text}-${author}`.replace(/[^\w-]/g, "_").padEnd(22, "_").slice(0, 22);
  return { id, text: JSON.stringify(content), signature: "", content: /** @type {any} */ (content) };
}

/** @param {Log} log @param {string} author @param {string} text @param {object} [changes] */
function say(log, author, text, changes) {
  const said = entry(log, author, text, changes);
  equal(log.add(said, author), "new");
  return said;
}

const texts = (/** @type {Log} */ log) => log.entries.map(({ content }) => content.text);

test("all have the same order, whatever comes first", () => {
  const [alice, bob, carol] = [new Log(), new Log(), new Log()];
  const question = say(alice, ALICE, "lunch?");
  const aside = say(carol, CAROL, "hello");
  bob.add(question, ALICE);
  const answer = say(bob, BOB, "yes");
  for (const one of [aside, answer]) alice.add(one, one.content.author);
  for (const one of [answer, question]) carol.add(one, one.content.author);
  bob.add(aside, CAROL);
  equal(texts(alice), ["lunch?", "hello", "yes"]);
  equal(texts(bob), texts(alice));
  equal(texts(carol), texts(alice));
});

test("the order does not depend on clocks that are wrong", () => {
  const log = new Log();
  say(log, ALICE, "one", { time: 86_400_000 * 2 });
  say(log, BOB, "two", { time: 0 });
  say(log, ALICE, "three", { time: 86_400_000 });
  equal(texts(log), ["one", "two", "three"]);
});

test("halves of a meeting that was split merge, and send only what is missing", () => {
  const [left, right] = [new Log(), new Log()];
  const before = say(left, ALICE, "before");
  right.add(before, ALICE);
  say(left, ALICE, "left");
  say(right, BOB, "right");
  ok(left.lacks(right.vector) && right.lacks(left.vector));
  const [toLeft, toRight] = [right.after(left.vector), left.after(right.vector)];
  equal([toLeft.length, toRight.length], [1, 1]);
  for (const one of toLeft) left.add(one, one.content.author);
  for (const one of toRight) right.add(one, one.content.author);
  equal(texts(left), texts(right));
  ok(!left.lacks(right.vector) && !right.lacks(left.vector));
});

test("what is replayed is known, what is reordered waits for what is missing, and an author cannot go back", () => {
  const [alice, bob] = [new Log(), new Log()];
  const [first, second] = [say(alice, ALICE, "first"), say(alice, ALICE, "second")];
  equal(bob.add(second, ALICE), "early");
  equal([bob.add(first, ALICE), bob.add(first, ALICE), bob.add(second, ALICE)], ["new", "known", "new"]);
  equal(bob.add(entry(alice, ALICE, "late", { clock: 1 }), ALICE), "refused");
});

test("an author who rewrites what was said is found, by the others together too", () => {
  const [mallory, bob, carol] = [new Log(), new Log(), new Log()];
  const [yes, no] = [entry(mallory, ALICE, "yes"), entry(mallory, ALICE, "no")];
  bob.add(yes, ALICE);
  carol.add(no, ALICE);
  ok(bob.lacks(carol.vector));
  equal([bob.vectorFor(carol.vector), bob.vectorFor(bob.vector)], [[], bob.vector]);
  equal([...bob.forked], []);
  equal(carol.add(yes, ALICE), "forked");
  ok(carol.forked.has(ALICE) && !carol.lacks(bob.vector));
});

test("a clock that runs away does not put the others behind", () => {
  const log = new Log();
  say(log, ALICE, "one");
  equal(log.add(entry(log, BOB, "last word", { clock: 1_000_000 }), BOB), "early");
});

test("somebody who tells different things does not set free the clocks", () => {
  const log = new Log();
  log.add(entry(log, ALICE, "yes"), ALICE);
  equal(log.add(entry(log, ALICE, "no", { number: 1, previous: "" }), ALICE), "forked");
  equal(log.add(entry(log, BOB, "last word", { clock: Number.MAX_SAFE_INTEGER - 1 }), BOB), "early");
  equal(log.add(entry(log, BOB, "after what is missing here", { clock: 1_000_000 }), BOB), "new");
  equal(read(entry(log, CAROL, "and I").text)?.clock, 1_000_001);
});

test("nobody writes without end, however many keys they have", () => {
  const log = new Log();
  for (let number = 0; number < 1000; number += 1) say(log, number % 2 ? ALICE : BOB, `${number}`, {});
  for (let number = 0; number < 500; number += 1) log.add(entry(log, ALICE, `more ${number}`), "mallory");
  equal(log.entries.length, 1500);
  for (let number = 0; number < 600; number += 1) log.add(entry(log, CAROL, `key ${number}`), "mallory");
  equal(log.entries.length, 2000);
  equal(log.add(entry(log, CAROL, "one more"), "mallory"), "refused");
  equal(log.add(entry(log, BOB, "still works"), BOB), "new");
});

test("a log has an end: entries, characters and authors", () => {
  const [many, long, wide] = [new Log(), new Log(), new Log()];
  const authors = Array.from({ length: 201 }, (_, number) => `${number}`.padEnd(22, "_"));
  for (let number = 0; number < 5000; number += 1) say(many, authors[number % 5], `${number}`);
  equal(many.add(entry(many, ALICE, "one more"), ALICE), "refused");
  for (let number = 0; number < 7; number += 1) say(long, ALICE, `${number}`.repeat(1_000_000));
  equal(long.add(entry(long, BOB, "x".repeat(1_000_000)), BOB), "refused");
  equal(long.add(entry(long, BOB, "short"), BOB), "new");
  for (const author of authors.slice(0, 200)) say(wide, author, "hello");
  equal(wide.add(entry(wide, authors[200], "hello"), authors[200]), "refused");
  equal(wide.add(entry(wide, authors[0], "again"), authors[0]), "new");
});

test("an entry is well formed or none", () => {
  const content = { ...new Log().next(ALICE), time: 1, to: "", kind: "message", about: "", text: "hello\n\tthere 🦊" };
  equal(read(write(/** @type {any} */ (content)))?.text, content.text);
  const changes = [
    { text: "" },
    { text: "  \n" },
    { text: "a\u0000" },
    { text: "a\u001b[31m" },
    { text: "x".repeat(4001) },
    { kind: "Shout" },
    { kind: "x".repeat(17) },
    { kind: "shout", about: "../x" },
    { kind: "shout", text: "x".repeat(4001) },
    { kind: "edit" },
    { kind: "react", about: ALICE, text: "words" },
    { kind: "delete", about: ALICE, text: "words" },
    { number: 0 },
    { number: 2 },
    { number: 1001 },
    { previous: ALICE },
    { clock: 0 },
    { clock: 2 ** 53 },
    { author: "a" },
    { to: "x".repeat(33) },
    { about: "../x" },
    { time: -1 },
  ];
  for (const change of changes) equal(read(JSON.stringify({ ...content, ...change })), null, JSON.stringify(change));
  for (const bad of ["", "null", "[]", "{", "1".repeat(9)]) equal(read(bad), null);
});

test("a file is an offer of bounded size, and about nothing", () => {
  const offer = { id: BOB, name: "report.pdf", size: 2 ** 53 - 1, type: "application/pdf" };
  const file = (/** @type {object} */ changes, /** @type {object} */ entryChanges = {}) =>
    read(
      JSON.stringify({
        ...new Log().next(ALICE),
        time: 1,
        to: "",
        kind: "file",
        about: "",
        text: JSON.stringify({ ...offer, ...changes }),
        ...entryChanges,
      }),
    );
  for (const good of [{}, { size: 0, type: "" }, { name: "🦊".repeat(255) }, { name: "../x\u0000\u202e" }, { later: true }])
    ok(file(good), JSON.stringify(good));
  const bad = [
    { id: "x" }, { name: "" }, { name: "x".repeat(256) }, { name: "\ud800" }, { name: 1 }, { size: -1 },
    { size: 2 ** 53 }, { size: 1.5 }, { size: "1" }, { type: "pdf" }, { type: "text/html; charset=x" },
    { later: "x".repeat(4000) },
  ];
  for (const one of bad) equal(file(one), null, JSON.stringify(one));
  for (const text of ["", "{", "null", "[]", "hello"]) equal(file({}, { text }), null, text);
  equal(file({}, { about: BOB }), null);
});

test("a file keeps its place, cannot be edited, and is withdrawn by its author alone", () => {
  const log = new Log();
  const offer = { id: BOB, name: "../report.pdf", size: 1, type: "application/pdf" };
  say(log, ALICE, "here it is:");
  const { id: about } = say(log, ALICE, writeOffer(offer), { kind: "file" });
  say(log, BOB, "thanks", { about });
  say(log, ALICE, "evil.exe", { kind: "edit", about });
  say(log, BOB, "", { kind: "delete", about });
  say(log, BOB, "👍", { kind: "react", about });
  const [, file, answer] = transcript(log.entries, (author) => author);
  equal([file.text, file.file, file.isEdited, file.isDeleted, file.reactions.size, answer.about], ["report.pdf", offer, false, false, 1, about]);
  say(log, ALICE, "", { kind: "delete", about });
  const [, withdrawn] = transcript(log.entries, (author) => author);
  equal([withdrawn.text, withdrawn.file, withdrawn.isDeleted], ["", offer, true]);
});

test("what a later release writes keeps its place and is not shown", () => {
  const [alice, bob] = [new Log(), new Log()];
  for (const [kind, text] of [["message", "before"], ["poll", "lunch?"], ["message", "after"]]) {
    const said = say(alice, ALICE, text, { kind });
    const content = read(said.text);
    equal(content && bob.add({ ...said, content }, ALICE), "new");
  }
  equal(transcript(bob.entries, (author) => author).map(({ text }) => text), ["before", "after"]);
  equal(bob.vector, alice.vector);
});

test("edits, deletions and reactions count if they are their author's", () => {
  const log = new Log();
  const first = say(log, ALICE, "helo");
  const about = first.id;
  say(log, ALICE, "hello", { kind: "edit", about });
  say(log, BOB, "I am a fool", { kind: "edit", about });
  say(log, BOB, "", { kind: "delete", about });
  say(log, BOB, "👍", { kind: "react", about });
  say(log, CAROL, "👍", { kind: "react", about });
  say(log, CAROL, "👍", { kind: "unreact", about });
  const answer = say(log, BOB, "hi", { about });
  const [message, reply] = transcript(log.entries, (author) => author);
  equal([message.text, message.isEdited, message.isDeleted], ["hello", true, false]);
  equal([...message.reactions].map(([emoji, persons]) => [emoji, [...persons]]), [["👍", [BOB]]]);
  equal(reply.about, first.id);
  say(log, BOB, "", { kind: "delete", about: answer.id });
  say(log, BOB, "back", { kind: "edit", about: answer.id });
  equal(transcript(log.entries, (author) => author)[1], { ...reply, text: "", isDeleted: true, reactions: new Map() });
});
