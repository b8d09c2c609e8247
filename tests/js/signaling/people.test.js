import { equal, test } from "../harness.js";
import { People } from "../../../static/js/signaling/people.js";

/** @import { Participant } from "../../../static/js/signaling/protocol.js" */

const room = { slug: "abc-defg-hij", name: "Weekly", locked: true, capacity: 8 };
const ice = { servers: [], policy: "all" };

/**
 * @param {string} id
 * @returns {Participant}
 */
const person = (id, role = "member") => /** @type {Participant} */ ({ id, name: id.toUpperCase(), role, link: "attached" });

/** @param {AbortSignal} signal */
function setting(signal) {
  const client = new EventTarget();
  const people = new People(client, signal);
  /** @type {any[]} */
  const told = [];
  for (const type of ["change", "joined", "left", "knocked"]) {
    people.addEventListener(type, (event) => {
      const { participant, reason, offer, mend } = /** @type {CustomEvent} */ (event).detail;
      told.push(type === "change" ? [type, offer, mend] : [type, participant.id, ...(reason ? [reason] : [])]);
    });
  }
  const hear = (/** @type {any} */ fact) => void client.dispatchEvent(new CustomEvent(fact.type, { detail: fact }));
  const welcome = (/** @type {string} */ id, /** @type {Participant[]} */ participants, /** @type {Participant[]} */ waiting = []) =>
    hear({ type: "welcomed", id, room, ice, participants, waiting, capabilities: ["rights"] });
  return { people, told, hear, welcome };
}

test("those who are there already have not joined", ({ signal }) => {
  const { people, told, welcome } = setting(signal);
  welcome("a", [person("a", "host"), person("b")], [person("c")]);
  equal(told, [["change", true, true], ["knocked", "c"]]);
  equal([people.self, [...people.present.keys()], people.room?.name], ["a", ["a", "b"], "Weekly"]);
});

test("people come and go", ({ signal }) => {
  const { people, told, hear, welcome } = setting(signal);
  welcome("a", [person("a", "host")]);
  hear({ type: "knocked", participant: person("b"), version: 2 });
  hear({ type: "joined", participant: person("b"), version: 3 });
  equal([...people.waiting.keys()], []);
  hear({ type: "updated", participant: { ...person("b"), link: "detached" }, version: 4 });
  equal(people.present.get("b")?.link, "detached");
  hear({ type: "left", id: "b", reason: "timeout", version: 5 });
  equal(told.filter(([type]) => type !== "change"), [["knocked", "b"], ["joined", "b"], ["left", "b", "timeout"]]);
});

test("who waits and has lost the socket is not in the meeting", ({ signal }) => {
  const { people, hear, welcome } = setting(signal);
  welcome("a", [person("a", "host")], [person("b")]);
  hear({ type: "updated", participant: { ...person("b"), link: "detached" }, version: 2 });
  equal([[...people.present.keys()], people.waiting.get("b")?.link], [["a"], "detached"]);
});

test("a host knows the lobby until the next welcome", ({ signal }) => {
  const { people, hear, welcome } = setting(signal);
  welcome("a", [person("a", "host")], [person("b")]);
  hear({ type: "queue", waits: "guests", opens: "never", notes: { b: "It is me" } });
  equal([people.queue.waits, people.queue.notes.b], ["guests", "It is me"]);
  welcome("a", [person("a", "host")], []);
  equal([people.queue.waits, people.queue.notes.b], ["nobody", undefined]);
});

test("who knocked and went has not left the meeting", ({ signal }) => {
  const { people, told, hear, welcome } = setting(signal);
  welcome("a", [person("a", "host")]);
  hear({ type: "knocked", participant: person("b"), version: 2 });
  hear({ type: "left", id: "b", reason: "denied", version: 3 });
  equal(people.waiting.size, 0);
  equal(told.filter(([type]) => type === "left"), []);
});

test("a fresh roster tells what was missed", ({ signal }) => {
  const { people, told, hear, welcome } = setting(signal);
  welcome("a", [person("a"), person("b")]);
  told.length = 0;
  hear({ type: "roster", epoch: "e", version: 9, locked: false, participants: [person("a"), person("c")], waiting: [] });
  equal(told, [["change", false, true], ["joined", "c"], ["left", "b", "timeout"]]);
  equal(people.room?.locked, false);
});

test("coming back tells what was missed, joining afresh does not", ({ signal }) => {
  const { told, welcome } = setting(signal);
  welcome("a", [person("a"), person("b")]);
  welcome("a", [person("a")]);
  equal(told.filter(([type]) => type === "left"), [["left", "b", "timeout"]]);
  told.length = 0;
  welcome("z", [person("z"), person("c")]);
  equal(told, [["change", true, true]]);
});

test("who becomes a host is told who waits, and who is one no longer forgets it", ({ signal }) => {
  const { people, told, hear, welcome } = setting(signal);
  welcome("a", [person("a"), person("b", "host")]);
  hear({ type: "updated", participant: person("a", "host"), version: 2 });
  hear({ type: "roster", epoch: "e", version: 2, locked: true, participants: [person("a", "host"), person("b", "host")], waiting: [person("c")] });
  equal([...people.waiting.keys()], ["c"]);
  hear({ type: "updated", participant: person("a"), version: 3 });
  hear({ type: "roster", epoch: "e", version: 3, locked: true, participants: [person("a"), person("b", "host")], waiting: [] });
  equal(people.waiting.size, 0);
  equal(told.filter(([type]) => type !== "change"), [["knocked", "c"]]);
});

test("what we may do is what the server said last", ({ signal }) => {
  const { people, told, hear, welcome } = setting(signal);
  welcome("a", [person("a", "host"), person("b", "owner")]);
  equal([people.may("lock"), people.may("remove"), people.may("remove", "guest")], [false, false, false]);
  hear({ type: "rights", rights: { lock: [], remove: ["member", "guest"] } });
  equal([people.may("lock"), people.may("admit"), people.may("remove")], [true, false, true]);
  equal(["owner", "host", "member", "guest"].map((role) => people.may("remove", /** @type {any} */ (role))), [false, false, true, true]);
  equal(told.at(-1), ["change", false, false]);
  hear({ type: "rights", rights: {} });
  equal([people.may("lock"), people.may("remove", "guest")], [false, false]);
});

test("a lock is kept", ({ signal }) => {
  const { people, hear, welcome } = setting(signal);
  welcome("a", [person("a")]);
  hear({ type: "locked", locked: false, version: 3 });
  equal(people.room?.locked, false);
});

test("fresh servers change nobody", ({ signal }) => {
  const { people, told, hear, welcome } = setting(signal);
  welcome("me", [person("me")]);
  told.length = 0;
  hear({ type: "ice", servers: [{ urls: "stun:stun.example.org" }], policy: "relay" });
  equal([people.ice, told], [{ servers: [{ urls: "stun:stun.example.org" }], policy: "relay" }, []]);
});

test("wherever a guest is shown they are a guest, whatever they call themselves", ({ signal }) => {
  const { people, hear, welcome } = setting(signal);
  /** @type {string[]} */
  const named = [];
  for (const type of ["joined", "left", "knocked"])
    people.addEventListener(type, (event) => named.push(/** @type {CustomEvent} */ (event).detail.participant.name));
  const mallory = (/** @type {string} */ id, /** @type {string} */ name) => ({ ...person(id, "guest"), name });
  const names = () => [...people.present.values(), ...people.waiting.values()].map(({ name }) => name);
  welcome("c", [person("a", "owner"), person("c", "guest"), mallory("m", "A (Owner)")], [mallory("n", "\u0410")]);
  equal(names(), ["A", "C", "Guest A (Owner)", "Guest \u0410"], "our own is not marked");
  hear({ type: "knocked", participant: mallory("o", "A"), version: 2 });
  hear({ type: "joined", participant: mallory("o", "A"), version: 3 });
  hear({ type: "updated", participant: { ...mallory("o", "A"), link: "detached" }, version: 4 });
  equal(people.present.get("o")?.name, "Guest A");
  hear({ type: "left", id: "o", reason: "left", version: 5 });
  equal(named, ["Guest \u0410", "Guest A", "Guest A", "Guest A"]);
  hear({ type: "roster", epoch: "e", version: 6, locked: true, participants: [person("a", "owner"), mallory("m", "Owner")], waiting: [] });
  equal(names(), ["A", "Guest Owner"]);
  hear({ type: "updated", participant: { ...mallory("m", "Owner"), role: "host" }, version: 7 });
  equal(names(), ["A", "Owner"]);
});

test("a worker of the release before sends no rights, and hosts have those of then", ({ signal }) => {
  const { people, hear, welcome } = setting(signal);
  const may = () => [people.may("admit"), people.may("remove", "guest"), people.may("remove", "owner")];
  const before = (/** @type {Participant} */ own) => hear({ type: "welcomed", id: "a", room, ice, participants: [own], waiting: [] });
  before(person("a", "owner"));
  equal(may(), [true, true, false]);
  before(person("a", "member"));
  equal(may(), [false, false, false]);
  hear({ type: "rights", rights: { admit: [] } });
  welcome("a", [person("a", "owner")]);
  equal(may(), [true, false, false], "those that were sent, until others are");
});

test("what the server restricts holds until it says otherwise, also of who has left, and not after a new welcome", ({ signal }) => {
  const { people, told, hear, welcome } = setting(signal);
  welcome("a", [person("a"), person("b"), person("c", "host")]);
  hear({ type: "restrictions", everyone: ["screen"], people: { b: { chat: "forbidden" } } });
  equal(told.at(-1), ["change", false, false]);
  equal(
    [people.limit("b", "chat"), people.limit("b", "screen"), people.limit("c", "screen"), people.limit("a", "chat")],
    ["forbidden", "everyone", null, null],
  );
  hear({ type: "left", id: "b", reason: "left", version: 2 });
  hear({ type: "restrictions", everyone: [], people: {} });
  equal([people.limit("b", "chat"), people.limit("b", "screen"), people.limit("a", "screen")], ["forbidden", null, null]);
  hear({ type: "joined", participant: person("b"), version: 3 });
  equal(people.limit("b", "chat"), null);
  hear({ type: "restrictions", everyone: ["files"], people: { b: { chat: "forbidden" }, c: { chat: "stopped" } } });
  welcome("a", [person("a"), person("c")]);
  equal([people.limit("a", "files"), people.limit("c", "chat"), people.limit("b", "chat")], [null, null, "forbidden"]);
});

test("who moves to a breakout room sees others there, and nobody is said to have come or gone", ({ signal }) => {
  const { people, told, hear, welcome } = setting(signal);
  welcome("a", [person("a"), person("b"), person("c")]);
  /** @type {any[]} */
  const offers = [];
  people.addEventListener("change", (event) => offers.push(Reflect.get(event, "detail").offers));
  told.length = 0;
  hear({ type: "placed", epoch: "e", version: 9, locked: false, participants: [person("a"), person("d")], waiting: [], place: "r1", offers: ["d"] });
  hear({ type: "breakouts", rooms: [{ id: "r1", name: "Red" }], place: "r1", choose: false, back: true, asked: false, people: [] });
  equal(told.map(([type]) => type), ["change", "change"]);
  equal([[...people.present.keys()], people.breakouts.place, offers[0]], [["a", "d"], "r1", ["d"]]);
  hear({ type: "left", id: "d", reason: "moved", version: 10 });
  equal(told.at(-1), ["left", "d", "moved"]);
  welcome("a", [person("a")]);
  equal(people.breakouts.rooms, []);
});

test("from the last host, the member takes over who has been here longest", ({ signal }) => {
  const { people, hear, welcome } = setting(signal);
  welcome("a", [person("a", "host"), person("g", "guest"), person("b"), person("c")]);
  equal(people.heir, null);
  hear({ type: "rights", rights: { promote: ["member", "guest"] } });
  equal(people.heir?.id, "b");
  hear({ type: "left", id: "b", reason: "left", version: 2 });
  equal(people.heir?.id, "c");
  hear({ type: "breakouts", rooms: [{ id: "r1", name: "Red" }], place: "", choose: false, back: true, asked: false, people: [] });
  equal(people.heir, null);
  hear({ type: "breakouts", rooms: [], place: "", choose: false, back: true, asked: false, people: [] });
  equal(people.heir?.id, "c");
  hear({ type: "joined", participant: person("o", "owner"), version: 3 });
  equal(people.heir, null);
});
