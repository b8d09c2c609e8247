import { equal, test } from "../../harness.js";
import { reading } from "../../../../static/js/rtc/stats/reading.js";
import { eachSlot } from "../../../../static/js/rtc/model/slots.js";

const IDENTITIES = eachSlot(({ name }, index) => ({ mid: String(index), received: `track of ${name}`, sent: `own ${name}` }));

test("each slot is known by its position, or by its track where no position is said", () => {
  const reports = [
    { type: "inbound-rtp", kind: "audio", mid: "3", packetsReceived: 7, bytesReceived: 70 },
    { type: "inbound-rtp", kind: "audio", mid: "0", packetsReceived: 5, bytesReceived: 50 },
    { type: "inbound-rtp", kind: "video", trackIdentifier: "track of camera", packetsReceived: 9, bytesReceived: 90 },
    { type: "outbound-rtp", mid: "0", packetsSent: 3 },
    { type: "outbound-rtp", trackIdentifier: "own camera", packetsSent: 4 },
  ];
  const { received, sent } = reading(reports, IDENTITIES);
  equal(eachSlot(({ name }) => received[name].packets), { microphone: 5, camera: 9, screen: 0, sound: 7 });
  equal(eachSlot(({ name }) => received[name].bytes), { microphone: 50, camera: 90, screen: 0, sound: 70 });
  equal(eachSlot(({ name }) => sent[name].packets), { microphone: 3, camera: 4, screen: 0, sound: 0 });
});

test("a picture that is sent is told with its codec and what the other side missed of it", () => {
  const reports = [
    { type: "codec", id: "C", mimeType: "video/VP8" },
    { type: "remote-inbound-rtp", id: "R", fractionLost: 0.25, roundTripTime: 0.08, timestamp: 1234 },
    {
      type: "outbound-rtp", mid: "1", remoteId: "R", codecId: "C", frameHeight: 360, frameWidth: 640,
      framesPerSecond: 30, totalEncodeTime: 0.5, qualityLimitationReason: "cpu",
    },
    {
      type: "candidate-pair", state: "succeeded", nominated: true, availableOutgoingBitrate: 300_000,
      currentRoundTripTime: 0.05, responsesReceived: 7,
    },
  ];
  const { sent, uplink, roundTripMs, roundTrips } = reading(reports, IDENTITIES);
  const { codec, loss, width, height, rate, encodeMs, limitation } = sent.camera;
  equal([codec, loss, width, height, rate, encodeMs, limitation], ["VP8", 0.25, 640, 360, 30, 500, "cpu"]);
  equal([uplink, sent.screen.loss], [300_000, null]);
  equal([sent.camera.roundTripMs, sent.camera.reportedAt, sent.screen.roundTripMs, sent.screen.reportedAt], [80, 1234, null, 0]);
  equal([roundTripMs, roundTrips], [50, 7]);
});

test("what a sender is given to encode is told by its source", () => {
  const reports = [
    { type: "media-source", id: "S", framesPerSecond: 24 },
    { type: "media-source", id: "T", framesPerSecond: 30 },
    { type: "outbound-rtp", mid: "2", mediaSourceId: "S", framesPerSecond: 5 },
    { type: "outbound-rtp", mid: "1" },
  ];
  const { sent } = reading(reports, IDENTITIES);
  equal([sent.screen.source, sent.screen.rate, sent.camera.source], [24, 5, 0]);
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
