import { equal, ok, once, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { RemovalDialog } from "../../../static/js/ui/removal-dialog.js";

/** @param {HTMLElement} stage */
function asked(stage) {
  const element = new RemovalDialog();
  const guests = h(
    "fieldset",
    { "data-part": "guests", hidden: "" },
    h("input", { type: "checkbox", name: "network" }),
    h("input", { type: "checkbox", name: "wait" }),
  );
  const ban = h("div", { "data-part": "ban" }, h("input", { type: "checkbox", name: "ban" }));
  const dialog = h(
    "dialog",
    {},
    h(
      "form",
      { method: "dialog" },
      h("h2", { "data-part": "question" }),
      ban,
      guests,
      h("button", { value: "" }, "Cancel"),
      h("button", { value: "remove" }, "Remove"),
    ),
  );
  element.append(dialog);
  stage.append(element);
  const [cancel, remove] = dialog.querySelectorAll("button");
  return { element, dialog, ban, guests, cancel, remove };
}

test("who may be removed and not kept out is not asked about", ({ element: stage }) => {
  const { element, dialog, ban } = asked(stage);
  for (const bannable of [false, true]) {
    element.ask({ id: "mallory", name: "Mallory", bannable });
    equal(ban.hidden, !bannable);
    dialog.close();
  }
});

test("removing asks first, and may keep out", async ({ element: stage }) => {
  const { element, dialog, remove } = asked(stage);
  element.ask({ id: "mallory", name: "Mallory", bannable: true });
  ok(dialog.open);
  equal(dialog.querySelector("h2")?.textContent, "Remove Mallory from the meeting?");
  dialog.querySelector("input")?.click();
  const removed = once(element, "remove");
  remove.click();
  equal((await removed).detail, { id: "mallory", ban: true, network: false, wait: false });
});

test("whoever bans is told what that can do, and offered more", async ({ element: stage }) => {
  const { element, dialog, guests, remove } = asked(stage);
  const [ban, network] = dialog.querySelectorAll("input");
  for (let times = 0; times < 2; times += 1) {
    element.ask({ id: "mallory", name: "Mallory", bannable: true });
    equal([guests.hidden, ban.checked, network.checked], [true, false, false]);
    ban.click();
    network.click();
    ok(!guests.hidden);
    const removed = once(element, "remove");
    remove.click();
    equal((await removed).detail, { id: "mallory", ban: true, network: true, wait: false });
  }
});

test("nobody is removed when it is cancelled", async ({ element: stage }) => {
  const { element, dialog, cancel } = asked(stage);
  element.addEventListener("remove", () => ok(false, "removed"));
  element.ask({ id: "mallory", name: "Mallory", bannable: true });
  const closed = once(dialog, "close");
  cancel.click();
  await closed;
});
