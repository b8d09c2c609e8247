import { equal, ok, test, throws, until } from "../harness.js";
import { digest, endStore, fileOf, tab } from "./people.js";
import { ManualClock } from "../clock.js";
import { Memory } from "../../../static/js/files/disk.js";
import { removeLeftovers } from "../../../static/js/files/leftovers.js";
import { nameOf, writeManifest } from "../../../static/js/files/manifest.js";
import { Shelf } from "../../../static/js/files/shelf.js";
import { Store } from "../../../static/js/files/store.js";
import { claimDirectory, pageLock } from "../../../static/js/files/tab.js";
import { Refused } from "../../../static/js/files/transfer.js";

const never = new AbortController().signal;
const GIB = 1024 ** 3;

test("a file that is offered is copied: the same bytes, pieces that fit, one copy however often", async ({ signal }) => {
  const store = await Store.open(tab(), signal);
  const file = fileOf(600_000);
  /** @type {number[]} */
  const seen = [];
  const { id, manifest } = await store.copy(file, never, (bytes) => seen.push(bytes));
  equal(seen, [262_144, 524_288, 600_000]);
  equal(await nameOf(manifest), id);
  equal((await store.copy(file, never, () => {})).id, id);
  equal((await store.get(id, 2))?.length, 600_000 - 524_288);
  equal(await digest(await store.file(id)), await digest(file));
  equal((await store.get(id, 2))?.length, 600_000 - 524_288, "a file that is open is still given to others");
});

test("only a right piece is kept", async ({ signal }) => {
  const [alice, bob] = [await Store.open(tab(), signal), await Store.open(tab(), signal)];
  const { id, manifest } = await alice.copy(fileOf(400_000), never, () => {});
  await bob.begin(id, manifest);
  equal(await bob.get(id, 0), null);
  equal(await bob.put(id, 0, new Uint8Array(262_144)), false);
  equal(await bob.put(id, 1, /** @type {any} */ (await alice.get(id, 0))), false);
  await throws(() => bob.file(id), /unreadable/);
  for (const piece of [1, 0]) equal(await bob.put(id, piece, /** @type {any} */ (await alice.get(id, piece))), true);
  equal((await bob.file(id)).size, 400_000);
  await bob.remove(id);
  await throws(() => bob.get(id, 0), /unreadable/);
});

test("a page that is loaded again finds what was here, and gives nobody what has changed since", async ({ signal }) => {
  const storage = tab();
  const first = await Store.open(storage, signal);
  const whole = await first.copy(fileOf(600_000), never, () => {});
  const part = await first.copy(fileOf(400_000, "another"), never, () => {});
  await first.remove(part.id);
  await first.begin(part.id, part.manifest);
  endStore();
  const directory = await (await navigator.storage.getDirectory()).getDirectoryHandle("files");
  const data = await (await directory.getDirectoryHandle(storage.getItem("files") ?? "")).getFileHandle("1.data");
  const tamper = async () => {
    const writable = await data.createWritable({ keepExistingData: true });
    await writable.write({ type: "write", position: 300_000, data: "changed" });
    await writable.close();
    return true;
  };
  await until(() => tamper().catch(() => false), "the store has ended");
  const again = await Store.open(storage, signal);
  equal(again.found.map(({ id, bits }) => [id, ...bits]).sort(), [[whole.id, 0b11100000], [part.id, 0]].sort());
  equal([(await again.get(whole.id, 0))?.length, await again.get(whole.id, 1)], [262_144, null]);
});

test("a disk that is full is named: before anything comes, and later", async () => {
  const memory = new Memory();
  const full = () => {
    throw new Refused("full");
  };
  const none = new Shelf({ list: memory.list, reopen: memory.reopen, clear: memory.clear, create: async () => full() });
  await throws(() => none.copy(fileOf(10), never, () => {}), /full/);
  await throws(() => none.begin("x", writeManifest(0, [])), /full/);
  const later = new Shelf({
    list: memory.list,
    reopen: memory.reopen,
    clear: memory.clear,
    create: async (name, size) => ({ ...(await memory.create(name, size)), write: full }),
  });
  await throws(() => later.copy(fileOf(10), never, () => {}), /full/);
});

test("a copy is stopped, a file that cannot be read is refused, and nothing of them stays", async ({ signal }) => {
  const store = await Store.open(tab(), signal);
  const stop = new AbortController();
  const copied = store.copy(fileOf(5_000_000), stop.signal, () => stop.abort());
  await throws(() => copied, /aborted/);
  const directory = await (await navigator.storage.getDirectory()).getDirectoryHandle("changing", { create: true });
  const handle = await directory.getFileHandle("report", { create: true });
  const write = async (/** @type {string} */ text) => {
    const writable = await handle.createWritable();
    await writable.write(text);
    await writable.close();
  };
  await write("before");
  const file = await handle.getFile();
  await write("changed since");
  await throws(() => store.copy(file, never, () => {}), /unreadable/);
});

test("without a disk, files are kept in memory, up to a bound", async () => {
  const shelf = new Shelf(new Memory());
  equal(await shelf.restore(), []);
  const { id } = await shelf.copy(fileOf(300_000), never, () => {});
  equal((await shelf.file(id)).size, 300_000);
  await throws(() => shelf.begin("x", writeManifest(GIB, Array(4096).fill(new Uint8Array(16)))), /large/);
  await shelf.remove(id);
  await throws(() => shelf.file(id), /unreadable/);
});

test("two tabs that have the same name get two directories", async ({ signal }) => {
  const [one, storage] = [tab(), tab()];
  const first = await Store.open(one, signal);
  const { id } = await first.copy(fileOf(1000), never, () => {});
  storage.setItem("files", one.getItem("files") ?? "");
  const second = await Store.open(storage, signal);
  ok(storage.getItem("files") !== one.getItem("files"), "another name");
  equal(second.found, []);
  equal((await first.file(id)).size, 1000);
});

test("what closed tabs have left is removed; not what a tab has, nor what one has that is just being loaded again", async ({ signal }) => {
  const [alive, reloaded] = [tab(), tab()];
  const store = await Store.open(alive, signal);
  const { id } = await store.copy(fileOf(1000), never, () => {});
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("files");
  for (const name of ["closed", "reloaded"]) await root.getDirectoryHandle(name, { create: true });
  reloaded.setItem("files", "reloaded");
  const clock = new ManualClock();
  const removed = removeLeftovers(clock, signal);
  await until(() => clock.pending, "the closed tab is seen");
  claimDirectory(reloaded, navigator.locks);
  await until(async () => (await navigator.locks.query()).held?.some(({ name }) => name === pageLock("reloaded")), "the page that is loaded again");
  clock.advance(30_000);
  await removed;
  await throws(() => root.getDirectoryHandle("closed"), /NotFound/);
  await root.getDirectoryHandle("reloaded");
  equal((await store.file(id)).size, 1000);
});
