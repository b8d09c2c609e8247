import { equal, ok, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { CONTROL } from "../../../static/js/channels/catalogue.js";
import { RoomChannel } from "../../../static/js/channels/room-channel.js";

const MEDIA = /** @type {const} */ ({ type: "media", microphone: true, camera: false, screen: false, sound: false });
const DEMAND = /** @type {const} */ ({ type: "demand", camera: { height: 360, rate: 30 }, screen: { height: 0, rate: 0 } });

class FakeChannel extends EventTarget {
  readyState = "connecting";
  bufferedAmount = 0;
  /** Frame by frame, parsed. @type {any[]} */
  sent = [];

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  open() {
    this.readyState = "open";
    this.dispatchEvent(new Event("open"));
  }

  close() {
    this.readyState = "closed";
  }

  /** @param {unknown} data */
  receive(data) {
    this.dispatchEvent(new MessageEvent("message", { data: typeof data === "string" ? data : JSON.stringify(data) }));
  }
}

/** Alice's side of `control`. @param {AbortSignal} signal */
function alice(signal) {
  const clock = new ManualClock();
  const control = /** @type {RoomChannel<any>} */ (new RoomChannel({ kind: CONTROL, clock }));
  /** @type {[from: string, message: any][]} */
  const received = [];
  /** @type {string[]} */
  const cutOff = [];
  control.addEventListener("message", (event) => {
    const { from, message } = Reflect.get(event, "detail");
    received.push([from, message]);
  });
  control.addEventListener("cutoff", (event) => cutOff.push(Reflect.get(event, "detail")));
  /** A connection to somebody, whose channel is open. @param {string} id */
  const connect = (id, end = signal) => {
    const channel = new FakeChannel();
    /** @type {unknown[]} */
    const made = [];
    control.attach(id, /** @type {any} */ ({ createDataChannel: (/** @type {unknown[]} */ ...how) => (made.push(how), channel) }), end);
    equal(made, [["control", { negotiated: true, id: 0, ordered: true }]]);
    return channel;
  };
  const open = (/** @type {string} */ id, end = signal) => {
    const channel = connect(id, end);
    if (channel.readyState === "connecting") channel.open();
    return channel;
  };
  return { clock, control, received, cutOff, connect, open };
}

test("Alice sends her state when a channel opens, and after every change", ({ signal }) => {
  const { control, connect } = alice(signal);
  const bob = connect("bob");
  control.broadcast({ ...MEDIA, camera: true });
  control.broadcast(MEDIA);
  bob.open();
  control.broadcast({ ...MEDIA, sound: true });
  equal(bob.sent, [[MEDIA], [{ ...MEDIA, sound: true }]]);
});

test("nothing is sent while there is no state", ({ signal }) => {
  equal(alice(signal).open("bob").sent, []);
});

test("a pair that is rebuilt gets everything again, what is meant for it alone too, and the old channel nothing more", ({ signal }) => {
  const { control, open } = alice(signal);
  const end = new AbortController();
  const [bob, carol] = [open("bob", end.signal), open("carol")];
  control.broadcast(MEDIA);
  control.send("bob", DEMAND);
  control.send("bob", DEMAND);
  equal([bob.sent, carol.sent], [[[MEDIA], [DEMAND]], [[MEDIA]]]);
  end.abort();
  const rebuilt = open("bob");
  equal(rebuilt.sent, [[MEDIA, DEMAND]]);
  control.broadcast({ ...MEDIA, sound: true });
  equal([bob.sent.length, rebuilt.sent.length], [2, 2]);
});

test("what is sent to everybody takes the place of what one peer was sent", ({ signal }) => {
  const { control, open } = alice(signal);
  const bob = open("bob");
  control.send("bob", { ...MEDIA, camera: true });
  control.broadcast(MEDIA);
  equal([bob.sent.at(-1), open("bob").sent], [[MEDIA], [[MEDIA]]]);
});

test("somebody who left and came back gets nothing that was meant for them alone before", ({ signal }) => {
  const { control, open } = alice(signal);
  open("bob");
  control.send("bob", DEMAND);
  control.forget("bob");
  equal(open("bob").sent, []);
});

test("what holds for this moment only is sent to who is reached now, and never later", ({ signal }) => {
  const { clock, control, connect, open } = alice(signal);
  const [bob, carol] = [open("bob"), connect("carol")];
  const reaction = { type: "reaction", reaction: "applause" };
  control.flash(reaction);
  carol.open();
  equal([bob.sent, carol.sent, open("bob").sent], [[[reaction]], [], []]);

  bob.bufferedAmount = CONTROL.backlog + 1;
  control.flash(reaction);
  bob.bufferedAmount = 0;
  bob.dispatchEvent(new Event("bufferedamountlow"));
  equal(bob.sent.length, 1);

  for (let count = 0; count < 200; count += 1) control.flash(reaction);
  const sent = carol.sent.length;
  equal(sent, 90);
  clock.advance(60_000);
  equal(carol.sent.length, sent);
});

test("changes beyond the receiver's budget are sent later, and then as they are", ({ signal }) => {
  const { clock, control, open } = alice(signal);
  const bob = open("bob");
  for (let turn = 0; turn < 500; turn += 1) control.broadcast({ ...MEDIA, microphone: turn % 2 === 0 });
  ok(bob.sent.length <= CONTROL.messages.burst, `${bob.sent.length} sent at once`);
  equal(bob.sent.at(-1)[0].microphone, false);
  control.broadcast(MEDIA);
  clock.advance(100);
  equal(bob.sent.at(-1), [MEDIA]);
});

test("a send buffer that is full gets nothing more until it is empty", ({ signal }) => {
  const { control, open } = alice(signal);
  const bob = open("bob");
  bob.bufferedAmount = CONTROL.backlog + 1;
  control.broadcast({ ...MEDIA, camera: true });
  control.broadcast(MEDIA);
  equal(bob.sent, []);
  bob.bufferedAmount = 0;
  bob.dispatchEvent(new Event("bufferedamountlow"));
  equal(bob.sent, [[MEDIA]]);
});

test("well-formed messages are received with their sender, nothing else is", ({ signal }) => {
  const { received, open } = alice(signal);
  const mallory = open("mallory");
  mallory.receive([MEDIA]);
  for (const bad of [{ ...MEDIA, camera: 1 }, { ...MEDIA, from: "bob" }, { type: "media" }, { type: "hand" }, { type: { toString: 1 } }, 7])
    mallory.receive([bad]);
  mallory.receive("nonsense");
  mallory.dispatchEvent(new MessageEvent("message", { data: new ArrayBuffer(8) }));
  equal(received, [["mallory", MEDIA]]);
});

test("a message whose type is no text takes none of the others with it", ({ signal }) => {
  const { received, open } = alice(signal);
  open("mallory").receive([{ type: { toString: 1 } }, MEDIA]);
  equal(received, [["mallory", MEDIA]]);
});

test("nothing is received after the end of a connection", ({ signal }) => {
  const { received, open } = alice(signal);
  const end = new AbortController();
  const bob = open("bob", end.signal);
  end.abort();
  bob.receive([MEDIA]);
  equal(received, []);
});

test("a peer that changes too often is received at the rate of the budget, and its last state arrives", ({ signal }) => {
  const { clock, received, cutOff, open } = alice(signal);
  const bob = open("bob");
  for (let turn = 0; turn < 300; turn += 1) bob.receive([{ ...MEDIA, microphone: turn % 2 === 0 }]);
  bob.receive([MEDIA]);
  equal(received.length, CONTROL.messages.burst);
  clock.advance(1000);
  equal(received.length, CONTROL.messages.burst + CONTROL.messages.rate);
  clock.advance(10_000);
  equal([received.at(-1), cutOff], [["bob", MEDIA], []]);
});

test("junk costs its budget before it is parsed", ({ signal }) => {
  const small = parsed(() => flood(alice(signal).open("mallory"), "{}", 500));
  ok(small.calls <= CONTROL.messages.burst, `${small.calls} parsed`);
  const large = parsed(() => flood(alice(signal).open("mallory"), JSON.stringify([{ type: "x".repeat(16_000) }]), 500));
  ok(large.characters <= CONTROL.bytes.burst, `${large.characters} characters parsed`);
});

test("Mallory floods and is cut off for a minute, also on a new connection; Bob is received as before", ({ signal }) => {
  const { clock, received, cutOff, open } = alice(signal);
  const [mallory, bob] = [open("mallory"), open("bob")];
  flood(mallory, "{}", 2000);
  equal([cutOff, mallory.readyState], [["mallory"], "closed"]);
  equal(open("mallory").readyState, "closed");
  bob.receive([MEDIA]);
  equal(received, [["bob", MEDIA]]);
  clock.advance(CONTROL.cutOffMs);
  open("mallory").receive([MEDIA]);
  equal(received.at(-1), ["mallory", MEDIA]);
});

test("a new connection brings no new budget", ({ signal }) => {
  const { received, open } = alice(signal);
  for (let connection = 0; connection < 5; connection += 1) {
    const end = new AbortController();
    flood(open("mallory", end.signal), JSON.stringify([MEDIA]), 100);
    end.abort();
  }
  equal(received.length, CONTROL.messages.burst);
});

/**
 * @param {FakeChannel} channel
 * @param {string} frame
 * @param {number} count
 */
function flood(channel, frame, count) {
  for (let turn = 0; turn < count; turn += 1) channel.receive(frame);
}

/** What is parsed as JSON meanwhile. @param {() => void} body */
function parsed(body) {
  const { parse } = JSON;
  const counts = { calls: 0, characters: 0 };
  JSON.parse = (/** @type {string} */ text) => {
    counts.calls += 1;
    counts.characters += text.length;
    return parse(text);
  };
  try {
    body();
  } finally {
    JSON.parse = parse;
  }
  return counts;
}
