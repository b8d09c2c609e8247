import { equal, ok, test, throws, until } from "../harness.js";
import { connect, fileOf, tab } from "../files/people.js";
import { Channels } from "../../../static/js/channels/channels.js";
import { Store } from "../../../static/js/files/store.js";
import { systemClock } from "../../../static/js/lib/clock.js";
import { KeptIds } from "../../../static/js/lib/kept-ids.js";
import { Files } from "../../../static/js/meeting/files.js";

const MIB = 1024 * 1024;

/**
 * Somebody in a meeting with these, by their roles.
 *
 * @param {string} id
 * @param {AbortSignal} signal
 * @param {Record<string, string>} roles
 */
async function participant(id, signal, roles) {
  const people = /** @type {any} */ (
    Object.assign(new EventTarget(), {
      self: id,
      present: new Map(Object.entries(roles).map(([other, role]) => [other, { id: other, role }])),
      limit: () => null,
    })
  );
  const call = /** @type {any} */ ({ peers: new Map(), isStrained: () => false });
  const unwanted = new KeptIds(tab(), "refused-files");
  const files = new Files({ people, call, unwanted, store: await Store.open(tab(), signal), clock: systemClock, signal });
  const channels = new Channels({ clock: systemClock });
  files.join(channels);
  const has = (/** @type {string} */ file) => until(() => files.state(file)?.phase === "complete", `${id} has the file`);
  return { id, files, unwanted, people, has, links: new Map(), attach: channels.attach.bind(channels) };
}

/** Alice, who is a member, and Bob. @param {AbortSignal} signal @param {string} role of Alice */
async function two(signal, role = "member") {
  const roles = { alice: role, bob: "member" };
  const [alice, bob] = [await participant("alice", signal, roles), await participant("bob", signal, roles)];
  await connect(alice, bob, signal);
  return [alice, bob];
}

test("a file is offered, got, and opened under a safe name", async ({ signal }) => {
  const [alice, bob] = await two(signal);
  const file = fileOf(MIB, "../photo\u202egpj.exe");
  /** @type {number[]} */
  const seen = [];
  const offer = await alice.files.offer(file, "", signal, (bytes) => seen.push(bytes));
  equal([seen.at(-1), alice.files.state(offer.id)?.phase, offer.name], [MIB, "complete", "../photo\u202egpj.exe"]);
  bob.files.know(offer, "", "alice");
  await throws(() => bob.files.open(offer.id), /unreadable/);
  bob.files.accept(offer.id);
  await bob.has(offer.id);
  const opened = await bob.files.open(offer.id);
  equal([opened.name, opened.type, opened.size], ["photogpj.exe", "image/jpeg", MIB]);
});

test("a page hears of changes a few times a second, whatever comes", async ({ signal }) => {
  const [alice, bob] = await two(signal);
  const offer = await alice.files.offer(fileOf(8 * MIB), "");
  /** @type {number[]} */
  const told = [];
  bob.files.addEventListener("change", () => told.push(performance.now()));
  bob.files.know(offer, "", "alice");
  bob.files.accept(offer.id);
  await bob.has(offer.id);
  await until(() => told.length, "a change");
  await new Promise((resolve) => setTimeout(resolve, 300));
  const gaps = told.slice(1).map((at, place) => at - told[place]);
  ok(gaps.every((gap) => gap >= 240), `${gaps}`);
});

test("files of members are got without asking, if that is wanted, and not those of guests, nor large ones", async ({ signal }) => {
  for (const [role, acceptFrom, size, phase] of /** @type {const} */ ([
    ["member", "members", 1000, "complete"],
    ["member", "ask", 1000, "offered"],
    ["guest", "members", 1000, "offered"],
    ["member", "members", 100_000_001, "offered"],
  ])) {
    const [alice, bob] = await two(signal, role);
    bob.files.acceptFrom = acceptFrom;
    const offer = size > MIB ? { id: "A".repeat(22), name: "large", size, type: "" } : await alice.files.offer(fileOf(size), "");
    bob.files.know(offer, "", "alice");
    if (phase === "complete") await bob.has(offer.id);
    equal(bob.files.state(offer.id)?.phase, phase, `${role}, ${acceptFrom}, ${size}`);
  }
});

test("of a person whose files are refused nothing is got, also after we are somebody else", async ({ signal }) => {
  const [alice, bob] = await two(signal);
  const offer = await alice.files.offer(fileOf(1000), "");
  bob.files.acceptFrom = "members";
  bob.unwanted.set("alice", true);
  ok(bob.files.refuses("alice"));
  bob.files.know(offer, "", "alice");
  equal(bob.files.state(offer.id)?.phase, "offered");
  const again = new Channels({ clock: systemClock });
  bob.files.join(again);
  equal(bob.files.state(offer.id), null);
  bob.files.know(offer, "", "alice");
  equal(bob.files.state(offer.id)?.phase, "offered");
  bob.unwanted.set("alice", false);
  await connect(alice, { ...bob, attach: again.attach.bind(again) }, signal);
  bob.files.accept(offer.id);
  await bob.has(offer.id);
});

test("what was copied and is not offered after all is withdrawn", async ({ signal }) => {
  const [alice] = await two(signal);
  const offer = await alice.files.offer(fileOf(1000), "");
  alice.files.withdraw(offer.id, "");
  equal(alice.files.state(offer.id)?.phase, "withdrawn");
  const again = await alice.files.offer(fileOf(1000), "bob");
  equal([again.id, alice.files.state(again.id)?.phase], [offer.id, "complete"]);
});

test("of a person whom a host keeps from offering files nothing is got until that is lifted, also after we are somebody else", async ({ signal }) => {
  const [alice, bob] = await two(signal);
  const offer = await alice.files.offer(fileOf(1000), "");
  const keep = (/** @type {string | null} */ limit) => {
    bob.people.limit = (/** @type {string} */ id, /** @type {string} */ use) => (id === "alice" && use === "files" ? limit : null);
    bob.people.dispatchEvent(new CustomEvent("change", { detail: {} }));
  };
  bob.files.acceptFrom = "members";
  keep("forbidden");
  bob.files.know(offer, "", "alice");
  equal([bob.files.refuses("alice"), bob.files.state(offer.id)?.phase], [true, "offered"]);
  bob.unwanted.set("alice", true);
  bob.unwanted.set("alice", false);
  ok(bob.files.refuses("alice"));
  const again = new Channels({ clock: systemClock });
  bob.files.join(again);
  bob.files.know(offer, "", "alice");
  await connect(alice, { ...bob, attach: again.attach.bind(again) }, signal);
  bob.files.accept(offer.id);
  keep(null);
  await bob.has(offer.id);
});
