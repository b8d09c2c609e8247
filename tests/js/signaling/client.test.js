import { equal, ok, test } from "../harness.js";
import { SignalingClient } from "../../../static/js/signaling/client.js";
import { CAPABILITIES } from "../../../static/js/signaling/protocol.js";
import { ManualClock } from "../clock.js";
import { RecordingSocket } from "./socket.js";

/** @import { Resume } from "../../../static/js/signaling/protocol.js" */

const ROOM = { slug: "tea", name: "Tea", locked: false, capacity: 8 };
const WELCOMED = {
  type: "welcomed",
  id: "alice",
  token: "t1",
  epoch: "e1",
  version: 4,
  room: ROOM,
  participants: [],
  waiting: [],
  ice: { servers: [], policy: "all" },
  limits: { frame: 65_536, rate: 50, burst: 300 },
};
const LEAVE = /** @type {const} */ ({ type: "leave" });
const EVENTS = ["state", "welcomed", "waiting", "joined", "left", "locked", "roster", "signal", "refused", "removed", "denied"];

class Memory {
  /** @type {Resume | null} */
  held = null;

  get() {
    return this.held;
  }

  /** @param {Resume} resume */
  set({ id, token }) {
    this.held = { id, token };
  }

  clear() {
    this.held = null;
  }
}

/** @param {Resume | null} [held] */
function line(held = null) {
  RecordingSocket.made = [];
  const clock = new ManualClock();
  const network = new EventTarget();
  const storage = new Memory();
  storage.held = held;
  const WebSocket = /** @type {any} */ (RecordingSocket);
  const client = new SignalingClient({ url: "wss://test/", storage, random: () => 0.5, WebSocket, clock, network });
  /** @type {any[]} */
  const heard = [];
  const hear = (/** @type {any} */ { type, detail }) => heard.push(type === "state" ? detail : type);
  for (const type of EVENTS) client.addEventListener(type, hear);
  return { client, clock, network, storage, heard };
}

/** @param {Resume | null} [held] */
function joined(held) {
  const all = line(held);
  all.client.join({ name: "Carol" });
  socket().open();
  socket().hear(WELCOMED);
  all.heard.length = 0;
  return all;
}

/** The newest socket. */
function socket() {
  return /** @type {RecordingSocket} */ (RecordingSocket.made.at(-1));
}

test("tells how many sockets in a row did not open", () => {
  const { client, clock } = line();
  /** @type {number[]} */
  const counts = [];
  client.addEventListener("unopened", (event) => counts.push(/** @type {CustomEvent} */ (event).detail.count));
  client.join();
  socket().fail(1006);
  clock.advance(10_000);
  socket().fail(1006);
  equal(counts, [1, 2]);
  clock.advance(10_000);
  socket().open();
  socket().fail(1006);
  equal(counts, [1, 2]);
  clock.advance(10_000);
  socket().fail(1006);
  equal(counts, [1, 2, 1]);
});

test("tells a socket that is open and brings nothing from one that opens", () => {
  const { client, clock } = line();
  const seen = () => [client.isOpening, client.isUnanswered];
  client.join();
  equal(seen(), [true, false]);
  socket().open();
  equal(seen(), [false, true]);
  clock.advance(12_000);
  clock.advance(10_000);
  equal(seen(), [true, false], "the next socket");
  socket().open();
  socket().hear(WELCOMED);
  equal(seen(), [false, false]);
});

test("joins as soon as the socket is open, and keeps the token", () => {
  const { client, storage, heard } = line();
  client.join({ name: "Carol" });
  equal([socket().url, socket().frames], ["wss://test/", []]);
  socket().open();
  equal(socket().frames, [[{ type: "join", name: "Carol", capabilities: CAPABILITIES }]]);
  socket().hear(WELCOMED);
  equal(storage.held, { id: "alice", token: "t1" });
  equal(heard, [{ state: "connecting" }, { state: "open" }, "welcomed"]);
});

test("joins without capabilities where the server is of the release before, once", () => {
  const { client, heard } = line();
  const invalid = { type: "refused", code: "invalid", reason: "Object contains unknown field `capabilities`" };
  client.join({ name: "Carol" });
  socket().open();
  socket().hear(invalid);
  equal(socket().frames.slice(1), [[{ type: "join", name: "Carol" }]]);
  equal(heard, [{ state: "connecting" }], "nobody is told");
  socket().hear(invalid);
  equal([socket().frames.length, heard[1]], [2, "refused"]);
  socket().hear(WELCOMED);
  socket().hear(invalid);
  equal([socket().frames.length, client.state], [2, "open"]);
});

test("resumes what is held", () => {
  const { client } = line({ id: "alice", token: "t0" });
  client.resume({ name: "Carol" });
  socket().open();
  equal(socket().frames, [[{ type: "join", name: "Carol", resume: { id: "alice", token: "t0" }, capabilities: CAPABILITIES }]]);
});

test("a page that resumes a participant who is gone joins as nobody until it is asked to", () => {
  const { client, clock, storage, heard } = line({ id: "alice", token: "t0" });
  client.resume({ name: "Carol" });
  socket().open();
  socket().hear({ type: "refused", code: "expired", reason: "" });
  socket().fail(4010);
  clock.advance(1e6);
  equal([client.state, storage.held, RecordingSocket.made.length], ["idle", null, 1]);
  equal(heard, [{ state: "connecting" }, "refused", { state: "idle" }]);
  client.join({ name: "Carol" });
  socket().open();
  equal(socket().frames, [[{ type: "join", name: "Carol", capabilities: CAPABILITIES }]]);
});

test("what is said before the welcome is dropped, and said to be", () => {
  const { client, clock } = line();
  equal(client.send(LEAVE), false);
  client.join();
  socket().open();
  equal(client.send(LEAVE), false);
  clock.advance(1000);
  equal(socket().frames, [[{ type: "join", capabilities: CAPABILITIES }]]);
});

test("a waiting participant is on the line, and can leave a note", () => {
  const { client, clock, storage, heard } = line();
  client.join();
  socket().open();
  socket().hear({ type: "waiting", id: "carol", token: "t9", room: ROOM });
  equal([client.state, client.send({ type: "note", text: "It is me" }), storage.held], ["open", true, { id: "carol", token: "t9" }]);
  clock.advance(4);
  equal(socket().frames.at(-1), [{ type: "note", text: "It is me" }]);
  socket().hear(WELCOMED);
  equal(client.send(LEAVE), true);
  equal(heard, [{ state: "connecting" }, { state: "open" }, "waiting", "welcomed"]);
});

test("what is said within a tick shares a frame", () => {
  const { client, clock } = joined();
  client.send({ type: "admit", id: "bob" });
  client.send({ type: "deny", id: "eve" });
  equal(socket().frames.length, 1);
  clock.advance(4);
  equal(socket().frames[1]?.map(({ type }) => type), ["admit", "deny"]);
});

test("a cork put in before the welcome holds after it", () => {
  const { client, clock } = line();
  client.cork();
  client.join();
  socket().open();
  socket().hear(WELCOMED);
  client.send({ type: "admit", id: "bob" });
  clock.advance(1000);
  equal(socket().frames.length, 1);
  client.uncork();
  equal(socket().frames.length, 2);
});

test("facts that are not news are not told", () => {
  const { heard } = joined();
  const at = (/** @type {number} */ version) => ({ type: "locked", locked: true, version });
  socket().hear(at(4), at(6), at(5), at(6), at(9));
  equal(heard, ["locked", "locked"]);
  socket().hear({ type: "roster", epoch: "e2", version: 1, locked: false, participants: [], waiting: [] }, at(2), at(2));
  equal(heard, ["locked", "locked", "roster", "locked"]);
});

test("nonsense from the server is not told", () => {
  const { heard } = joined();
  socket().dispatchEvent(new MessageEvent("message", { data: "nonsense" }));
  socket().hear({ type: "state", state: "closed" }, { type: "error" }, { type: "refused", code: "busy", reason: "" });
  equal(heard, ["refused"]);
});

test("a lost line comes back with jitter, and resumes", () => {
  const { clock, heard } = joined();
  socket().fail(1006);
  equal(heard, [{ state: "reconnecting", code: 1006 }]);
  clock.advance(499);
  equal(RecordingSocket.made.length, 1);
  clock.advance(1);
  socket().open();
  equal(socket().frames, [[{ type: "join", name: "Carol", resume: { id: "alice", token: "t1" }, capabilities: CAPABILITIES }]]);
  socket().hear({ ...WELCOMED, token: "t2", version: 0 });
  equal(heard.slice(1), [{ state: "open" }, "welcomed"]);
});

test("it waits longer each time, until it was welcomed", () => {
  const { clock } = joined();
  for (const ms of [500, 1000, 2000, 4000, 7500, 7500]) {
    const before = RecordingSocket.made.length;
    socket().fail(4503);
    clock.advance(ms - 1);
    equal(RecordingSocket.made.length, before);
    clock.advance(1);
    equal(RecordingSocket.made.length, before + 1);
  }
  socket().open();
  socket().hear(WELCOMED);
  socket().fail(1006);
  clock.advance(500);
  equal(RecordingSocket.made.length, 8);
});

test("a worker that goes is left at once, one that is flooded much later", () => {
  const { clock } = joined();
  socket().fail(4012);
  clock.advance(150);
  equal(RecordingSocket.made.length, 2);
  socket().open();
  socket().hear(WELCOMED);
  socket().fail(4429);
  clock.advance(5499);
  equal(RecordingSocket.made.length, 2);
  clock.advance(1);
  equal(RecordingSocket.made.length, 3);
});

test("an unknown participant joins afresh, at once; if that is unknown too, later", () => {
  const { clock, storage } = joined();
  socket().fail(1006);
  clock.advance(500);
  socket().open();
  socket().hear({ type: "refused", code: "expired", reason: "" });
  socket().fail(4010);
  equal(storage.held, null);
  clock.advance(0);
  socket().open();
  equal(socket().frames, [[{ type: "join", name: "Carol", capabilities: CAPABILITIES }]]);
  socket().fail(4010);
  clock.advance(400);
  equal(RecordingSocket.made.length, 3);
});

for (const code of [4001, 4003, 4400, 4401, 4403]) {
  test(`after ${code} it stays away`, () => {
    const { client, clock, network, storage, heard } = joined();
    socket().fail(code);
    equal([client.state, storage.held, heard], ["closed", null, [{ state: "closed", code }]]);
    network.dispatchEvent(new Event("offline"));
    network.dispatchEvent(new Event("online"));
    client.join();
    client.leave();
    clock.advance(1e6);
    equal([RecordingSocket.made.length, clock.pending], [1, 0]);
  });
}

test("the ticket stays when the browser closes the socket: Firefox does it with 1000 when a page is loaded again", () => {
  const { client, storage } = joined();
  const { held } = storage;
  socket().fail(1000);
  equal([client.state, storage.held], ["reconnecting", held]);
});

test("leaving says so at once, and for good", () => {
  const { client, clock, storage, heard } = joined();
  client.send({ type: "admit", id: "bob" });
  client.leave();
  equal(socket().frames.slice(1), [[{ type: "leave" }]]);
  equal([socket().closed, storage.held, heard], [undefined, null, [{ state: "closed", code: 1000 }]]);
  clock.advance(1e6);
  equal([RecordingSocket.made.length, client.send(LEAVE)], [1, false]);
});

test("a server that does not answer is tried again", () => {
  const { client, clock } = line();
  client.join();
  socket().open();
  clock.advance(12_000);
  equal(client.state, "reconnecting");
  clock.advance(500);
  equal(RecordingSocket.made.length, 2);
});

test("after a time offline the line is made anew", () => {
  const { client, clock, network, heard } = joined();
  network.dispatchEvent(new Event("online"));
  equal(RecordingSocket.made.length, 1, "it was not offline");
  const before = socket();
  network.dispatchEvent(new Event("offline"));
  network.dispatchEvent(new Event("online"));
  equal([RecordingSocket.made.length, before.closed, client.state], [2, undefined, "reconnecting"]);
  before.hear({ type: "locked", locked: true, version: 9 });
  before.fail(4003);
  equal(heard, [{ state: "reconnecting", code: 1006 }], "the old socket is not heard");
  clock.advance(0);
  ok(client.state !== "closed");
});

for (const verdict of [{ type: "removed", reason: "ended" }, { type: "denied", reason: "denied" }]) {
  test(`after ${verdict.type} it stays away, whatever becomes of the line`, () => {
    const { client, clock, storage, heard } = joined();
    const { closed } = socket();
    socket().hear(verdict, { type: "locked", locked: true, version: 9 });
    equal([closed, socket().closed, client.state, storage.held], [null, undefined, "closed", null]);
    socket().fail(1006);
    clock.advance(1e6);
    equal([heard, RecordingSocket.made.length], [[verdict.type, { state: "closed", code: 4003 }], 1]);
  });
}

test("a fact after which the listener leaves is the last", () => {
  const { client, heard } = joined();
  client.addEventListener("removed", () => client.leave());
  socket().hear({ type: "removed", reason: "removed" }, { type: "locked", locked: true, version: 9 });
  equal(heard, ["removed", { state: "closed", code: 1000 }]);
});

test("a line opened ahead is the one that joins", () => {
  const { client, clock } = line();
  client.prepare();
  client.prepare();
  const [socket] = RecordingSocket.made;
  socket.open();
  clock.advance(1000);
  equal(socket.frames, [], "nothing is said before join");
  client.join({ name: "Carol" });
  equal([RecordingSocket.made.length, socket.frames], [1, [[{ type: "join", name: "Carol", capabilities: CAPABILITIES }]]]);
  socket.hear(WELCOMED);
  clock.advance(10_000);
  equal([client.state, socket.closed], ["open", null]);
});

test("a line opened ahead that still opens joins when it is open", () => {
  const { client } = line();
  client.prepare();
  client.join();
  const [socket] = RecordingSocket.made;
  socket.open();
  equal([RecordingSocket.made.length, socket.frames], [1, [[{ type: "join", capabilities: CAPABILITIES }]]]);
});

test("a line opened ahead for nothing is closed, and one that was lost is not used", () => {
  const { client, clock } = line();
  client.prepare();
  const [unused] = RecordingSocket.made;
  unused.open();
  clock.advance(4000);
  equal([unused.readyState, client.state], [RecordingSocket.CLOSED, "idle"]);
  client.prepare();
  RecordingSocket.made[1].fail(4403);
  client.join();
  equal(RecordingSocket.made.length, 3);
});

/** The socket that was made first, and the one made after it to move. */
function moving() {
  const all = joined();
  const present = socket();
  present.hear({ type: "moving" }, { type: "moving" });
  all.clock.advance(1000);
  equal(RecordingSocket.made.length, 2);
  const other = socket();
  other.open();
  equal(other.frames, [[{ type: "join", name: "Carol", resume: { id: "alice", token: "t1" }, capabilities: CAPABILITIES }]]);
  all.heard.length = 0;
  return { ...all, present, other };
}

test("a worker in trouble is left once another one has us", () => {
  const { client, clock, storage, heard, present, other } = moving();
  equal([client.state, client.send(LEAVE), present.closed], ["open", true, null]);
  other.hear({ ...WELCOMED, token: "t2", version: 9 });
  equal([client.state, storage.held, present.closed], ["open", { id: "alice", token: "t2" }, undefined]);
  equal(heard, ["welcomed"]);
  present.fail(4001);
  client.send(LEAVE);
  clock.advance(10);
  equal([client.state, other.frames.length, other.closed], ["open", 2, null]);
});

test("whoever was removed meanwhile is not taken back by the worker in trouble", () => {
  const { client, clock, heard, present, other } = moving();
  other.hear({ type: "removed", reason: "removed" });
  equal([client.state, present.closed, other.closed], ["closed", undefined, undefined]);
  clock.advance(1e6);
  equal([heard, RecordingSocket.made.length], [["removed", { state: "closed", code: 4003 }], 2]);
});

const BUSY = { type: "refused", code: "busy", reason: "" };

test("whoever gets to the same worker again tries once more", () => {
  const { client, clock, present, other } = moving();
  other.hear(BUSY);
  clock.advance(999);
  equal(RecordingSocket.made.length, 2);
  clock.advance(1);
  socket().open();
  socket().hear({ ...WELCOMED, token: "t2", version: 9 });
  equal([client.state, present.closed, other.closed, RecordingSocket.made.length], ["open", undefined, undefined, 3]);
});

test("a worker in trouble is kept when the others are no better, until it asks again", () => {
  const { client, clock, heard, present, other } = moving();
  for (let times = 0; times < 8; times += 1) {
    socket().open();
    socket().hear(BUSY);
    socket().fail(4503);
    clock.advance(1000);
    present.hear({ type: "pong" });
  }
  equal(other.closed, undefined);
  for (let times = 0; times < 7; times += 1) {
    clock.advance(8000);
    present.hear({ type: "pong" });
  }
  equal([client.state, present.closed, RecordingSocket.made.length], ["open", null, 9]);
  equal(heard.every((type) => type === "pong"), true);
  present.hear({ type: "moving" });
  clock.advance(1000);
  equal(RecordingSocket.made.length, 10);
  present.fail(1006);
  equal([client.state, socket().closed], ["reconnecting", undefined]);
});

test("whoever may have been moved unheard comes back", () => {
  const { client, clock, present, other } = moving();
  present.fail(4001);
  equal(client.state, "open");
  other.fail(1006);
  equal(client.state, "reconnecting");
  clock.advance(500);
  socket().open();
  equal(socket().frames, [[{ type: "join", name: "Carol", resume: { id: "alice", token: "t1" }, capabilities: CAPABILITIES }]]);
});

test("whoever is taken over before the try elsewhere has said anything was not moved by it", () => {
  const { client, clock, heard, storage } = joined();
  const present = socket();
  present.hear({ type: "moving" });
  clock.advance(1000);
  present.fail(4001);
  equal([client.state, storage.held, heard.at(-1), socket().closed], ["closed", null, { state: "closed", code: 4001 }, undefined]);
});

test("a worker that cannot be reached is no reason to leave ours", () => {
  const { client, clock } = joined();
  const present = socket();
  present.hear({ type: "moving" });
  clock.advance(1000);
  socket().fail(1006);
  equal([client.state, present.closed], ["open", null]);
});

test("if everybody sends us on, we take our time", () => {
  const { clock } = joined();
  socket().fail(4012);
  clock.advance(150);
  equal(RecordingSocket.made.length, 2);
  socket().fail(4012);
  clock.advance(299);
  equal(RecordingSocket.made.length, 2);
  clock.advance(1);
  equal(RecordingSocket.made.length, 3);
});

test("a line that says nothing is asked, and given up when it does not answer", () => {
  const { clock, heard, client } = joined();
  clock.advance(9999);
  equal(socket().frames.length, 1, "only the join");
  clock.advance(1);
  equal(socket().frames.slice(1), [[{ type: "ping" }]]);
  clock.advance(4999);
  equal(client.state, "open");
  clock.advance(1);
  equal(heard, [{ state: "reconnecting", code: 1006 }]);
  clock.advance(500);
  socket().open();
  equal(socket().frames, [[{ type: "join", name: "Carol", resume: { id: "alice", token: "t1" }, capabilities: CAPABILITIES }]]);
});

test("whatever is heard says that the line is alive", () => {
  const { clock, client } = joined();
  for (let turn = 0; turn < 9; turn += 1) {
    clock.advance(8000);
    socket().hear({ type: "locked", locked: false, version: 5 + turn });
  }
  equal(socket().frames.length, 1, "nothing is asked");
  clock.advance(14_000);
  socket().hear({ type: "pong" });
  clock.advance(14_000);
  equal([client.state, socket().frames.length], ["open", 3]);
});

test("one who waits is not forgotten either", () => {
  const { client, clock } = line();
  client.join({ name: "Carol" });
  socket().open();
  socket().hear({ type: "waiting", id: "carol", token: "t1", room: ROOM });
  clock.advance(10_000);
  equal(socket().frames.slice(1), [[{ type: "ping" }]]);
  clock.advance(5000);
  equal(client.state, "reconnecting");
});

test("a page that wakes makes sure of its line", () => {
  const { client, clock } = joined();
  client.check();
  socket().hear({ type: "pong" });
  clock.advance(2000);
  equal([client.state, socket().frames.slice(1)], ["open", [[{ type: "ping" }]]]);
  client.check();
  clock.advance(2000);
  equal(client.state, "reconnecting");
});

test("a page that wakes does not wait for its turn to come back, but for an attempt that is under way", () => {
  const { client, clock } = joined();
  socket().fail(1006);
  client.check();
  equal(RecordingSocket.made.length, 2);
  client.check();
  clock.advance(0);
  equal(RecordingSocket.made.length, 2);
});
