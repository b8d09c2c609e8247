import { equal, test } from "../harness.js";
import { stopped } from "../../../static/js/meeting/stops.js";

/** @import { Participant, Role } from "../../../static/js/signaling/protocol.js" */

const ROLES = /** @type {Role[]} */ (["owner", "host", "member", "guest"]);
const present = new Map(ROLES.map((role) => [role, /** @type {Participant} */ ({ id: role, name: role, role, link: "attached" })]));

test("an owner stops hosts and everybody below, a host whoever is none, and nobody else anybody", () => {
  const by = (/** @type {string} */ from) => {
    const isStopped = stopped(present, [[from, ROLES.map((id) => ({ id, use: /** @type {const} */ ("microphone") }))]]);
    return ROLES.filter((id) => isStopped(id, "microphone"));
  };
  equal([...ROLES, "nobody"].map(by), [["host", "member", "guest"], ["member", "guest"], [], [], []]);
});

test("what several say is united, each for its use", () => {
  const isStopped = stopped(present, [
    ["host", [{ id: "guest", use: "camera" }]],
    ["owner", [{ id: "guest", use: "screen" }, { id: "gone", use: "screen" }]],
  ]);
  equal(["microphone", "camera", "screen"].map((use) => isStopped("guest", use)), [false, true, true]);
  equal([isStopped("gone", "screen"), isStopped("member", "camera")], [false, false]);
});
