import { equal, test } from "../harness.js";
import { HolderLink, UNUSED } from "../../../static/js/files/holder-link.js";

const PIECE = 65_536;

/** A link over which these pieces were requested at 0 ms. @param {number[]} pieces @param {boolean} [isOwn] */
function link(pieces, isOwn = true) {
  const made = new HolderLink(0);
  for (const piece of pieces) made.request(piece, piece + 100, isOwn, 0);
  return made;
}

test("a holder that was never asked gets a few requests", () => {
  equal(UNUSED, { free: 4, isIdle: true, isSpare: true });
  equal(link([]).readiness(PIECE, 0), { free: 4, isIdle: true, isSpare: false });
});

test("a holder is asked for what it sends in half a second, within bounds", () => {
  const at = (/** @type {number} */ rate) => {
    const made = link([0]);
    made.receive(rate, 0);
    made.measure(1);
    return made.readiness(PIECE, 0).free;
  };
  equal([1, PIECE * 10, PIECE * 1000].map(at), [1, 5, 63]);
});

test("a holder that owes pieces and is silent is stalled, later lost", () => {
  const made = link([0]);
  equal([5000, 5001].map((now) => made.isStalled(now)), [false, true]);
  equal([15_000, 15_001].map((now) => made.isLost(now)), [false, true]);
  equal(made.readiness(PIECE, 5001), { free: 0, isIdle: false, isSpare: false });
  made.receive(1, 5001);
  equal([made.isStalled(5001), made.isLost(15_001)], [false, false]);
  made.settle(0, 5001);
  equal(made.isStalled(60_000), false, "it owes nothing");
});

test("a holder without a request from us for a while, or with those for pieces of others, has time to spare", () => {
  const spare = (/** @type {boolean} */ isOwn, /** @type {number} */ now) => {
    const made = link([0], isOwn);
    made.settle(0, 1000);
    return made.readiness(PIECE, now).isSpare;
  };
  equal([spare(true, 1250), spare(true, 1251), spare(false, 1000)], [false, true, true]);
  equal(link([0], false).readiness(PIECE, 0).isSpare, false, "a request is open");
});

test("the rate follows what arrives, and what arrived is counted once", () => {
  const made = link([0]);
  made.receive(1000, 0);
  equal([made.measure(1), made.rate], [1000, 1000]);
  made.receive(3000, 0);
  equal([made.measure(2), made.rate], [3000, 1250]);
  equal([made.measure(1), made.rate], [0, 625]);
});
