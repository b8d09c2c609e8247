import { equal, test } from "../harness.js";
import { limit, UNRESTRICTED, USES } from "../../../static/js/signaling/restrictions.js";

/** @import { Role } from "../../../static/js/signaling/protocol.js" */

const bob = (/** @type {Role} */ role) => ({ id: "bob", role });

test("nobody is restricted unless the server says so", () => {
  equal(USES.map((use) => limit(UNRESTRICTED, bob("guest"), use)), USES.map(() => null));
});

test("a restriction is of one person and one use", () => {
  const people = { bob: { microphone: /** @type {const} */ ("stopped"), chat: /** @type {const} */ ("forbidden") } };
  equal(USES.map((use) => limit({ everyone: [], people }, bob("member"), use)), ["stopped", null, null, "forbidden", null, null]);
  equal(limit({ everyone: [], people }, { id: "carol", role: "guest" }, "chat"), null);
});

test("what only hosts have is kept from everybody else", () => {
  const restrictions = { everyone: ["screen", "holograms"], people: {} };
  equal(
    /** @type {Role[]} */ (["owner", "host", "member", "guest"]).map((role) => limit(restrictions, bob(role), "screen")),
    [null, null, "everyone", "everyone"],
  );
  equal(limit(restrictions, bob("guest"), "camera"), null);
});

test("what a host must lift goes before what one lifts oneself", () => {
  const both = (/** @type {"stopped" | "forbidden"} */ how) => ({ everyone: ["microphone"], people: { bob: { microphone: how } } });
  equal(limit(both("stopped"), bob("member"), "microphone"), "everyone");
  equal(limit(both("forbidden"), bob("member"), "microphone"), "forbidden");
});

test("an owner restricts a host", () => {
  equal(limit({ everyone: ["microphone"], people: { bob: { microphone: "stopped" } } }, bob("host"), "microphone"), "stopped");
});

test("an id that is the name of a property is only an id", () => {
  equal(limit(UNRESTRICTED, { id: "constructor", role: "guest" }, "chat"), null);
  equal(limit({ everyone: [], people: { bob: {} } }, bob("guest"), /** @type {any} */ ("toString")), null);
});
