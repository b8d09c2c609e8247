import { equal, test } from "../../harness.js";
import { Bucket } from "../../../../static/js/lib/bucket.js";
import { Carrier, KEYS } from "../../../../static/js/rtc/encoding/carrier.js";
import { ManualClock } from "../../clock.js";

/** @import { Frame } from "../../../../static/js/rtc/encoding/carrier.js" */
/** @import { Layer } from "../../../../static/js/rtc/encoding/layer.js" */

const TINY = { type: "delta", height: 45 };

/** A sender to Bob, and layers that note who asks them for a key frame. */
function stage() {
  const clock = new ManualClock();
  clock.advance(1000);
  /** @type {string[]} */
  const sent = [];
  const asked = { large: 0, small: 0 };
  const large = /** @type {Layer} */ (/** @type {unknown} */ ({ requestKey: () => asked.large++ }));
  const small = /** @type {Layer} */ (/** @type {unknown} */ ({ requestKey: () => asked.small++ }));
  let routed = 0;
  const others = new Set([large, small]);
  const write = (/** @type {Frame} */ frame) => sent.push(described(frame.data));
  const isShared = (/** @type {Layer} */ layer) => others.has(layer);
  const carrier = new Carrier({ write, keys: new Bucket({ ...KEYS, clock }), isShared, routed: () => routed++, clock });
  /** @param {{type: string, height: number, name?: string}} frame */
  const frame = ({ type, height, name = "own" }) =>
    carrier.frame(/** @type {any} */ ({ type, data: payload(name, false).data, getMetadata: () => ({ height }) }));
  return { clock, sent, asked, large, small, others, carrier, frame, routes: () => routed, take: () => sent.splice(0) };
}

/**
 * @param {string} name
 * @param {boolean} key
 */
function payload(name, key) {
  const bytes = new Uint8Array(24);
  if (!key) bytes[0] = 1;
  bytes.set([64, 1, 180, 0], 6); // 320 x 180
  bytes.set(new TextEncoder().encode(name), 10);
  return { data: bytes.buffer, key };
}

/** @param {ArrayBuffer} data */
function described(data) {
  return data.byteLength === 24 ? new TextDecoder().decode(new Uint8Array(data, 10)).replace(/\0/g, "") : "again";
}

test("own frames pass as they are", () => {
  const { carrier, frame, take } = stage();
  carrier.route("own");
  frame({ type: "key", height: 720, name: "a" });
  frame({ type: "delta", height: 720, name: "b" });
  equal(take(), ["a", "b"]);
});

test("before there is a route nothing is sent", () => {
  const { frame, take } = stage();
  frame(TINY);
  equal(take(), []);
});

test("a layer begins with its key frame, and each envelope takes a payload", () => {
  const { carrier, frame, take, large, asked } = stage();
  carrier.route(large);
  equal(asked.large, 0, "nobody could be shown it yet");
  frame(TINY);
  equal(asked.large, 1);
  carrier.payload(payload("late", false), large);
  equal(take(), [], "what is before a key frame is of no use");
  carrier.payload(payload("key", true), large);
  carrier.payload(payload("one", false), large);
  frame(TINY);
  equal(take(), ["key", "one"]);
});

test("a picture that the layer leaves out is shown again; while a key frame is awaited nothing is", () => {
  const { carrier, frame, take, large } = stage();
  carrier.route(large);
  for (let count = 0; count < 4; count++) frame(TINY);
  equal(take(), []);
  carrier.payload(payload("key", true), large);
  for (let count = 0; count < 3; count++) frame(TINY);
  equal(take(), ["key", "again", "again"], "one envelope waits");
});

test("whoever does not keep up is given a key frame", () => {
  const { clock, carrier, frame, take, large, asked } = stage();
  carrier.route(large);
  frame(TINY);
  carrier.payload(payload("key", true), large);
  clock.advance(1000);
  for (let count = 0; count < 7; count++) carrier.payload(payload(`p${count}`, false), large);
  equal(carrier.count().resyncs, 1);
  equal(asked.large, 1, "it may have no line at all");
  frame(TINY);
  carrier.payload(payload("delta", false), large);
  equal(asked.large, 2);
  carrier.payload(payload("key 2", true), large);
  equal(take(), ["key", "key 2"]);
});

test("what waits when a key frame comes is not sent before it", () => {
  const { carrier, frame, take, large } = stage();
  carrier.route(large);
  frame(TINY);
  carrier.payload(payload("key", true), large);
  for (const name of ["better", "still better"]) carrier.payload(payload(name, false), large);
  carrier.payload(payload("sharp", true), large);
  frame(TINY);
  equal(take(), ["key", "sharp"]);
});

test("another layer takes over at its key frame, and nothing is missed till then", () => {
  const { carrier, frame, take, large, small, asked, routes } = stage();
  carrier.route(large);
  frame(TINY);
  carrier.payload(payload("key", true), large);
  carrier.route(small);
  frame(TINY);
  equal([asked.small, routes()], [1, 1]);
  carrier.payload(payload("large", false), large);
  carrier.payload(payload("early", false), small);
  frame(TINY);
  carrier.payload(payload("small key", true), small);
  carrier.payload(payload("large", false), large);
  frame(TINY);
  carrier.payload(payload("small", false), small);
  equal(take(), ["key", "large", "small key", "small"]);
  equal(routes(), 2);
});

test("an own encoder hands over to a layer and back without a picture missing", () => {
  const { carrier, frame, take, large } = stage();
  carrier.route("own");
  frame({ type: "key", height: 360, name: "own 1" });
  carrier.route(large);
  frame({ type: "delta", height: 360, name: "own 2" });
  carrier.payload(payload("key", true), large);
  frame({ type: "delta", height: 360, name: "own 3" });
  frame(TINY);
  carrier.payload(payload("one", false), large);
  equal(take(), ["own 1", "own 2", "key", "one"]);
  carrier.route("own");
  frame({ type: "key", height: 45 });
  carrier.payload(payload("two", false), large);
  frame({ type: "key", height: 360, name: "own 4" });
  frame({ type: "delta", height: 360, name: "own 5" });
  equal(take(), ["two", "own 4", "own 5"]);
});

test("a receiver that asks for key frames all the time gets few, and then one now and then", () => {
  const { clock, carrier, frame, large, asked } = stage();
  carrier.route(large);
  frame(TINY);
  carrier.payload(payload("key", true), large);
  for (let count = 0; count < 500; count++) {
    clock.advance(20);
    frame({ type: "key", height: 45 });
    carrier.payload(payload("p", false), large);
  }
  equal(asked.large <= 9, true, `${asked.large} in 10 s`);
});

test("whoever is alone with a layer has as many as it makes, and takes them from nobody", () => {
  const { clock, carrier, frame, large, small, others, asked } = stage();
  others.clear();
  for (let turn = 0; turn < 40; turn++) {
    carrier.route(turn % 2 ? small : large);
    frame(TINY);
    carrier.payload(payload("K", true), turn % 2 ? small : large);
    clock.advance(1000);
  }
  equal(asked, { large: 20, small: 20 });
  equal([carrier.takes(small), carrier.takes(large)], [true, false]);
});

test("a key frame that comes anyway costs the receiver nothing", () => {
  const { clock, carrier, frame, large, asked } = stage();
  const fresh = /** @type {Layer} */ (/** @type {unknown} */ ({ isKeyComing: true, requestKey() {} }));
  for (let turn = 0; turn < 20; turn++) {
    carrier.route(fresh);
    frame(TINY);
    carrier.payload(payload("K", true), fresh);
    carrier.route(null);
    clock.advance(10);
  }
  carrier.route(large);
  frame(TINY);
  equal(asked.large, 1);
});

test("a layer that has died is not made to look alive", () => {
  const { clock, carrier, frame, take, large } = stage();
  carrier.route(large);
  frame(TINY);
  carrier.payload(payload("key", true), large);
  for (let count = 0; count < 100; count++) {
    clock.advance(33);
    frame(TINY);
  }
  equal(take().length, 17);
});

test("a picture that stands still is not made anew again and again", () => {
  const { clock, carrier, frame, large, asked } = stage();
  carrier.route(large);
  frame(TINY);
  carrier.payload(payload("key", true), large);
  for (let count = 0; count < 120; count++) {
    clock.advance(1000);
    frame(TINY);
  }
  equal(asked.large, 1);
  carrier.payload(payload("moves", false), large);
  equal(asked.large, 2);
});

test("what was kept of one layer is not sent as the beginning of another", () => {
  const { carrier, frame, take, large, small } = stage();
  carrier.route("own");
  frame({ type: "key", height: 360, name: "own" });
  carrier.route(large);
  carrier.payload(payload("large key", true), large);
  carrier.route(small);
  carrier.payload(payload("small delta", false), small);
  frame({ type: "delta", height: 360, name: "own 2" });
  carrier.payload(payload("small key", true), small);
  frame(TINY);
  equal(take(), ["own", "own 2", "small key"]);
});

test("a sender that rests sends nothing, and begins anew", () => {
  const { carrier, frame, take, large } = stage();
  carrier.route(large);
  frame(TINY);
  carrier.payload(payload("key", true), large);
  carrier.route(null);
  frame(TINY);
  carrier.payload(payload("one", false), large);
  equal(take(), ["key"]);
  carrier.route(large);
  frame(TINY);
  carrier.payload(payload("two", false), large);
  carrier.payload(payload("key 2", true), large);
  equal(take(), ["key 2"]);
});
