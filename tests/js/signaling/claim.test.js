import { equal, test } from "../harness.js";
import { Claim } from "../../../static/js/signaling/claim.js";

const { locks } = navigator;

/** @param {AbortSignal} signal */
function tab(signal) {
  const end = new AbortController();
  signal.addEventListener("abort", () => end.abort());
  return { claim: new Claim({ locks, signal: end.signal }), end };
}

test("one tab has a participant, and another when the first has ended", async ({ signal }) => {
  const [first, copy] = [tab(signal), tab(signal)];
  equal([await first.claim.take("alice"), await copy.claim.take("alice"), await copy.claim.take("bob")], [true, false, true]);
  first.end.abort();
  equal(await copy.claim.take("alice"), true);
});

test("a tab that reloads has its participant again while the page before goes", async ({ signal }) => {
  const [before, after] = [tab(signal), tab(signal)];
  await before.claim.take("alice");
  const taken = after.claim.take("alice");
  before.end.abort();
  equal(await taken, true);
});

test("who takes a participant over holds it when the other lets go, and lets go of it for another", async ({ signal }) => {
  const [first, second, third] = [tab(signal), tab(signal), tab(signal)];
  await first.claim.take("alice");
  equal(await second.claim.take("alice"), false);
  second.claim.hold("alice");
  first.end.abort();
  equal(await third.claim.take("alice"), false);
  second.claim.hold("bob");
  equal(await third.claim.take("alice"), true);
});

test("without locks nobody knows", async ({ signal }) => {
  const claim = new Claim({ locks: undefined, signal });
  claim.hold("alice");
  equal(await claim.take("alice"), false);
});
