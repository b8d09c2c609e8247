import { equal, nextTask, test } from "../harness.js";
import { RightsEditor } from "../../../static/js/meeting/rights-editor.js";
import { USES } from "../../../static/js/signaling/restrictions.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";

/** Alice's page, in a meeting with Bob. @param {import("../harness.js").Stage} stage */
function alice({ element, signal }) {
  /** @type {Record<string, string>} */
  let limits = {};
  const people = /** @type {any} */ (Object.assign(new EventTarget(), {
    present: new Map([["bob", { id: "bob", name: "Guest Bob" }]]),
    limit: (/** @type {string} */ _, /** @type {string} */ use) => limits[use] ?? null,
    hostsOnly: ["screen"],
    writers: "everyone",
  }));
  /** @type {any[]} */
  const done = [];
  let fails = false;
  const form = {
    post: (/** @type {string} */ name, /** @type {object} */ fields) =>
      fails ? Promise.reject(new Error()) : Promise.resolve(Boolean(done.push([name, fields]))),
  };
  const notices = new CallNotices();
  element.append(notices);
  const client = { send: (/** @type {any} */ message) => Boolean(done.push(message)) };
  const editor = new RightsEditor({ root: element, client, people, form, notices, signal });
  const dialog = /** @type {HTMLDialogElement} */ (element.querySelector("rights-dialog dialog"));
  const switches = () => /** @type {HTMLElement[]} */ ([...dialog.querySelectorAll("[role=switch]:not([hidden])")]);
  const change = (/** @type {Record<string, string>} */ now) => {
    limits = now;
    people.dispatchEvent(new CustomEvent("change", { detail: {} }));
  };
  const on = () => USES.filter((_, place) => switches()[place]?.getAttribute("aria-checked") === "true");
  const press = (/** @type {string} */ use) => switches()[USES.findIndex((one) => one === use)]?.click();
  return { editor, dialog, people, switches, change, on, press, done, notices, fail: () => (fails = true) };
}

test("a host forbids one person something and allows it again; the switches show what the server says", (stage) => {
  const { editor, dialog, change, on, press, done } = alice(stage);
  editor.open("bob");
  equal([dialog.open, dialog.querySelector("h2")?.textContent, on()], [true, "What Guest Bob may use", [...USES]]);
  press("chat");
  equal([done, on()], [[{ type: "restrict", use: "chat", how: "forbidden", ids: ["bob"] }], [...USES]]);
  change({ chat: "forbidden", microphone: "stopped" });
  equal(on(), USES.filter((use) => use !== "chat"));
  press("chat");
  equal(done[1], { type: "free", use: "chat", ids: ["bob"] });
});

test("what only hosts may use cannot be allowed to one person, and it says so", (stage) => {
  const { editor, dialog, change, on, press, done } = alice(stage);
  editor.open("bob");
  change({ screen: "everyone" });
  press("screen");
  equal(
    [done, on().includes("screen"), dialog.querySelector(".muted:not([hidden])")?.textContent],
    [[], false, "What is dimmed only hosts may use in this meeting."],
  );
});

test("a host leaves a use to hosts, or gives it to everybody; a failure is said", async (stage) => {
  const { editor, people, on, press, done, notices, fail } = alice(stage);
  editor.open();
  equal(on(), USES.filter((use) => use !== "screen"));
  press("screen");
  press("microphone");
  press("chat");
  equal(done, [
    ["uses", { use: "screen", hosts_only: "no" }],
    ["uses", { use: "microphone", hosts_only: "yes" }],
    ["uses", { use: "chat", hosts_only: "yes" }],
  ]);
  people.writers = "hosts";
  people.dispatchEvent(new CustomEvent("change", { detail: {} }));
  equal(on().includes("chat"), false);
  fail();
  press("files");
  await nextTask();
  equal(notices.querySelector("p")?.textContent, "This could not be changed. Try again.");
});

test("the dialog closes when the person leaves", (stage) => {
  const { editor, dialog, people, change } = alice(stage);
  editor.open("bob");
  people.present.delete("bob");
  change({});
  equal(dialog.open, false);
  editor.open("bob");
  equal(dialog.open, false);
});
