import { equal, ok, test, until } from "../harness.js";
import { shownName } from "../../../static/js/lib/names.js";
import { reason, Verification } from "../../../static/js/meeting/verification.js";

/** @import { Standing } from "../../../static/js/meeting/proofs.js" */

const LIST = Array.from({ length: 2048 }, (_, number) => `w${number}`);

/**
 * Alice's page.
 *
 * @param {import("../harness.js").Stage} stage
 * @param {() => Promise<readonly string[]>} [words]
 */
function page({ element, signal }, words = async () => LIST) {
  /** @type {Record<string, Standing>} */
  const standings = { alice: "signed" };
  const people = Object.assign(new EventTarget(), { self: "alice", room: { slug: "standup" }, present: new Map() });
  const proofs = Object.assign(new EventTarget(), {
    of: (/** @type {string} */ id) =>
      standings[id] === "signed"
        ? { standing: "signed", key: `key of ${id}`, certificate: "AA" }
        : { standing: standings[id] ?? "waiting", key: "", certificate: "" },
  });
  /** @type {string[]} */
  const said = [];
  const notices = { say: (/** @type {string} */ text) => said.push(text) };
  const options = { root: element, people, proofs, notices, words, subtle: crypto.subtle, signal };
  const verification = new Verification(/** @type {any} */ (options));
  const come = (/** @type {string} */ id, /** @type {Standing} */ standing) => {
    standings[id] = standing;
    people.present.set(id, { id, role: "member", ...shownName({ name: id, role: "member" }) });
    people.dispatchEvent(new CustomEvent("change", { detail: {} }));
  };
  const go = (/** @type {string} */ id) => {
    people.present.delete(id);
    people.dispatchEvent(new CustomEvent("change", { detail: {} }));
  };
  come("alice", "signed");
  const read = () => {
    const code = element.querySelector(".code");
    return code instanceof HTMLElement && !code.hidden ? [...code.querySelectorAll("li")].map(({ textContent }) => textContent).join(" ") : "";
  };
  const status = () => element.querySelector("[role=status]")?.textContent ?? "";
  const close = () => element.querySelector("dialog")?.close();
  const forge = (/** @type {string} */ id) => proofs.dispatchEvent(new CustomEvent("forged", { detail: id }));
  return { verification, come, go, read, status, close, forge, said, element };
}

test("there is no code for one, nor without a connection to somebody, and it says why", async (stage) => {
  const { verification, come, go, read, status } = page(stage);
  verification.open();
  ok(status().includes("the only one here"));
  come("bob", "signed");
  await until(read, "a code");
  equal(status(), "");
  const before = read();
  come("carol", "waiting");
  await until(() => !read(), "no code");
  ok(status().includes("connected to carol"), status());
  go("carol");
  await until(read, "a code again");
  equal(read(), before);
});

test("nothing is said of a code that nobody has looked at, and each change of one that somebody has", async (stage) => {
  const { verification, come, go, read, close, said } = page(stage);
  come("bob", "signed");
  come("carol", "signed");
  verification.open();
  await until(read, "a code");
  close();
  go("carol");
  await until(() => said.length, "a notice");
  equal(said, ["The security code changed because carol left."]);
});

test("whoever signs nothing is shown so, and the others have a code", async (stage) => {
  const { verification, come, read, element } = page(stage);
  come("bob", "signed");
  come("robot", "unsigned");
  verification.open();
  await until(read, "a code");
  equal([...element.querySelectorAll(".code-people > li")].map((row) => row.getAttribute("data-covered")), ["yes", "yes", "no"]);
});

test("a list of words that cannot be loaded is asked for again", async (stage) => {
  let isBroken = true;
  const { verification, come, read, status, close } = page(stage, () =>
    isBroken ? Promise.reject(new TypeError("no network")) : Promise.resolve(LIST),
  );
  come("bob", "signed");
  verification.open();
  await until(() => status().includes("could not be loaded"), "the excuse");
  isBroken = false;
  close();
  verification.open();
  await until(read, "a code");
});

test("a forged connection is warned of also before one has looked", (stage) => {
  const { come, forge, said } = page(stage);
  come("bob", "waiting");
  forge("bob");
  ok(said.length === 1 && said[0].startsWith("The connection to bob was closed"), String(said));
});

test("a change is explained by who came, left, or has another key", () => {
  const of = (/** @type {Record<string, string>} */ all) => new Map(Object.entries(all).map(([id, proof]) => [id, { name: id, proof }]));
  const before = of({ alice: "1", bob: "2" });
  ok(reason(before, of({ alice: "1", bob: "2", carol: "3" }), "alice").includes("carol joined"));
  ok(reason(before, of({ alice: "1" }), "alice").includes("bob left"));
  ok(reason(before, of({ alice: "1", bob: "9" }), "alice").includes("the page of bob"));
  ok(reason(before, of({ alice: "1", carol: "3" }), "alice").includes("several people"));
  equal(reason(before, of({ alice: "9", bob: "2" }), "alice"), "");
});
