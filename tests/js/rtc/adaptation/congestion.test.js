import { equal, test } from "../../harness.js";
import { areMany, carries, Congestion } from "../../../../static/js/rtc/adaptation/congestion.js";
import { blank } from "../readings.js";

/** @import { Sent } from "../../../../static/js/rtc/stats/reading.js" */

/**
 * What a line is thought of after each second.
 *
 * @typedef {{sound?: Partial<Sent>, camera?: Partial<Sent>, roundTripMs?: number, uplink?: number, layered?: number}} Second
 * @param {readonly Second[]} seconds in each of which 50 packets of sound and 60 of pictures are sent, and the other side speaks of both
 * @returns {boolean[]}
 */
function judged(seconds) {
  const line = new Congestion();
  return seconds.map(({ sound, camera, roundTripMs = 20, uplink, layered = 0 }, index) => {
    const reading = { ...blank(), roundTripMs, roundTrips: index + 1, uplink: uplink ?? null };
    Object.assign(reading.sent.microphone, { packets: (index + 1) * 50, reportedAt: index + 1, loss: 0, roundTripMs: 20, ...sound });
    Object.assign(reading.sent.camera, { packets: (index + 1) * 60, reportedAt: index + 1, loss: 0, roundTripMs: 20, ...camera });
    line.update(reading, layered);
    return line.isBad;
  });
}

test("a line that is only long, or loses a little, carries what it is given", () => {
  equal(judged(Array.from({ length: 5 }, () => ({ roundTripMs: 600, camera: { roundTripMs: 600, loss: 0.05 } }))), [
    false,
    false,
    false,
    false,
    false,
  ]);
});

test("loss of pictures or of sound is too much", () => {
  equal(judged([{}, { camera: { loss: 0.2 } }, {}, { sound: { loss: 0.2 } }, {}]), [false, true, false, true, false]);
});

test("what was said already is not said again", () => {
  const stale = { loss: 0.2, reportedAt: 2 };
  equal(judged([{}, { camera: stale }, { camera: stale }, { camera: stale }]), [false, true, false, false]);
});

test("of a few packets, one that is lost says nothing", () => {
  equal(judged([{}, { camera: { loss: 0.2, packets: 64 } }]), [false, false]);
});

test("packets that wait before the line are too much, as pictures and the path's own checks tell; sound tells too late", () => {
  equal(judged([{}, { camera: { roundTripMs: 300 } }, { roundTripMs: 300 }, {}, { sound: { roundTripMs: 300 } }]), [false, true, true, false, false]);
});

test("what waits is not held against a line any more while it gets less", () => {
  const queues = [20, 400, 390, 300, 200, 190].map((roundTripMs) => ({ roundTripMs, camera: { roundTripMs } }));
  equal(judged(queues), [false, true, true, false, false, true]);
});

test("another, longer path is believed in the end", () => {
  const far = { roundTripMs: 200, camera: { roundTripMs: 200 } };
  const after = judged([{}, ...Array.from({ length: 60 }, () => far)]);
  equal([after[1], after.at(-1)], [true, false]);
});

test("layers are held against the estimate, which an encoder of its own follows by itself", () => {
  const layered = 500_000;
  equal(judged([{ uplink: 300_000, layered }, { uplink: 300_000, layered }, { uplink: 450_000, layered }, { uplink: 300_000 }]), [
    false,
    true,
    false,
    false,
  ]);
  const line = new Congestion();
  line.update({ ...blank(), uplink: 300_000 }, layered);
  equal(line.bits, 310_000, "a fifth more than estimated, beside sound");
});

test("an estimate that still rises after we have begun to send more is not held against the line; one that falls is, and goes on to be", () => {
  const uplinks = [600, 600, 650, 700, 760, 1300];
  const more = (/** @type {number[]} */ estimates) =>
    judged(estimates.map((kbps, index) => ({ uplink: kbps * 1000, layered: index ? 1_500_000 : 500_000 })));
  equal(more(uplinks), uplinks.map(() => false));
  equal(more([600, 600, 500, 550, 600, 1300]), [false, false, true, true, true, false]);
  equal(more([600, 600, 600]), [false, false, true]);
});

test("most lines tell of our own, and one alone never does", () => {
  const told = /** @type {const} */ ([[0, 0], [1, 1], [1, 2], [2, 2], [2, 4], [3, 4], [3, 5]]);
  equal(told.map(([bad, lines]) => areMany(bad, lines)), [false, false, false, true, false, true, true]);
});

for (const [uplink, before, expected, why] of /** @type {const} */ ([
  [null, true, false, "nothing is known"],
  [1_500_000, false, false, "sound needs some of it"],
  [1_600_000, false, true, "it fits"],
  [1_300_000, true, true, "estimates are cautious"],
  [1_200_000, true, false, "it does not any more"],
])) {
  test(`a line of ${uplink} ${expected ? "carries" : "may not carry"} a picture of 1.5 Mbit/s: ${why}`, () =>
    equal(carries(uplink, 1_500_000, before), expected));
}
