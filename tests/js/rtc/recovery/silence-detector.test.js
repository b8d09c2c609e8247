import { equal, test } from "../../harness.js";
import { SilenceDetector } from "../../../../static/js/rtc/recovery/silence-detector.js";

/** @param {[number, number, boolean?][]} readings now in seconds, packets, expected */
function deafness(readings) {
  const detector = new SilenceDetector();
  return readings.map(([seconds, packets, expected = true]) => detector.isDeaf({ now: seconds * 1000, packets, expected }));
}

test("packets that arrive are heard", () => {
  equal(deafness([[0, 0], [1, 50], [2, 100], [3, 101], [6, 150], [9, 151]]), Array(6).fill(false));
});

test("silence is known within five seconds, and over with the first packet", () => {
  equal(deafness([[0, 9], [1, 9], [2, 9], [3, 9], [4, 9], [5, 9], [6, 10]]), [false, false, false, false, true, true, false]);
});

test("who is muted is not missed, and gets as long after that", () => {
  const readings = /** @type {[number, number, boolean?][]} */ ([[0, 9, false], [2, 9, false], [4, 9, false], [6, 9], [7, 9], [8, 9]]);
  equal(deafness(readings), [...Array(5).fill(false), true]);
});

test("a page that slept knows nothing of what came meanwhile", () => {
  equal(deafness([[0, 9], [1, 9], [300, 9], [301, 9], [302, 9], [303, 9], [304, 9]]), [...Array(6).fill(false), true]);
});

test("a new connection counts from the beginning", () => {
  equal(deafness([[0, 900], [2, 900], [3, 900], [5, 3]]), Array(4).fill(false));
});
