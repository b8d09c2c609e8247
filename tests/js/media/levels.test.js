import { equal, ok, test, until } from "../harness.js";
import { amplitude, Level, loudness, MutedTalk, Speech } from "../../../static/js/media/levels.js";

test("amplitude is the root mean square", () => {
  equal(amplitude(new Float32Array([0, 0])), 0);
  equal(amplitude(new Float32Array([0.5, -0.5])), 0.5);
  equal(amplitude(new Float32Array([2, 2])), 1);
  equal(amplitude(new Float32Array()), 0);
});

test("loudness is how it is heard", () => {
  equal([loudness(0), loudness(0.001), loudness(1), loudness(2)], [0, 0, 1, 1]);
  ok(Math.abs(loudness(0.1) - 2 / 3) < 1e-9);
});

test("speech starts at once and outlives a pause", () => {
  const speech = new Speech();
  equal(speech.update(0.001, 0), false);
  equal(speech.update(0.2, 100), true);
  equal(speech.update(0, 500), true);
  equal(speech.update(0, 900), false);
});

test("a level hears its track, then nothing", async () => {
  const level = new Level({ AudioContext });
  equal(level.read(), 0);
  const context = new AudioContext();
  const tone = new OscillatorNode(context);
  const destination = context.createMediaStreamDestination();
  tone.connect(destination);
  tone.start();
  level.attach(destination.stream.getAudioTracks()[0]);
  await until(() => level.read() > 0.1);
  level.attach(null);
  equal(level.read(), 0);
  level.close();
  await context.close();
});

test("a level that the system interrupts goes on", async () => {
  /** @type {AudioContext[]} */
  const made = [];
  const Recorded = class extends AudioContext {
    /** @param {AudioContextOptions} [options] */
    constructor(options) {
      super(options);
      made.push(this);
    }
  };
  const level = new Level({ AudioContext: Recorded });
  level.attach(new MediaStreamAudioDestinationNode(new AudioContext()).stream.getAudioTracks()[0]);
  await until(() => made[0].state === "running");
  await made[0].suspend();
  await until(() => made[0].state === "running");
  level.close();
  equal(made.length, 1);
});

test("talking while muted is noticed after a second, and not again at once", () => {
  const talk = new MutedTalk();
  /** @type {number[]} */
  const told = [];
  for (let now = 0; now < 30_000; now += 100) if (talk.update(0.2, now)) told.push(now);
  equal(told, [1100, 21_100]);
});

test("a cough while muted is not talking", () => {
  const talk = new MutedTalk();
  equal([talk.update(0.5, 0), talk.update(0, 200), talk.update(0, 1200), talk.update(0, 2000)], [false, false, false, false]);
});
