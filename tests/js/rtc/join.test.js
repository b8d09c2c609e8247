/** What a newcomer's join costs on the wire: mesh and outbox together, as a page puts them. */

import { equal, ok, test, until } from "../harness.js";
import { SendQueue } from "../../../static/js/signaling/send-queue.js";
import { connected, Wire } from "./wire.js";

const LIMITS = { frame: 65_536, rate: 50, burst: 300 };

for (const others of [1, 3, 7]) {
  test(`two frames tell ${others} others all they need`, async ({ signal }) => {
    const wire = new Wire(signal);
    /** @type {string[]} */
    const frames = [];
    const present = [];
    for (let i = 0; i < others; i += 1) present.push(wire.person(`present${i}`));
    const write = (/** @type {string} */ frame) => frames.push(frame) && deliver(frame);
    const queue = new SendQueue({ write, limits: LIMITS, clock: wire.clock, signal });
    const send = (/** @type {string} */ to, /** @type {any} */ payload) => queue.push({ type: "signal", to, ...payload });
    const newcomer = wire.person("newcomer", { send });
    const deliver = (/** @type {string} */ frame) => {
      for (const { to, ...signal } of JSON.parse(frame)) void wire.meshes.get(to)?.accept("newcomer", signal);
    };
    for (const mesh of present) void mesh.reconcile(wire.roster.filter(({ id }) => [mesh.id, "newcomer"].includes(id)));
    queue.cork();
    await newcomer.reconcile(wire.roster, { offer: true });
    queue.uncork();
    await until(() => [...newcomer.peers.values()].every(({ pc }) => pc?.iceGatheringState === "complete"), "all candidates");
    wire.clock.advance(100);
    equal(frames.length, 1, "candidates are collected for as long as it takes to gather them");
    wire.run();
    await connected(...newcomer.peers.values());
    wire.clock.advance(1000);
    const kinds = frames.map((frame) => JSON.parse(frame).map((/** @type {any} */ { description }) => Boolean(description)));
    equal(kinds[0], Array(others).fill(true), "offers first, all in one");
    ok(frames.length <= 2, `${frames.length} frames: ${frames.map((frame) => frame.length)}`);
  });
}
