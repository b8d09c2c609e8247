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
