import { equal, test, until } from "../harness.js";
import { Inbox } from "../../../static/js/chat/inbox.js";

/** @param {number} number */
const entry = (number) => /** @type {any} */ ({ type: "entry", private: false, text: `${number}`, signature: "" });
const typing = /** @type {any} */ ({ type: "typing", private: false });

/** @param {AbortSignal} signal */
function opened(signal) {
  /** @type {[string, unknown][]} */
  const taken = [];
  /** What ends the taking of what is taken now, by peer. @type {Map<string, PromiseWithResolvers<void>>} */
  const pending = new Map();
  const begin = (/** @type {string} */ from, /** @type {unknown} */ what) => {
    taken.push([from, what]);
    pending.set(from, Promise.withResolvers());
    return /** @type {Promise<void>} */ (pending.get(from)?.promise);
  };
  const inbox = new Inbox({
    take: (from, { type }) => begin(from, type),
    takeEntries: (from, entries) => begin(from, entries.map(({ text }) => Number(text))),
    signal,
  });
  /** @param {string} from @param {Error} [error] */
  const next = async (from, error) => {
    const count = taken.length;
    if (error) pending.get(from)?.reject(error);
    else pending.get(from)?.resolve();
    await until(() => taken.length > count, "the next");
    return taken[count];
  };
  return { inbox, taken, next };
}

test("messages of one peer are taken in order, entries together, and nobody waits for another peer", async ({ signal }) => {
  const { inbox, taken, next } = opened(signal);
  for (const message of [typing, entry(1), entry(2), typing, entry(3)]) inbox.receive("alice", message);
  inbox.receive("bob", typing);
  equal(taken, [["alice", "typing"], ["bob", "typing"]]);
  equal(await next("alice"), ["alice", [1, 2]]);
  inbox.receive("alice", entry(4));
  equal(await next("alice", new Error("nonsense")), ["alice", "typing"]);
  equal(await next("alice"), ["alice", [3, 4]]);
});

test("of a peer that sends more than can be checked, so much waits, and so many are checked at the same time", async ({ signal }) => {
  const { promise, resolve } = Promise.withResolvers();
  /** @type {number[]} */
  const counts = [];
  /** @type {string[]} */
  const others = [];
  const inbox = new Inbox({
    take: async (_, { type }) => void (others.push(type), await promise),
    takeEntries: async (_, entries) => void counts.push(entries.length),
    signal,
  });
  inbox.receive("mallory", typing);
  for (let number = 1; number <= 7000; number += 1) inbox.receive("mallory", entry(number));
  resolve(undefined);
  await until(() => counts.length > 0, "the first entries");
  inbox.receive("mallory", /** @type {any} */ ({ type: "want" }));
  await until(() => others.includes("want"), "what came last");
  equal([Math.max(...counts), counts.reduce((sum, count) => sum + count)], [64, 6000]);
});
