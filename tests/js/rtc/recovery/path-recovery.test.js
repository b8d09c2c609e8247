import { equal, test } from "../../harness.js";
import { PathRecovery } from "../../../../static/js/rtc/recovery/path-recovery.js";
import { ManualClock } from "../../clock.js";

/** @param {AbortSignal} signal @param {boolean} [canRelay] */
function recovery(signal, canRelay = true) {
  const clock = new ManualClock();
  /** @type {[seconds: number, remedy: string][]} */
  const due = [];
  const path = new PathRecovery({
    due: (remedy) => due.push([clock.now() / 1000, remedy]),
    canRelay: () => canRelay,
    delay: (ms) => ms,
    clock,
    signal,
  });
  return { clock, due, path };
}

test("a peer that is not reached gets one remedy after the other, the last again and again", ({ signal }) => {
  const { clock, due, path } = recovery(signal);
  path.wait();
  equal(path.hasBegun, false);
  clock.advance(75_000);
  equal(due, [[10, "restart"], [20, "relay"], [30, "rebuild"], [40, "give up"], [55, "give up"], [70, "give up"]]);
  equal(path.hasBegun, true);
});

test("once it is reached nothing is due, and the next time begins with the first remedy", ({ signal }) => {
  const { clock, due, path } = recovery(signal, false);
  path.wait(3000);
  clock.advance(15_000);
  path.stop();
  clock.advance(60_000);
  path.wait(0);
  clock.advance(1);
  equal(due, [[3, "restart"], [13, "rebuild"], [75, "restart"]]);
});

test("where only a new connection helps, what comes before it is left out, and never gone back to", ({ signal }) => {
  const { clock, due, path } = recovery(signal);
  path.skipTo("rebuild");
  path.wait(1000);
  clock.advance(12_000);
  path.skipTo("rebuild");
  clock.advance(15_000);
  equal(due.map(([, remedy]) => remedy), ["rebuild", "give up", "give up"]);
  path.restart(1000);
  clock.advance(1000);
  equal(due.at(-1)?.[1], "restart");
});
