import { equal, test } from "../../harness.js";
import { Bandwidth } from "../../../../static/js/rtc/adaptation/bandwidth.js";
import { LADDERS } from "../../../../static/js/rtc/model/ladder.js";
import { blank } from "../readings.js";

const ALL = LADDERS.camera.length - 1;

/** @param {...string} ids of peers who would get the largest video */
function call(...ids) {
  /** @type {Map<string, any>} */
  const peers = new Map(ids.map((id) => [id, { id, pc: {}, reading: null }]));
  const bandwidth = new Bandwidth({ peers, wanted: () => ({ camera: ALL, screen: -1 }), bits: () => ({ all: 0, layered: 0 }) });
  let seconds = 0;
  /** @param {number} count @param {...string} lossy ids of peers who do not receive half of what we send */
  const pass = (count, ...lossy) => {
    for (const end = seconds + count; seconds < end; bandwidth.update(seconds * 1000)) {
      seconds += 1;
      for (const peer of peers.values()) peer.reading = reading(seconds, lossy.includes(peer.id) ? 0.5 : 0);
    }
  };
  return {
    bandwidth,
    peers,
    pass,
    most: () => ids.map((id) => bandwidth.most(peers.get(id))),
    strained: () => ids.filter((id) => bandwidth.isStrained(peers.get(id))),
  };
}

/** @param {number} seconds @param {number} loss */
function reading(seconds, loss) {
  const { sent, ...others } = blank();
  return { ...others, roundTrips: seconds, sent: { ...sent, microphone: { ...sent.microphone, packets: seconds * 50, reportedAt: seconds, loss } } };
}

test("one bad connection is judged by itself", () => {
  const { bandwidth, most, pass, strained } = call("bob", "carol", "dave");
  pass(5);
  equal([most(), strained(), bandwidth.isShort], [[ALL, ALL, ALL], [], false]);
  pass(5, "bob");
  const [bob, ...others] = most();
  equal([bob < ALL, others, strained(), bandwidth.isShort], [true, [ALL, ALL], ["bob"], false]);
});

test("when most are bad our uplink is too slow: those who suffer go down together, and whoever does not loses nothing", () => {
  const { bandwidth, most, pass, strained } = call("bob", "carol", "dave");
  pass(5);
  pass(5, "bob", "carol");
  const [bob, carol, dave] = most();
  equal([bob < ALL, carol === bob, dave, strained(), bandwidth.isShort], [true, true, ALL, ["bob", "carol"], false]);
  pass(120);
  equal([most(), strained()], [[ALL, ALL, ALL], []]);
});

test("when all suffer it is said to be our uplink, which is not the cause of a single bad connection", () => {
  const { bandwidth, pass } = call("bob", "carol");
  pass(5);
  pass(5, "bob", "carol");
  equal(bandwidth.isShort, true);
  const two = call("bob");
  two.pass(5);
  two.pass(5, "bob");
  equal(two.bandwidth.isShort, false);
});

test("a new connection to a peer is not judged by the one before", () => {
  const { most, pass, peers } = call("bob", "carol", "dave");
  pass(5);
  pass(5, "bob");
  peers.get("bob").pc = {};
  equal(most(), [ALL, ALL, ALL]);
});
