import { equal, test } from "../harness.js";
import { ChatAccess } from "../../../static/js/meeting/chat-access.js";

/** Bob's view of a meeting. @param {object} [changes] */
function bob(changes) {
  const present = new Map([["bob", { role: "member" }], ["alice", { role: "host" }]]);
  /** What somebody is kept from, as `people use`. @type {Set<string>} */
  const kept = new Set();
  const limit = (/** @type {string} */ id, /** @type {string} */ use) => (kept.has(`${id} ${use}`) ? "forbidden" : null);
  const people = { self: "bob", present, hasChat: true, writers: "everyone", limit, ...changes };
  return { access: new ChatAccess(/** @type {any} */ (people)), people, kept };
}

test("one is told why one cannot write, and nothing if one can", () => {
  const { access, people, kept } = bob();
  equal([access.closed(""), access.closed("alice"), access.filesClosed], ["", "", ""]);
  equal(access.closed("carol"), "This person has left.");
  people.writers = "hosts";
  equal(access.closed(""), "Only hosts write in the chat of this room.");
  people.self = "alice";
  equal(access.closed(""), "");
  people.writers = "nobody";
  equal(access.closed(""), "The chat of this room is switched off.");
  kept.add("alice chat").add("alice files");
  equal([access.closed(""), access.filesClosed], ["A host does not let you write in the chat.", "A host does not let you offer files."]);
  equal(bob({ hasChat: false }).access.closed(""), "This server has no chat.");
  equal(bob({ limit: () => "everyone" }).access.filesClosed, "Only hosts offer files in this room.");
});

test("what was permitted when it came stays; what was not is shown once it is permitted", () => {
  const { access, people, kept } = bob();
  access.admit("before", "carol", "guest", "message");
  kept.add("carol chat");
  access.admit("spam", "carol", "guest", "message");
  const shown = (/** @type {string} */ id) => access.mayShow(id, "carol", "guest", "message");
  equal([shown("before"), shown("spam"), access.isAdmitted("spam")], [true, false, false]);
  kept.clear();
  equal([shown("spam"), access.isAdmitted("spam")], [true, false]);
  people.writers = "hosts";
  equal([shown("before"), shown("spam"), access.mayShow("from Alice", "alice", "host", "message")], [true, false, true]);
});

test("who is kept from files alone may write, and offers none", () => {
  const { access, kept } = bob();
  kept.add("carol files");
  equal([access.mayShow("a", "carol", "guest", "message"), access.mayShow("b", "carol", "guest", "file")], [true, false]);
});
