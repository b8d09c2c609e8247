import { equal, ok, test, until } from "../harness.js";
import { makeCertificates } from "../../../static/js/rtc/mesh.js";
import { peerOf, picture, tone, Wire } from "./wire.js";

/** @import { Peer } from "../../../static/js/rtc/peer.js" */

/** @param {Peer[]} peers */
const connected = (...peers) => until(() => peers.every(({ state }) => state === "connected"), "all connected");

test("a newcomer offers to everybody, and all pairs connect", async ({ signal }) => {
  const wire = new Wire(signal);
  const alice = await wire.join("alice");
  const bob = await wire.join("bob");
  const carol = await wire.join("carol");
  wire.clock.advance(200);
  const keep = setInterval(() => wire.clock.advance(100), 20);
  await connected(peerOf(alice, "bob"), peerOf(bob, "alice"), peerOf(carol, "alice"), peerOf(carol, "bob"));
  clearInterval(keep);
  equal(wire.count("offer"), 3);
  equal(wire.count("answer"), 3);
});
