import { equal, ok, test, until as eventually } from "../harness.js";
import { ManualClock } from "../clock.js";
import { Net, server } from "./net.js";
import { Authors } from "../../../static/js/chat/authors.js";
import { Exchange } from "../../../static/js/chat/exchange.js";
import { ENTRY, makeSigner, Verifier } from "../../../static/js/verification/keys.js";

const { subtle } = crypto;

/**
 * @param {Net} net
 * @param {Awaited<ReturnType<typeof server>>} door
 * @param {string} id
 * @param {AbortSignal} signal
 * @param {object} [options]
 * @param {import("../../../static/js/verification/keys.js").Signer} [options.signer]
 * @param {any} [options.crypto]
 * @param {string} [options.role]
 * @param {number} [options.time]
 * @param {readonly string[]} [options.linked] whose channels were open before
 */
async function person(net, door, id, signal, { signer, crypto = subtle, linked = [], ...fields } = {}) {
  const own = signer ?? (await makeSigner(subtle));
  const verifier = new Verifier(crypto);
  const authors = new Authors(verifier);
  const clock = new ManualClock();
  await authors.attest(await door.attest({ id, name: id, key: own.key, ...fields }));
  const channel = /** @type {any} */ (net.end(id));
  for (const other of linked) {
    net.links.get(id)?.add(other);
    net.links.get(other)?.add(id);
  }
  const peers = () => net.links.get(id) ?? [];
  const exchange = new Exchange({ self: id, channel, peers, authors, verifier, signer: own, since: 2000, wall: () => 1000, clock, signal });
  /** @type {any[]} */
  const news = [];
  exchange.addEventListener("entry", (event) => Reflect.get(event, "detail").isNews && news.push(Reflect.get(event, "detail").entry.content.text));
  /** @type {string[]} */
  const forked = [];
  exchange.addEventListener("forked", (event) => forked.push(Reflect.get(event, "detail").id));
  const texts = (peer = "") => exchange.log(peer).entries.map(({ content }) => content.text);
  return { id, exchange, authors, signer: own, clock, news, forked, texts };
}

/** @param {AbortSignal} signal @param {...string} ids */
async function meeting(signal, ...ids) {
  const net = new Net();
  const door = await server();
  const people = await Promise.all(ids.map((id) => person(net, door, id, signal)));
  for (const [place, one] of ids.entries()) for (const other of ids.slice(place + 1)) net.connect(one, other);
  return { net, door, people };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 30));

test("three people read what each writes, in the same order", async ({ signal }) => {
  const { people } = await meeting(signal, "alice", "bob", "carol");
  const [alice, bob, carol] = people;
  await Promise.all([alice.exchange.say("", "message", "one"), bob.exchange.say("", "message", "two"), alice.exchange.say("", "message", "three")]);
  await eventually(() => people.every(({ texts }) => texts().length === 3), "all entries");
  equal(bob.texts(), alice.texts());
  equal(carol.texts(), alice.texts());
  equal([...carol.news].sort(), ["one", "three", "two"]);
});

test("who comes late gets the history from one of those present, also of those who left, and it is no news", async ({ signal }) => {
  const { net, door, people } = await meeting(signal, "alice", "bob", "carol");
  const [alice, bob, carol] = people;
  for (let number = 1; number <= 200; number += 1) await [alice, bob, carol][number % 3].exchange.say("", "message", `${number}`);
  await eventually(() => people.every(({ texts }) => texts().length === 200), "all entries");
  for (const other of ["alice", "bob"]) net.cut("carol", other);
  net.sent = [];
  const dave = await person(net, door, "dave", signal);
  for (const other of ["alice", "bob"]) net.connect("dave", other);
  await eventually(() => dave.texts().length === 200, "the history");
  await settled();
  equal(dave.texts(), alice.texts());
  equal([net.count("want"), net.count("entry")], [1, 200]);
  equal(dave.news, []);
  await bob.exchange.say("", "message", "welcome");
  await eventually(() => dave.news.length === 1, "news");
});

/** WebCrypto that counts how many signatures it was asked to check: in all, and at the same time. */
class CountedCrypto {
  checks = 0;
  most = 0;
  #now = 0;

  /** @type {SubtleCrypto["verify"]} */
  verify = async (...args) => {
    this.checks += 1;
    this.#now += 1;
    this.most = Math.max(this.most, this.#now);
    const verified = await subtle.verify(...args);
    this.#now -= 1;
    return verified;
  };
  digest = subtle.digest.bind(subtle);
  importKey = subtle.importKey.bind(subtle);
}

test("signatures of a long history are checked many at a time, within a bound, each once, and it comes in order", async ({ signal }) => {
  const { net, door, people } = await meeting(signal, "alice", "bob");
  const [alice, bob] = people;
  for (let number = 1; number <= 300; number += 1) await people[number % 2].exchange.say("", "message", `${number}`);
  await eventually(() => people.every(({ texts }) => texts().length === 300), "all entries");
  const crypto = new CountedCrypto();
  const dave = await person(net, door, "dave", signal, { crypto });
  crypto.checks = 0;
  /** @type {string[]} */
  const came = [];
  dave.exchange.addEventListener("entry", (event) => came.push(Reflect.get(event, "detail").entry.content.text));
  for (const other of ["alice", "bob"]) net.connect("dave", other);
  await eventually(() => came.length === 300, "the history");
  equal(came, alice.texts());
  equal(bob.texts(), alice.texts());
  ok(crypto.most > 8 && crypto.most <= 64, `${crypto.most} at a time`);
  // Those of the two authors are checked with what each of them sends.
  ok(crypto.checks >= 300 && crypto.checks <= 304, `${crypto.checks} checks`);
  for (const { text, signature } of alice.exchange.log("").entries) net.carry("bob", "dave", { type: "entry", private: false, text, signature });
  await settled();
  ok(crypto.checks <= 304, `${crypto.checks} checks of what is known`);
});

test("one that is forged among many is left out, and those after it wait for the true one", async ({ signal }) => {
  const { net, people } = await meeting(signal, "alice", "bob", "mallory");
  const [alice, bob, mallory] = people;
  net.cut("alice", "bob");
  for (let number = 1; number <= 40; number += 1) await alice.exchange.say("", "message", `${number}`);
  await eventually(() => mallory.texts().length === 40, "Mallory has all");
  const entries = alice.exchange.log("").entries.map(({ text, signature }) => ({ type: "entry", private: false, text, signature }));
  net.carry("mallory", "bob", alice.authors.self?.message);
  for (const [index, entry] of entries.entries()) net.carry("mallory", "bob", index === 20 ? { ...entry, signature: entries[0].signature } : entry);
  await eventually(() => bob.texts().length === 40, "the rest, which Mallory is asked for");
  equal(bob.texts(), alice.texts());
  equal([bob.forked, net.count("want")], [[], 1]);
});

test("whoever has no path to an author gets the words from a neighbour", async ({ signal }) => {
  const { net, people } = await meeting(signal, "alice", "bob", "carol");
  const [alice, bob, carol] = people;
  net.cut("alice", "carol");
  await alice.exchange.say("", "message", "hello");
  await eventually(() => bob.texts().length === 1, "the words");
  carol.clock.advance(3000);
  bob.clock.advance(2000);
  await eventually(() => carol.texts().length === 1, "the words");
  equal(carol.news, ["hello"]);
});

test("halves that were split merge", async ({ signal }) => {
  const { net, people } = await meeting(signal, "alice", "bob", "carol");
  const [alice, bob, carol] = people;
  for (const other of ["alice", "bob"]) net.cut("carol", other);
  await alice.exchange.say("", "message", "here");
  await bob.exchange.say("", "message", "too");
  await carol.exchange.say("", "message", "there");
  for (const other of ["alice", "bob"]) net.connect("carol", other);
  await eventually(() => people.every(({ texts }) => texts().length === 3), "all entries");
  equal(bob.texts(), alice.texts());
  equal(carol.texts(), alice.texts());
});

test("a private conversation is with one person alone, who gives it back after a reload", async ({ signal }) => {
  const { net, door, people } = await meeting(signal, "alice", "bob", "carol");
  const [alice, bob, carol] = people;
  await alice.exchange.say("bob", "message", "psst");
  await bob.exchange.say("alice", "message", "what?");
  await eventually(() => alice.texts("bob").length === 2 && bob.texts("alice").length === 2, "both");
  equal([carol.texts("alice"), carol.texts("bob"), alice.texts(), bob.texts()], [[], [], [], []]);
  ok(net.sent.every(([from, to, { type }]) => type !== "entry" || (from !== "carol" && to !== "carol")));
  net.cut("alice", "bob");
  const again = await person(net, door, "alice", signal, { linked: ["bob"] });
  await eventually(() => again.texts("bob").length === 2, "the conversation");
  await again.exchange.say("bob", "message", "here again");
  await eventually(() => bob.texts("alice").length === 3, "more of it");
});

test("nobody puts words into another's mouth", async ({ signal }) => {
  const { net, door, people } = await meeting(signal, "alice", "bob", "mallory");
  const [alice, bob, mallory] = people;
  await alice.exchange.say("", "message", "yes");
  await eventually(() => mallory.texts().length === 1, "what Alice wrote");
  const [entry] = mallory.exchange.log("").entries;
  const send = (/** @type {object} */ message) => net.carry("mallory", "bob", message);
  // Under Alice's name and Mallory's key; changed, with Alice's signature; for another conversation; twice.
  const forged = JSON.stringify({
    ...alice.exchange.log("").next(alice.authors.self?.author ?? ""),
    time: 1,
    to: "",
    kind: "message",
    about: "",
    text: "no",
  });
  send({ type: "entry", private: false, text: forged, signature: await mallory.signer.sign(ENTRY, forged) });
  send({ type: "entry", private: false, text: entry.text.replace("yes", "no!"), signature: entry.signature });
  send({ type: "entry", private: true, text: entry.text, signature: entry.signature });
  send({ type: "entry", private: false, text: entry.text, signature: entry.signature });
  // An author whom the server has not attested, or for another room, or long ago; and Alice's key as Mallory's.
  const stranger = await server();
  const { key } = alice.signer;
  for (const attested of [
    await stranger.attest({ id: "alice", name: "Alice", key: mallory.signer.key, time: 999 }),
    await door.attest({ id: "alice", name: "Alice", key: mallory.signer.key, room: "8" }),
    await door.attest({ id: "alice", name: "Alice", key: mallory.signer.key, time: 100 - 25 * 3600 }),
    await door.attest({ id: "mallory", name: "Mallory", key, time: 999 }),
  ]) {
    send({ type: "author", statement: attested.statement, signature: attested.signature });
  }
  const theirs = JSON.stringify({
    ...JSON.parse(forged),
    author: await new Verifier(subtle).hash(`alice.${mallory.signer.key}`),
    number: 1,
    previous: "",
  });
  send({ type: "entry", private: false, text: theirs, signature: await mallory.signer.sign(ENTRY, theirs) });
  await settled();
  equal(bob.texts(), ["yes"]);
  equal(bob.authors.get(entry.content.author)?.id, "alice");
  equal(bob.forked, []);
});

test("who tells different people different things is named", async ({ signal }) => {
  const { net, people } = await meeting(signal, "bob", "carol", "mallory");
  const [bob, carol, mallory] = people;
  const said = async (/** @type {string} */ to, /** @type {string} */ text) => {
    const content = { ...mallory.exchange.log("").next(mallory.authors.self?.author ?? ""), time: 1, to: "", kind: "message", about: "", text };
    const written = JSON.stringify(content);
    net.carry("mallory", to, { type: "entry", private: false, text: written, signature: await mallory.signer.sign(ENTRY, written) });
  };
  await said("bob", "yes");
  await said("carol", "no");
  await eventually(() => bob.texts().length === 1 && carol.texts().length === 1, "both");
  for (const { clock } of [bob, carol]) clock.advance(2000);
  await eventually(() => bob.forked.length === 1 && carol.forked.length === 1, "both know");
  equal([bob.forked, carol.forked], [["mallory"], ["mallory"]]);
  await bob.exchange.say("", "message", "and I");
  await eventually(() => carol.texts().length === 2, "the others go on");
});

test("who says without proof that another told different things is not believed", async ({ signal }) => {
  const { net, people } = await meeting(signal, "alice", "bob", "carol");
  const [alice, bob, carol] = people;
  await alice.exchange.say("", "message", "one");
  await eventually(() => people.every(({ texts }) => texts().length === 1), "all entries");
  net.end("mallory");
  net.connect("bob", "mallory");
  const vector = [{ author: alice.authors.self?.author, last: 1, id: "x".repeat(22) }];
  const asked = () => net.sent.filter(([, to, { type }]) => type === "want" && to === "mallory");
  net.carry("mallory", "bob", { type: "have", private: false, why: "news", vector });
  await eventually(() => asked().length === 1, "Mallory is asked for the proof");
  equal(asked()[0][2].vector, []);
  bob.clock.advance(60_000);
  await settled();
  equal([bob.forked, asked().length], [[], 1]);
  net.cut("alice", "bob");
  await alice.exchange.say("", "message", "two");
  await eventually(() => carol.texts().length === 2, "what Alice wrote");
  carol.clock.advance(2000);
  await eventually(() => bob.texts().length === 2, "what Alice wrote, by Carol");
});

test("who does not answer is not waited for", async ({ signal }) => {
  const { net, door, people } = await meeting(signal, "alice");
  const [alice] = people;
  await alice.exchange.say("", "message", "hello");
  const bob = await person(net, door, "bob", signal);
  net.end("mallory");
  net.connect("bob", "mallory");
  const vector = [{ author: "M".repeat(22), last: 9, id: "x".repeat(22) }];
  net.carry("mallory", "bob", { type: "have", private: false, why: "news", vector });
  await eventually(() => net.count("want") === 1, "Mallory is asked");
  net.connect("bob", "alice");
  await settled();
  equal(bob.texts(), []);
  bob.clock.advance(1000);
  await eventually(() => bob.texts().length === 1, "Alice is asked");
});

test("requests of one peer are answered a few times, not without end", async ({ signal }) => {
  const { net, people } = await meeting(signal, "alice", "mallory");
  await people[0].exchange.say("", "message", "hello");
  await settled();
  net.sent = [];
  for (let turn = 0; turn < 100; turn += 1) net.carry("mallory", "alice", { type: "want", private: false, vector: [] });
  await settled();
  ok(net.count("entry") <= 10);
});

test("what is written in a breakout room stays there, whoever goes on to another one", async ({ signal }) => {
  const { net, people } = await meeting(signal, "alice", "bob", "carol");
  const [alice, bob, carol] = people;
  await alice.exchange.say("", "message", "to all");
  await eventually(() => people.every(({ texts }) => texts().length === 1), "all entries");
  for (const other of [alice, bob]) net.cut(other.id, "carol");
  for (const { exchange } of [alice, bob]) exchange.move("red");
  carol.exchange.move("blue");
  equal([alice.texts(), carol.texts()], [[], []]);
  await bob.exchange.say("", "message", "in red");
  await eventually(() => alice.texts().length === 1, "the entry in the other's page");
  net.cut("alice", "bob");
  alice.exchange.move("blue");
  net.connect("alice", "carol");
  await alice.exchange.say("", "message", "in blue");
  await eventually(() => carol.texts().length === 1, "the entry in blue");
  await settled();
  equal([alice.texts(), carol.texts(), bob.texts()], [["in blue"], ["in blue"], ["in red"]]);
  for (const { exchange } of people) exchange.move("");
  net.connect("alice", "bob");
  net.connect("bob", "carol");
  await carol.exchange.say("", "message", "back");
  await eventually(() => people.every(({ texts }) => texts().length === 2), "the main room's entries");
  equal(people.map(({ texts }) => texts()), [["to all", "back"], ["to all", "back"], ["to all", "back"]]);
  equal(people.flatMap(({ forked }) => forked), []);
});
