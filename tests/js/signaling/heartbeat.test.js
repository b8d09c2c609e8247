import { equal, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { Heartbeat } from "../../../static/js/signaling/heartbeat.js";

/** @param {boolean} [canPing] */
function heartbeat(canPing = true) {
  const clock = new ManualClock();
  const counts = { pings: 0, losses: 0 };
  const ping = () => {
    counts.pings += 1;
    return canPing;
  };
  return { clock, counts, beat: new Heartbeat({ ping, lost: () => (counts.losses += 1), clock }) };
}

test("a socket that receives something is not asked", ({ signal }) => {
  const { clock, counts, beat } = heartbeat();
  for (let second = 0; second < 60; second += 1) {
    beat.received(signal);
    clock.advance(1000);
  }
  equal(counts, { pings: 0, losses: 0 });
});

test("one that receives nothing for 10 s is asked, and lost when no answer comes within 5 s", ({ signal }) => {
  const { clock, counts, beat } = heartbeat();
  beat.received(signal);
  clock.advance(10_000);
  equal(counts, { pings: 1, losses: 0 });
  clock.advance(4000);
  beat.received(signal);
  clock.advance(9000);
  equal(counts, { pings: 1, losses: 0 });
  clock.advance(6000);
  equal(counts, { pings: 2, losses: 1 });
});

test("where there is no socket to ask on, nothing is lost", ({ signal }) => {
  const { clock, counts, beat } = heartbeat(false);
  beat.check(signal);
  clock.advance(60_000);
  equal(counts, { pings: 1, losses: 0 });
});

test("the end of a socket ends the wait", () => {
  const { clock, counts, beat } = heartbeat();
  const end = new AbortController();
  beat.check(end.signal);
  end.abort();
  clock.advance(60_000);
  equal(counts, { pings: 1, losses: 0 });
});
