import { equal, ok, test, until } from "../harness.js";
import { connect, fileOf, isSame, meeting, offer, person } from "./people.js";
import { MANIFEST, writePart } from "../../../static/js/channels/protocols/files.js";
import { Channels } from "../../../static/js/channels/channels.js";
import { PieceMap } from "../../../static/js/files/piece-map.js";
import { systemClock } from "../../../static/js/lib/clock.js";

const MIB = 1024 * 1024;

/** Somebody whose page does as a test says. @param {string} id */
function stranger(id) {
  const channels = new Channels({ clock: systemClock });
  const { files, pieces } = channels;
  /** @type {any[]} */
  const heard = [];
  /** @type {(message: any, from: string) => void} */
  let answer = () => {};
  files.addEventListener("message", (event) => {
    const { from, message } = Reflect.get(event, "detail");
    heard.push(message);
    answer(message, from);
  });
  const bytes = { got: 0 };
  pieces.addEventListener("frame", (event) => (bytes.got += Reflect.get(event, "detail").data.byteLength));
  const send = (/** @type {string} */ to, /** @type {number} */ ask, /** @type {number} */ offset, /** @type {Uint8Array<ArrayBuffer>} */ data) =>
    pieces.send(to, writePart({ ask, offset, data }));
  return {
    id,
    links: new Map(),
    attach: channels.attach.bind(channels),
    heard,
    bytes,
    files,
    send,
    onMessage: (/** @type {typeof answer} */ next) => (answer = next),
  };
}

/**
 * Mallory, who says that she has a file, and sends this in place of its first piece, part by part.
 *
 * @param {{id: string, size: number}} offer
 * @param {Uint8Array<ArrayBuffer>} manifest
 * @param {readonly [offset: number, length: number][]} parts
 */
function liar({ id, size }, manifest, parts) {
  const mallory = stranger("mallory");
  mallory.onMessage((message, from) => {
    if (message.type === "seek") mallory.files.post(from, { type: "have", file: id, map: PieceMap.full(size).text, seeks: false });
    if (message.type !== "ask") return;
    if (message.piece === MANIFEST) mallory.send(from, message.ask, 0, manifest);
    else for (const [offset, length] of parts) mallory.send(from, message.ask, offset, new Uint8Array(length));
  });
  return mallory;
}

/**
 * Resolves as soon as somebody has more than so many bytes of a file, and before they have another piece.
 *
 * @param {import("./people.js").Person} one
 * @param {string} id
 * @param {number} bytes
 */
function begun({ exchange }, id, bytes) {
  return new Promise((resolve) => exchange.addEventListener("change", () => (exchange.state(id)?.held ?? 0) > bytes && resolve(undefined)));
}

test("Alice offers a file, Bob accepts it, and has the same bytes", async ({ signal }) => {
  const [alice, bob] = await meeting(signal, "alice", "bob");
  const file = fileOf(3 * MIB + 17);
  const made = await offer(alice, file, bob);
  equal({ ...made, id: "" }, { id: "", name: "photo.jpg", size: 3 * MIB + 17, type: "image/jpeg" });
  equal([alice.phase(made.id), bob.phase(made.id)], ["complete", "offered"]);
  bob.exchange.accept(made.id);
  await bob.has(made.id);
  ok(await isSame(bob, made, file));
  equal([bob.exchange.state(made.id)?.held, bob.exchange.state(made.id)?.holders], [file.size, ["alice"]]);
  await until(() => alice.exchange.state(made.id)?.whole.includes("bob"), "Alice knows that Bob has it");
  equal(alice.exchange.state(made.id)?.receivers, []);
});

test("a file of no bytes, and one of one byte", async ({ signal }) => {
  const [alice, bob] = await meeting(signal, "alice", "bob");
  for (const size of [0, 1]) {
    const file = fileOf(size);
    const made = await offer(alice, file, bob);
    bob.exchange.accept(made.id);
    await bob.has(made.id);
    equal((await bob.store.file(made.id)).size, size);
  }
});

test("several files at once, some of them offered before the page of the other one was there", async ({ signal }) => {
  const [alice] = await meeting(signal, "alice");
  const files = [fileOf(MIB), fileOf(2 * MIB), fileOf(10), fileOf(300_000)];
  const offers = [];
  for (const file of files) offers.push(await offer(alice, file));
  const bob = await person("bob", signal);
  for (const made of offers) (bob.exchange.know(made, "", "alice"), bob.exchange.accept(made.id));
  equal(offers.map(({ id }) => bob.phase(id)), ["waiting", "waiting", "waiting", "waiting"]);
  await connect(alice, bob, signal);
  for (const [place, made] of offers.entries()) {
    await bob.has(made.id);
    ok(await isSame(bob, made, files[place]));
  }
});

test("what is offered to one person alone is told and given to nobody else", async ({ signal }) => {
  const [alice, bob] = await meeting(signal, "alice", "bob");
  const mallory = stranger("mallory");
  await connect(alice, mallory, signal);
  await connect(bob, mallory, signal);
  const made = await alice.exchange.offer(fileOf(MIB), signal, () => {});
  alice.exchange.know(made, "bob", "alice");
  bob.exchange.know(made, "alice", "alice");
  await until(() => mallory.files.version("alice"), "a common version");
  for (const piece of [MANIFEST, 0]) mallory.files.post("alice", { type: "ask", file: made.id, piece, ask: piece + 5 });
  mallory.files.post("alice", { type: "seek", file: made.id, map: new PieceMap(made.size).text });
  bob.exchange.accept(made.id);
  await bob.has(made.id);
  await until(() => mallory.heard.length === 2, "two answers");
  equal(mallory.heard, [{ type: "cannot", ask: 4 }, { type: "cannot", ask: 5 }]);
  equal(mallory.bytes.got, 0);
});

test("who is gone is not needed: a late comer gets the file from whoever has it", async ({ signal }) => {
  const [alice, bob] = await meeting(signal, "alice", "bob");
  const file = fileOf(2 * MIB);
  const made = await offer(alice, file, bob);
  bob.exchange.accept(made.id);
  await bob.has(made.id);
  alice.vanish();
  const carol = await person("carol", signal);
  carol.exchange.know(made, "", "alice");
  carol.exchange.accept(made.id);
  await connect(bob, carol, signal);
  await carol.has(made.id);
  ok(await isSame(carol, made, file));
});

/** @type {[what: string, parts: [offset: number, length: number][]][]} */
const LIES = [
  ["another content", [[0, 65_000], [65_000, 65_000], [130_000, 65_000], [195_000, 67_144 - 7144], [255_000, 7144]]],
  ["another place", [[8, 100]]],
  ["more than the piece has", [[0, 60_000], [60_000, 60_000], [120_000, 60_000], [180_000, 60_000], [240_000, 22_145]]],
];
for (const [what, parts] of LIES) {
  test(`pieces that lie (${what}) are dropped, whoever sent them is named, and the file comes from somebody else`, async ({ signal }) => {
    const [alice, bob] = [await person("alice", signal), await person("bob", signal)];
    const file = fileOf(2 * MIB);
    const made = await offer(alice, file, bob);
    const { manifest } = await alice.store.copy(file, signal, () => {});
    bob.exchange.accept(made.id);
    await connect(bob, liar(made, manifest, parts), signal);
    await until(() => bob.exchange.state(made.id)?.deceivers.length, "the lie is named");
    equal([bob.exchange.state(made.id)?.deceivers, bob.exchange.state(made.id)?.held], [["mallory"], 0]);
    await connect(bob, alice, signal);
    await bob.has(made.id);
    ok(await isSame(bob, made, file));
  });
}

test("a manifest that is another one is a lie, too", async ({ signal }) => {
  const [alice, bob] = [await person("alice", signal), await person("bob", signal)];
  const made = await offer(alice, fileOf(MIB), bob);
  bob.exchange.accept(made.id);
  await connect(bob, liar(made, new Uint8Array(72), []), signal);
  await until(() => bob.exchange.state(made.id)?.deceivers.includes("mallory"), "the lie is named");
  await connect(bob, alice, signal);
  await bob.has(made.id);
});

test("an offer that says another size than its manifest is refused, and named", async ({ signal }) => {
  const [alice, bob] = await meeting(signal, "alice", "bob");
  const made = await alice.exchange.offer(fileOf(262_144), signal, () => {});
  const lie = { ...made, size: 262_000 };
  alice.exchange.know(made, "", "alice");
  bob.exchange.know(lie, "", "alice");
  bob.exchange.accept(made.id);
  await until(() => bob.phase(made.id) === "failed", "refused");
  equal([bob.exchange.state(made.id)?.reason, bob.exchange.state(made.id)?.deceivers], ["differs", ["alice"]]);
});

test("a file that is larger than can be fetched is refused at once", async ({ signal }) => {
  const bob = await person("bob", signal);
  const id = "A".repeat(22);
  for (const size of [2 ** 53 - 1, 2 ** 36 + 1]) {
    bob.exchange.know({ id, name: "large", size, type: "" }, "", "alice");
    bob.exchange.accept(id);
    equal([bob.phase(id), bob.exchange.state(id)?.reason], ["failed", "large"]);
  }
});

test("bytes that nobody asked for are not taken, and end the channel when they are too many", async ({ signal }) => {
  const [alice, bob] = await meeting(signal, "alice", "bob");
  const mallory = stranger("mallory");
  await connect(bob, mallory, signal);
  const made = await offer(alice, fileOf(2 * MIB), bob);
  /** @type {string[]} */
  const cut = [];
  bob.channels.pieces.addEventListener("cutoff", (event) => cut.push(Reflect.get(event, "detail")));
  await until(() => mallory.files.version("bob"), "a common version");
  for (let count = 0; count < 80; count += 1) mallory.send("bob", 1, 0, new Uint8Array(65_000));
  bob.exchange.accept(made.id);
  await bob.has(made.id);
  await until(() => cut.length, "cut off");
  equal(cut, ["mallory"]);
});

test("a receiver that never says what it got, gets no more than a window, and nobody else notices", async ({ signal }) => {
  const [alice, bob] = await meeting(signal, "alice", "bob");
  const mallory = stranger("mallory");
  await connect(alice, mallory, signal);
  const file = fileOf(4 * MIB);
  const made = await offer(alice, file, bob);
  await until(() => mallory.files.version("alice"), "a common version");
  for (let piece = 0; piece < 16; piece += 1) mallory.files.post("alice", { type: "ask", file: made.id, piece, ask: piece });
  await until(() => mallory.bytes.got, "the first bytes");
  bob.exchange.accept(made.id);
  await bob.has(made.id);
  ok(await isSame(bob, made, file));
  ok(mallory.bytes.got <= 17_000, `${mallory.bytes.got} bytes`);
});

test("a pair is made anew in the middle: it goes on, and no piece that is here comes again", async ({ signal }) => {
  const [alice, bob] = await meeting(signal, "alice", "bob");
  const file = fileOf(12 * MIB);
  const made = await offer(alice, file, bob);
  bob.exchange.accept(made.id);
  await begun(bob, made.id, 3 * MIB);
  alice.links.get("bob")?.();
  await connect(alice, bob, signal);
  await bob.has(made.id);
  ok(await isSame(bob, made, file));
  // What was on its way, and the piece that was cut.
  ok(alice.sent.bytes < file.size * 1.4, `${alice.sent.bytes} of ${file.size}`);
});

test("Bob's page is loaded again in the middle: it goes on with what is here", async ({ signal }) => {
  const [alice, bob] = await meeting(signal, "alice", "bob");
  const file = fileOf(12 * MIB);
  const made = await offer(alice, file, bob);
  bob.exchange.accept(made.id);
  await begun(bob, made.id, 3 * MIB);
  bob.vanish();
  const again = await person("bob", signal, bob.storage);
  again.exchange.know(made, "", "alice");
  ok((again.exchange.state(made.id)?.held ?? 0) > 3 * MIB, "what was here is here");
  await connect(alice, again, signal);
  await again.has(made.id);
  ok(await isSame(again, made, file));
  ok(alice.sent.bytes < file.size * 1.4, `${alice.sent.bytes} of ${file.size}`);
});

test("what Bob has paused stays paused when his page is loaded again", async ({ signal }) => {
  const [alice, bob] = await meeting(signal, "alice", "bob");
  const file = fileOf(8 * MIB);
  const made = await offer(alice, file, bob);
  bob.exchange.accept(made.id);
  await begun(bob, made.id, MIB);
  bob.exchange.pause(made.id);
  bob.vanish();
  const again = await person("bob", signal, bob.storage);
  await connect(alice, again, signal);
  again.exchange.know(made, "", "alice");
  equal(again.phase(made.id), "paused");
  ok((again.exchange.state(made.id)?.held ?? 0) >= MIB, "what was here is here");
  again.exchange.resume(made.id);
  await again.has(made.id);
  ok(await isSame(again, made, file));
  again.vanish();
  const later = await person("bob", signal, bob.storage);
  later.exchange.know(made, "", "alice");
  equal(later.phase(made.id), "complete");
});

test("Alice's page is loaded again: she still has what she offered", async ({ signal }) => {
  const [alice, bob] = await meeting(signal, "alice", "bob");
  const file = fileOf(8 * MIB);
  const made = await offer(alice, file, bob);
  bob.exchange.accept(made.id);
  await begun(bob, made.id, MIB);
  alice.vanish();
  const again = await person("alice", signal, alice.storage);
  again.exchange.know(made, "", "alice");
  equal(again.phase(made.id), "complete");
  await connect(again, bob, signal);
  await bob.has(made.id);
  ok(await isSame(bob, made, file));
});

test("Bob pauses and resumes, cancels and accepts again", async ({ signal }) => {
  const [alice, bob] = await meeting(signal, "alice", "bob");
  const file = fileOf(8 * MIB);
  const made = await offer(alice, file, bob);
  bob.exchange.accept(made.id);
  await begun(bob, made.id, MIB);
  bob.exchange.pause(made.id);
  equal(bob.phase(made.id), "paused");
  await until(() => !alice.exchange.state(made.id)?.receivers.length, "Alice knows");
  equal([alice.exchange.state(made.id)?.holders, alice.exchange.state(made.id)?.whole], [["bob"], []]);
  bob.exchange.resume(made.id);
  await begun(bob, made.id, 3 * MIB);
  bob.exchange.cancel(made.id);
  equal([bob.phase(made.id), bob.exchange.state(made.id)?.held], ["offered", 0]);
  bob.exchange.accept(made.id);
  await bob.has(made.id);
  ok(await isSame(bob, made, file));
});

test("a file that is withdrawn is neither given nor fetched any more", async ({ signal }) => {
  const [alice, bob, carol] = await meeting(signal, "alice", "bob", "carol");
  const made = await offer(alice, fileOf(8 * MIB), bob, carol);
  bob.exchange.accept(made.id);
  await begun(bob, made.id, MIB);
  for (const one of [alice, bob]) one.exchange.withdraw(made.id, "");
  equal([alice.phase(made.id), bob.phase(made.id)], ["withdrawn", "withdrawn"]);
  carol.exchange.accept(made.id);
  await until(() => carol.phase(made.id) === "waiting", "nobody has it");
  bob.exchange.accept(made.id);
  equal([bob.phase(made.id), bob.exchange.state(made.id)?.held], ["withdrawn", 0]);
});

test("of a person whose files are refused nothing is fetched", async ({ signal }) => {
  const [alice, bob] = await meeting(signal, "alice", "bob");
  const made = await offer(alice, fileOf(8 * MIB), bob);
  bob.exchange.accept(made.id);
  await begun(bob, made.id, MIB);
  bob.exchange.refuse("alice", true);
  equal(bob.phase(made.id), "paused");
  bob.exchange.refuse("alice", false);
  bob.exchange.resume(made.id);
  await bob.has(made.id);
});

test("a file for three people leaves its source about once, and all have it", async ({ signal }) => {
  const [alice, ...others] = await meeting(signal, "alice", "bob", "carol", "dave");
  const file = fileOf(16 * MIB);
  const made = await offer(alice, file, ...others);
  for (const one of others) one.exchange.accept(made.id);
  for (const one of others) await one.has(made.id);
  for (const one of others) ok(await isSame(one, made, file));
  ok(alice.sent.bytes < file.size * 2, `Alice sent ${alice.sent.bytes} for ${file.size}`);
});
