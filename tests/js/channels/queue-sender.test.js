import { equal, nextTask, ok, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { CHAT } from "../../../static/js/channels/catalogue.js";
import { QueueSender } from "../../../static/js/channels/queue-sender.js";

class FakeChannel extends EventTarget {
  readyState = "open";
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  /** @type {any[][]} */
  frames = [];

  /** @param {string} text */
  send(text) {
    this.bufferedAmount += text.length;
    this.frames.push(JSON.parse(text));
  }

  drain() {
    this.bufferedAmount = 0;
    this.dispatchEvent(new Event("bufferedamountlow"));
  }
}

/** @param {AbortSignal} signal */
function sending(signal) {
  const [channel, clock] = [new FakeChannel(), new ManualClock()];
  const sender = new QueueSender({ channel: /** @type {any} */ (channel), kind: CHAT, clock, signal });
  return { channel, clock, sender, sent: () => channel.frames.flat().map(({ number }) => number) };
}

test("messages are sent in order, each once, and no more than the buffer holds", ({ signal }) => {
  const { channel, sender, sent } = sending(signal);
  const text = "x".repeat(1000);
  for (let number = 0; number < 1000; number += 1) sender.push({ number, text });
  ok(channel.bufferedAmount <= CHAT.backlog + CHAT.bounds.bytes * 3, `${channel.bufferedAmount}`);
  while (sent().length < 1000) channel.drain();
  equal(sent(), Array.from({ length: 1000 }, (_, number) => number));
  ok(channel.frames.every((frame) => frame.length <= CHAT.bounds.messages));
});

test("they keep within what the receiver takes", ({ signal }) => {
  const { channel, clock, sender, sent } = sending(signal);
  for (let number = 0; number < 7000; number += 1) {
    sender.push({ number });
    channel.drain();
  }
  const atOnce = sent().length;
  ok(atOnce > 5000 && atOnce <= CHAT.messages.burst, `${atOnce}`);
  for (let second = 0; second < 30; second += 1) {
    clock.advance(1000);
    channel.drain();
  }
  equal(sent().length, 7000);
});

test("messages that come together share frames", async ({ signal }) => {
  const { channel, sender, sent } = sending(signal);
  for (let number = 0; number < 200; number += 1) sender.push({ number });
  await nextTask();
  equal(channel.frames.map(({ length }) => length), [64, 64, 64, 8]);
  equal(sent(), Array.from({ length: 200 }, (_, number) => number));
});

test("a channel that is not open takes nothing", async ({ signal }) => {
  const { channel, sender } = sending(signal);
  channel.readyState = "closed";
  sender.push({ number: 1 });
  channel.readyState = "open";
  sender.push({ number: 2 });
  await nextTask();
  equal(channel.frames, [[{ number: 2 }]]);
});
