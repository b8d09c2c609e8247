import { equal, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { HostTools } from "../../../static/js/meeting/host-tools.js";
import { CallControls } from "../../../static/js/ui/call-controls.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";

/** Alice's page. @param {import("../harness.js").Stage} stage */
function alice({ element }) {
  const lifetime = new AbortController();
  let isHost = true;
  const people = /** @type {any} */ (
    Object.assign(new EventTarget(), {
      may: () => isHost,
      present: new Map(["owner", "host", "member", "guest"].map((role) => [role, { id: role, role }])),
      room: { locked: false },
    })
  );
  const controls = new CallControls();
  const more = h("div", { id: "more", popover: "auto" });
  controls.append(h("button", { type: "button" }), more);
  const panel = /** @type {any} */ (h("aside", {}, h("header", { class: "panel-title" })));
  const notices = new CallNotices();
  element.append(controls, panel, notices);
  /** @type {any[]} */
  const done = [];
  const client = { send: (/** @type {any} */ message) => Boolean(done.push(message)) };
  const moderation = { stop: (/** @type {string} */ use, /** @type {string[]} */ ids) => void done.push([use, ids]) };
  const rights = { open: () => void done.push("rights") };
  const form = { toggleLock: () => void done.push("lock"), has: () => true };
  const tools = new HostTools({ root: element, client, people, controls, panel, moderation, rights, form, notices, signal: lifetime.signal });
  controls.addEventListener("command", (event) => tools.obey(Reflect.get(event, "detail").command));
  const row = /** @type {HTMLElement} */ (panel.querySelector(".host-tools"));
  const items = () => [...more.querySelectorAll("button:not([hidden])")].map(({ textContent }) => textContent);
  const press = (/** @type {string} */ label) =>
    [...element.querySelectorAll("button")].find((button) => button.textContent === label && button.checkVisibility())?.click();
  const depose = () => {
    isHost = false;
    people.dispatchEvent(new CustomEvent("change", { detail: {} }));
  };
  return { element, people, tools, row, items, press, done, notices, lifetime, depose };
}

test("a host mutes all, in the list of people and with a key", (stage) => {
  const { press, done, notices } = alice(stage);
  press("Mute all");
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "x" }));
  equal(done, [["microphone", ["member", "guest"]], ["microphone", ["member", "guest"]]]);
  equal(notices.querySelectorAll(".notice").length, 1);
});

test("where only hosts are nobody is muted", (stage) => {
  const { people, press, done, notices } = alice(stage);
  for (const role of ["member", "guest"]) people.present.delete(role);
  press("Mute all");
  equal([done, notices.querySelector("p")?.textContent], [[], "Nobody but hosts is here."]);
});

test("in the menu are cameras, screens, what everybody may, the lock and the end", (stage) => {
  const { press, done } = alice(stage);
  for (const label of ["Turn off all cameras", "Stop all shared screens", "Allow or forbid for everybody…", "Lock the meeting"]) {
    press("Tools for hosts");
    press(label);
  }
  equal(done, [["camera", ["member", "guest"]], ["screen", ["member", "guest"]], "rights", "lock"]);
});

test("the meeting is ended for everybody after a question", (stage) => {
  const { press, done, element } = alice(stage);
  press("Tools for hosts");
  press("End the meeting for everybody…");
  press("Cancel");
  equal([done, element.querySelector("dialog")?.open], [[], false]);
  press("Tools for hosts");
  press("End the meeting for everybody…");
  press("End the meeting");
  equal(element.querySelector("dialog")?.open, false);
});

test("who is no host any more has none of it, by key neither", (stage) => {
  const { row, items, tools, done, depose } = alice(stage);
  equal([row.hidden, items()], [false, ["Mute all", "End the meeting for everybody…"]]);
  depose();
  tools.obey("mute-all");
  tools.obey("end-all");
  equal([row.hidden, items(), done], [true, [], []]);
});

test("nothing of it is left when the meeting is over", (stage) => {
  const { element, lifetime, items } = alice(stage);
  lifetime.abort();
  equal([element.querySelector(".host-tools"), element.querySelector("person-menu"), items()], [null, null, []]);
});
