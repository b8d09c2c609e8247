import { delay, equal, ok, test, until } from "../../harness.js";
import { connected, peerOf, Wire } from "../wire.js";
import { OversizeGuard } from "../../../../static/js/rtc/pair/oversize-guard.js";
import { Reception } from "../../../../static/js/rtc/pair/reception.js";

/** A reading of a camera of this size. @param {number} height @returns {any} */
const camera = (height) => ({ received: { camera: { width: height * 2, height }, screen: { width: 0, height: 0 } } });

test("video that is far too large is so for two readings before the peer is cut off", () => {
  const guard = new OversizeGuard(new Reception());
  equal([4000, 720, 4000, 4000].map((height) => guard.update(camera(height))), [false, false, false, true]);
});

test("frames that were dropped before they were decoded count like those that a reading shows", () => {
  const guard = new OversizeGuard(new Reception());
  guard.refuse();
  equal([guard.update(camera(0)), guard.update(camera(720))], [false, false], "once");
  guard.refuse();
  guard.update(camera(720));
  guard.refuse();
  equal(guard.update(camera(720)), true);
});

test("what was demanded is not too large", () => {
  const reception = new Reception();
  const guard = new OversizeGuard(reception);
  reception.want({ camera: { height: 2160, rate: 30 }, screen: { height: 0, rate: 0 } });
  equal([2160, 2160, 2160].map((height) => guard.update(camera(height))), [false, false, false]);
});

test("a peer whose video is far larger than demanded is cut off for a minute, with the reason", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const alice = await wire.join("alice", { RTCPeerConnection: Overwhelmed });
  const bob = await wire.join("bob");
  const peer = peerOf(alice, "bob");
  await connected(peer, peerOf(bob, "alice"));
  const { pc } = peer;
  Overwhelmed.size = 16_383;
  await until(() => peer.state === "failed", "cut off");
  equal([peer.reason, pc?.connectionState], ["oversized", "closed"]);
  await peerOf(bob, "alice").offer();
  await delay(100);
  ok(peer.pc === pc, "no offer is taken");
  Overwhelmed.size = 720;
  wire.clock.advance(60_000);
  wire.run(10);
  await connected(peer, peerOf(bob, "alice"));
});

test("an offer that was being answered when the peer was cut off is not taken either", async ({ signal }) => {
  const wire = new Wire(signal);
  wire.run();
  const alice = await wire.join("alice", { RTCPeerConnection: Overwhelmed });
  const bob = await wire.join("bob");
  const peer = peerOf(alice, "bob");
  await connected(peer, peerOf(bob, "alice"));
  const gate = Promise.withResolvers();
  let isWaiting = false;
  Overwhelmed.gate = () => ((isWaiting = true), gate.promise);
  const description = wire.descriptions("offer")[0]?.payload.description;
  const answered = alice.accept("bob", { connection: "another", negotiation: 1, description });
  await until(() => isWaiting, "Alice answers");
  Overwhelmed.size = 16_383;
  await until(() => peer.state === "failed", "cut off");
  const { pc } = peer;
  Overwhelmed.size = 720;
  Overwhelmed.gate = () => undefined;
  gate.resolve(undefined);
  await answered;
  equal([peer.pc === pc, peer.state, peer.reason], [true, "failed", "oversized"]);
});

/** A connection that receives a camera of a size of one's choice. */
class Overwhelmed extends RTCPeerConnection {
  static size = 720;
  /** What a remote description waits for. @type {() => Promise<unknown> | undefined} */
  static gate = () => undefined;

  /** @override @param {RTCSessionDescriptionInit} description */
  async setRemoteDescription(description) {
    await Overwhelmed.gate();
    return super.setRemoteDescription(description);
  }

  /** @override @returns {Promise<any>} */
  async getStats() {
    const reports = await super.getStats();
    return new Map([["giant", { type: "inbound-rtp", mid: "1", frameWidth: Overwhelmed.size, frameHeight: Overwhelmed.size }], ...reports]);
  }
}
