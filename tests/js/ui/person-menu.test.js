import { equal, ok, once, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { PersonMenu } from "../../../static/js/ui/person-menu.js";

/** @import { Action } from "../../../static/js/ui/person-menu.js" */

/** @param {HTMLElement} stage */
function setting(stage) {
  const menu = new PersonMenu();
  const opener = h("button", {}, "Actions");
  stage.append(opener, menu);
  /** @type {unknown[]} */
  const done = [];
  const action = (/** @type {string} */ label, /** @type {Partial<Action>} */ more = {}) => ({
    icon: "pin",
    label,
    run: (/** @type {number} */ value) => done.push([label, value]),
    ...more,
  });
  const items = () => [...menu.querySelectorAll(".menu-item:not([hidden])")].map(({ textContent }) => textContent);
  const press = (/** @type {string} */ label) => [...menu.querySelectorAll("button")].find(({ textContent }) => textContent === label)?.click();
  return { menu, opener, done, action, items, press };
}

test("it shows what applies, named after the person, as text", ({ element }) => {
  const { menu, action, items } = setting(element);
  menu.shown = { label: "<b>Bob", actions: [action("Pin"), null, action("Remove")] };
  equal([menu.getAttribute("aria-label"), items()], ["<b>Bob", ["Pin", "Remove"]]);
});

test("an item keeps its place and its element while actions come and go", ({ element }) => {
  const { menu, opener, action, items } = setting(element);
  menu.shown = { label: "Bob", actions: [action("Pin"), null, action("Remove")] };
  menu.open(opener);
  const first = document.activeElement;
  equal(first?.textContent, "Pin");
  menu.shown = { label: "Bob", actions: [action("Unpin"), action("Lower hand"), action("Remove")] };
  equal([items(), document.activeElement === first], [["Unpin", "Lower hand", "Remove"], true]);
  menu.shown = { label: "Bob", actions: [action("Unpin"), null, null] };
  equal(items(), ["Unpin"]);
  menu.close();
});

test("a button closes the menu and gives the focus back before it does its work", ({ element }) => {
  const { menu, opener, action, done, press } = setting(element);
  /** @type {unknown[]} */
  const focused = [];
  menu.shown = { label: "Bob", actions: [action("Pin"), action("Ask", { run: () => focused.push(document.activeElement) })] };
  opener.focus();
  menu.open(opener);
  press("Ask");
  ok(!menu.isOpen);
  ok(focused[0] === opener);
  menu.open(opener);
  press("Pin");
  equal(done, [["Pin", 0]]);
});

test("a switch and a slider say what holds, and leave it open", ({ element }) => {
  const { menu, opener, action, done, press } = setting(element);
  menu.shown = { label: "Bob", actions: [action("Mute for me", { on: false }), action("Volume for me", { value: 0.35 })] };
  menu.open(opener);
  const [mute, slider] = [menu.querySelector("[role=switch]"), menu.querySelector("input")];
  equal([mute?.getAttribute("aria-checked"), slider?.value], ["false", "35"]);
  press("Mute for me");
  if (slider) slider.value = "60";
  slider?.dispatchEvent(new Event("input"));
  equal([done, menu.isOpen], [[["Mute for me", 0], ["Volume for me", 0.6]], true]);
  menu.shown = { label: "Bob", actions: [action("Mute for me", { on: true }), action("Volume for me", { value: 0.6 })] };
  equal([mute?.getAttribute("aria-checked"), slider?.value], ["true", "60"]);
  menu.close();
});

test("the button that opened it says so until it is closed", async ({ element }) => {
  const { menu, opener, action } = setting(element);
  menu.shown = { label: "Bob", actions: [action("Pin")] };
  menu.open(opener);
  equal(opener.getAttribute("aria-expanded"), "true");
  const toggled = once(menu, "toggle");
  menu.close();
  await toggled;
  if (menu.isOpen || opener.hasAttribute("aria-expanded")) await once(menu, "toggle");
  equal(opener.hasAttribute("aria-expanded"), false);
});

test("it is whole in the window, wherever the button is", ({ element }) => {
  const { menu, opener, action } = setting(element);
  Object.assign(menu.style, { position: "fixed", margin: "0" });
  menu.shown = { label: "Bob", actions: [action("Pin"), action("Remove from the meeting")] };
  for (const [left, top] of [[0, 0], [innerWidth - 20, 0], [0, innerHeight - 20], [innerWidth - 20, innerHeight - 20]]) {
    Object.assign(opener.style, { position: "fixed", left: `${left}px`, top: `${top}px` });
    menu.open(opener);
    const box = menu.getBoundingClientRect();
    ok(box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight, JSON.stringify([left, top, box]));
    menu.close();
  }
});
