import { equal, test } from "../harness.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";
import { Handover } from "../../../static/js/meeting/handover.js";

/** Alice's page; Bob is the member who has been here longest. @param {import("../harness.js").Stage} stage */
function alice({ element }) {
  const bob = /** @type {any} */ ({ id: "bob", name: "Bob", role: "member" });
  const people = { heir: bob };
  /** @type {any[]} */
  const done = [];
  let answer = () => Promise.resolve(true);
  const form = { has: () => true, post: (/** @type {string} */ name, /** @type {any} */ fields) => (done.push([name, fields]), answer()) };
  const notices = new CallNotices();
  element.append(notices);
  const lifetime = new AbortController();
  const handover = new Handover({ root: element, people, form, notices, signal: lifetime.signal });
  const leave = () => handover.ask(() => void done.push("left"));
  const press = async (/** @type {string} */ label) => {
    const isClosed = new Promise((resolve) => element.querySelector("dialog")?.addEventListener("close", resolve, { once: true }));
    [...element.querySelectorAll("button")].find((button) => button.textContent === label && button.checkVisibility())?.click();
    await isClosed;
  };
  const refuse = () => (answer = () => Promise.reject(new Error("refused")));
  return { element, people, done, leave, press, notices, refuse, lifetime };
}

test("the last host makes a member a host, and leaves", async (stage) => {
  const { done, leave, press } = alice(stage);
  leave();
  equal(done, []);
  await press("Make Bob a host, and leave");
  equal(done, [["role", { id: "bob", role: "host" }], "left"]);
});

test("or only leaves, or stays", async (stage) => {
  const { done, leave, press } = alice(stage);
  leave();
  await press("Cancel");
  equal(done, []);
  leave();
  await press("Only leave");
  equal(done, ["left"]);
});

test("where nobody can take over, leaving is at once", (stage) => {
  const { done, leave, people } = alice(stage);
  people.heir = null;
  leave();
  equal(done, ["left"]);
});

test("who could not be made a host is told so, and stays", async (stage) => {
  const { done, leave, press, refuse, notices } = alice(stage);
  refuse();
  leave();
  await press("Make Bob a host, and leave");
  equal([done.includes("left"), notices.textContent?.includes("could not be changed")], [false, true]);
});

test("it goes with the meeting", ({ element, ...stage }) => {
  const { lifetime } = alice(/** @type {any} */ ({ element, ...stage }));
  lifetime.abort();
  equal(element.querySelector("question-dialog"), null);
});
