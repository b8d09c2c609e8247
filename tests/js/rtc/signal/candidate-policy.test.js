import { equal, test } from "../../harness.js";
import { fits, permits, permitted } from "../../../../static/js/rtc/signal/candidate-policy.js";

/** @typedef {{says: string, candidate: string, relay: string | null, direct: boolean}} Example */

const HOST = "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host";
const RELAY = "candidate:3 1 udp 41885439 203.0.113.7 49160 typ relay";

/** @type {Example[]} */
const EXAMPLES = await (await fetch("/tests/wire/candidates.json")).json();

for (const { says, candidate, relay, direct } of EXAMPLES) {
  test(says, () => equal([fits(candidate, "relay"), fits(candidate, "direct")], [relay !== null, direct]));
}

test("a candidate that does not fit is nothing, and the end of a generation is", () => {
  for (const [text, policy, passes] of /** @type {const} */ ([
    [HOST, "all", true],
    [HOST, "relay", false],
    [HOST, "direct", true],
    [RELAY, "direct", false],
    ["", "relay", true],
    ["nonsense", "all", true],
  ])) {
    equal(permits({ candidate: text }, policy), passes, `${policy} ${text}`);
  }
});

test("a description loses the candidates that do not fit, and whatever looks like one", () => {
  const odd = [" a=candidate:x", "a=CANDIDATE:x", "a= candidate:x", "a=remote-candidates:1 192.0.2.1 5", `a=${HOST} `, "a\t=candidate:x"];
  const kept = ["v=0", `a=${RELAY}`, "a=end-of-candidates", ""];
  const sdp = ["v=0", `a=${HOST}`, ...odd, `a=${RELAY}`, "a=end-of-candidates", ""].join("\r\n");
  const description = { type: /** @type {const} */ ("offer"), sdp };
  equal(permitted(description, "relay"), { type: "offer", sdp: kept.join("\r\n") });
  equal(permitted(description, "all"), description);
});
