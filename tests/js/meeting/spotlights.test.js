import { equal, test } from "../harness.js";
import { toggled, united } from "../../../static/js/meeting/spotlights.js";

/** @import { Participant } from "../../../static/js/signaling/protocol.js" */

const PRESENT = new Map(
  Object.entries({ alice: "owner", dave: "host", bob: "member", carol: "guest" }).map(([id, role]) => [
    id,
    /** @type {Participant} */ ({ id, name: id, role, link: "attached" }),
  ]),
);

test("only hosts count, together, and only people who are there", () => {
  const table = /** @type {[[string, string[]][], string[]][]} */ ([
    [[], []],
    [[["alice", ["bob"]], ["dave", ["carol", "bob"]]], ["bob", "carol"]],
    [[["bob", ["bob"]], ["carol", ["alice"]]], []],
    [[["mallory", ["mallory"]], ["alice", ["mallory", "dave"]]], ["dave"]],
  ]);
  for (const [said, expected] of table) equal([...united(PRESENT, said)], expected);
});

test("a host puts somebody in the spotlight and takes it away again; the oldest goes when there are too many", () => {
  equal(toggled(["bob"], "carol"), ["bob", "carol"]);
  equal(toggled(["bob", "carol"], "bob"), ["carol"]);
  const full = Array.from({ length: 16 }, (_, index) => `p${index}`);
  equal(toggled(full, "bob"), [...full.slice(1), "bob"]);
});
