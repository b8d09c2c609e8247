import { equal, test } from "../../harness.js";
import { SilenceRecovery } from "../../../../static/js/rtc/recovery/silence-recovery.js";

/** Somebody whose microphone is on, by what they say, on a connection that is up. */
function talker() {
  const silence = new SilenceRecovery();
  const state = { now: 0, packets: 0, isUp: true };
  /** @type {[number, string][]} */
  const treated = [];
  silence.expect(true);
  /** A reading a second. @param {number} seconds @param {{packets?: number, canRelay?: boolean}} [each] `packets`: a second */
  const listen = (seconds, { packets = 0, canRelay = false } = {}) => {
    for (const end = state.now + 1000 * seconds; state.now < end; ) {
      state.now += 1000;
      state.packets += packets;
      silence.update(state);
      const remedy = state.isUp && silence.treat(state.now, canRelay);
      if (remedy) treated.push([state.now / 1000, remedy]);
    }
  };
  const rebuild = () => {
    state.packets = 0;
    silence.renew();
    silence.defer(state.now);
  };
  return { silence, state, treated, listen, rebuild };
}

test("who talks is not missed", () => {
  const { silence, treated, listen } = talker();
  listen(60, { packets: 50 });
  equal([silence.isThere, treated], [false, []]);
});

test("nothing is done about somebody whose microphone is off, or who has not said", () => {
  const { silence, treated, listen } = talker();
  silence.renew();
  listen(60);
  silence.expect(false);
  listen(60);
  equal([silence.isThere, treated], [false, []]);
});

test("a silence is treated at once, and then in the order of the ladder", () => {
  const { silence, treated, listen } = talker();
  listen(5, { packets: 50 });
  listen(34, { canRelay: true });
  equal(treated, [[9, "restart"], [19, "relay"], [29, "rebuild"], [39, "give up"]]);
  equal(silence.isThere, true);
});

test("a packet ends it, and the next silence is treated from the first step on", () => {
  const { silence, treated, listen } = talker();
  listen(5, { packets: 50 });
  listen(15);
  listen(1, { packets: 1 });
  equal(silence.isThere, false);
  listen(5);
  equal(treated, [[9, "restart"], [19, "rebuild"], [25, "restart"]]);
});

test("a silence stays while the pair is not connected", () => {
  const { silence, state, treated, listen } = talker();
  listen(10);
  state.isUp = false;
  silence.expect(false);
  listen(1);
  equal(silence.isThere, true);
  state.isUp = true;
  listen(1);
  equal([silence.isThere, treated.length], [false, 1]);
});

test("whoever is mute on every new connection is repaired ever more slowly, up to a minute", () => {
  const { silence, treated, listen, rebuild } = talker();
  for (let seconds = 0; seconds < 300; seconds += 1) {
    const before = treated.length;
    listen(1);
    if (treated.length === before) continue;
    rebuild();
    listen(1);
    equal(silence.isThere, false, "nothing was said on the new connection yet");
    silence.expect(true);
  }
  const waits = treated.map(([at], place) => at - (treated[place - 1]?.[0] ?? 0));
  equal(waits.slice(1), [10, 10, 15, 15, 30, 60, 60, 60].slice(0, waits.length - 1));
});

test("somebody who turns the microphone off and on is repaired at once again", () => {
  const { silence, treated, listen } = talker();
  listen(120);
  treated.length = 0;
  silence.expect(false);
  listen(1);
  silence.expect(true);
  listen(5);
  equal(treated, [[125, "restart"]]);
});

test("a pair that has just come back is given a moment to be heard", () => {
  const { silence, state, treated, listen } = talker();
  listen(3);
  silence.defer(state.now);
  listen(3);
  equal([silence.isThere, treated], [true, []]);
  listen(1);
  equal(treated, [[7, "restart"]]);
});
