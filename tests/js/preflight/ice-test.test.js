import { equal, ok, test } from "../harness.js";
import { measure, reaches } from "../../../static/js/preflight/ice-test.js";

const NOBODY = { urls: "turn:127.0.0.1:9?transport=tcp", username: "1", credential: "c" };

test("a relay that answers nobody does not work", async ({ signal }) => {
  equal((await reaches(NOBODY, { RTCPeerConnection, signal })).works, false);
});

test("a STUN server that answers nobody does not work, and the browser says why", async ({ signal }) => {
  const { works, error } = await reaches({ urls: "stun:127.0.0.1:9" }, { RTCPeerConnection, signal });
  equal(works, false);
  ok(error, "a reason");
});

test("nothing is measured through a relay that is not there, and it can be given up", async () => {
  const end = new AbortController();
  setTimeout(() => end.abort(), 200);
  const began = performance.now();
  equal(await measure([NOBODY], { RTCPeerConnection, signal: end.signal }), null);
  ok(performance.now() - began < 7000, "before it is over");
});

test("what comes through is measured", async ({ signal }) => {
  /** Without its policy: straight through this machine. */
  class Direct extends RTCPeerConnection {
    constructor() {
      super();
    }
  }
  const measured = await measure([], { RTCPeerConnection: Direct, signal });
  ok(measured && measured.kbits > 1000 && measured.ms < 10_000, JSON.stringify(measured));
});
