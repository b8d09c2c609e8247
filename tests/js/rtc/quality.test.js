import { equal, test } from "../harness.js";
import { reading } from "../../../static/js/rtc/quality.js";
import { eachSlot } from "../../../static/js/rtc/slots.js";

const IDENTITIES = eachSlot(({ name }, index) => ({ mid: String(index), track: `track of ${name}` }));

test("each slot is known by its position, or by its track where no position is said", () => {
  const reports = [
    { type: "inbound-rtp", kind: "audio", mid: "3", packetsReceived: 7, bytesReceived: 70 },
    { type: "inbound-rtp", kind: "audio", mid: "0", packetsReceived: 5, bytesReceived: 50 },
    { type: "inbound-rtp", kind: "video", trackIdentifier: "track of camera", packetsReceived: 9, bytesReceived: 90 },
    { type: "outbound-rtp", mid: "0", packetsSent: 3 },
  ];
  equal(reading(reports, IDENTITIES).received, {
    microphone: { packets: 5, bytes: 50 },
    camera: { packets: 9, bytes: 90 },
    screen: { packets: 0, bytes: 0 },
    sound: { packets: 7, bytes: 70 },
  });
});

test("the round trip is that of the path in use", () => {
  const pair = { type: "candidate-pair", state: "succeeded", nominated: true, currentRoundTripTime: 0.02 };
  equal(reading([{ ...pair, nominated: false, currentRoundTripTime: 0.001 }, pair], IDENTITIES).roundTripMs, 20);
  equal(reading([], IDENTITIES).roundTripMs, null);
});

test("a path is relayed when either end of it is a relay", () => {
  const local = { id: "L", type: "local-candidate", candidateType: "host" };
  const remote = { id: "R", type: "remote-candidate", candidateType: "srflx" };
  const other = { id: "X", type: "remote-candidate", candidateType: "relay" };
  const path = { id: "P", type: "candidate-pair", state: "succeeded", nominated: true, localCandidateId: "L", remoteCandidateId: "R" };
  const relay = { candidateType: "relay" };
  const isRelayed = (/** @type {object[]} */ ...reports) => reading(reports, IDENTITIES).isRelayed;
  equal(isRelayed(path, local, remote, other), false);
  equal(isRelayed(path, { ...local, ...relay }, remote), true);
  equal(isRelayed(path, local, { ...remote, ...relay }), true);
  equal(isRelayed(local, { ...remote, ...relay }), false, "nothing is in use");
});

test("the path in use is the one that the transport names", () => {
  const before = { id: "P", type: "candidate-pair", state: "succeeded", nominated: true, currentRoundTripTime: 0.1, remoteCandidateId: "R" };
  const after = { ...before, id: "Q", currentRoundTripTime: 0.3, remoteCandidateId: "S" };
  const relay = { id: "S", type: "remote-candidate", candidateType: "relay" };
  const { roundTripMs, isRelayed } = reading([before, after, relay, { id: "T", type: "transport", selectedCandidatePairId: "Q" }], IDENTITIES);
  equal([roundTripMs, isRelayed], [300, true]);
  equal(reading([before, after, relay], IDENTITIES).isRelayed, false);
});
