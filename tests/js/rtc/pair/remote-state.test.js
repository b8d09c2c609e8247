import { equal, test } from "../../harness.js";
import { INITIAL, reduce, renewed } from "../../../../static/js/rtc/pair/remote-state.js";

const MEDIA = { microphone: true, camera: true, screen: true, sound: false };

test("what a peer sends stands on a new connection until it says otherwise; what its connections were like does not", () => {
  let state = reduce(INITIAL, { type: "media", ...MEDIA }, "bob");
  state = reduce(state, { type: "spotlight", ids: ["carol"] }, "bob");
  state = reduce(state, { type: "moderation", stops: [{ id: "carol", use: "camera" }] }, "bob");
  state = reduce(state, { type: "held", camera: true, screen: false }, "bob");
  state = reduce(state, { type: "pairs", pairs: [{ id: "carol", grade: "good", relayed: false }], headroom: 1 }, "bob");
  equal(renewed(state).stops, [{ id: "carol", use: "camera" }]);
  const { media, spotlit, withheld, pairs } = renewed(state);
  equal({ media, spotlit, withheld, pairs }, { media: MEDIA, spotlit: ["carol"], withheld: { camera: false, screen: false }, pairs: null });
  equal(reduce(renewed(state), { type: "media", ...MEDIA, screen: false }, "bob").media, { ...MEDIA, screen: false });
});
