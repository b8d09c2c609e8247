import { Bucket } from "../../../../static/js/lib/bucket.js";
import { ManualClock } from "../../clock.js";
import { equal, ok, test } from "../../harness.js";
import { CHANGES, StateLimiter } from "../../../../static/js/rtc/pair/state-limiter.js";

/** @import { Message } from "../../../../static/js/channels/protocols/control.js" */

/** @param {boolean} screen @returns {Message} */
const media = (screen) => ({ type: "media", microphone: true, camera: true, screen, sound: false });
/** @param {number} height @returns {Message} */
const demand = (height) => ({ type: "demand", camera: { height, rate: 30 }, screen: { height: 0, rate: 0 } });

test("a shared screen that is toggled 20 times a second flashes nobody's stage", ({ signal }) => {
  const { clock, limiter, applied } = limited(signal);
  for (let change = 0; change < 200; change += 1) {
    limiter.receive(media(change % 2 === 0));
    clock.advance(50);
  }
  const seen = applied.map(({ at }) => at);
  const mostInASecond = Math.max(...seen.map((from) => seen.filter((at) => at >= from && at < from + 1000).length));
  ok(mostInASecond <= 6, `${mostInASecond / 2} flashes in a second`);
  clock.advance(2000);
  equal(applied.at(-1)?.message, media(false), "the last one counts");
});

test("nor do screens of several who take turns, and microphones do not wait for them", ({ signal }) => {
  const { clock, screens, limiter: honest, applied } = limited(signal);
  /** @type {number[]} */
  const seen = [];
  const peers = Array.from({ length: 7 }, () => {
    let shown = false;
    const apply = (/** @type {any} */ { screen }) => {
      if (screen !== shown) seen.push(clock.now());
      shown = screen;
    };
    return new StateLimiter({ apply, screens, clock, signal });
  });
  for (let change = 0; change < 100; change += 1) {
    for (const peer of peers) peer.receive(media(change % 2 === 0));
    clock.advance(100);
  }
  const mostInASecond = Math.max(...seen.map((from) => seen.filter((at) => at >= from && at < from + 1000).length));
  ok(seen.length > 5 && mostInASecond <= 6, `${mostInASecond / 2} flashes in a second`);

  screens.take(CHANGES.burst);
  honest.receive(media(true));
  equal(applied.map(({ message }) => message), [media(false)], "at once, but for the screen");
  clock.advance(20_000);
  equal(applied.at(-1)?.message, media(true));
});

test("demands that alternate every 50 ms are few changes, and the last one counts", ({ signal }) => {
  const { clock, limiter, applied } = limited(signal);
  for (let change = 0; change < 200; change += 1) {
    limiter.receive(demand(change % 2 ? 180 : 720));
    clock.advance(50);
  }
  clock.advance(2000);
  ok(applied.length <= 17, `${applied.length} changes`);
  equal(applied.at(-1)?.message, demand(180));
});

test("what somebody does now and then counts at once, and no type waits for another", ({ signal }) => {
  const { clock, limiter, applied } = limited(signal);
  for (let change = 0; change < 5; change += 1) limiter.receive(media(change % 2 === 0));
  limiter.receive(demand(720));
  equal(applied.length, 6);
  limiter.receive(media(false));
  limiter.receive(media(true));
  equal(applied.length, 6);
  clock.advance(1000);
  equal(applied.slice(6).map(({ message }) => message), [media(true)]);
});

/** @param {AbortSignal} signal */
function limited(signal) {
  const clock = new ManualClock();
  /** @type {{at: number, message: Message}[]} */
  const applied = [];
  const screens = new Bucket({ ...CHANGES, clock });
  const limiter = new StateLimiter({ apply: (message) => applied.push({ at: clock.now(), message }), screens, clock, signal });
  return { clock, screens, limiter, applied };
}
