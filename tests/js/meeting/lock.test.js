import { equal, nextTask, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { Lock } from "../../../static/js/meeting/lock.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";

/**
 * @param {HTMLElement} stage
 * @param {AbortSignal} signal
 * @param {() => Promise<unknown>} answer
 */
function setting(stage, signal, answer = () => Promise.resolve({ ok: true })) {
  const button = h("button", { role: "switch", "aria-checked": "false" }, "Lock");
  const token = h("input", { type: "hidden", name: "csrfmiddlewaretoken", value: "t" });
  const form = h(
    "form",
    { method: "post", action: "/abc-defg-hij/lock", hidden: true },
    token,
    h("input", { type: "hidden", name: "locked", value: "yes" }),
    button,
  );
  const notices = new CallNotices();
  stage.append(form, notices);
  const people = /** @type {any} */ (new EventTarget());
  /** @type {unknown[]} */
  const posted = [];
  const network = /** @type {any} */ ({
    fetch: (/** @type {string} */ url, /** @type {any} */ { method, body, redirect }) => {
      posted.push([new URL(url).pathname, method, redirect, ...body.entries()]);
      return answer();
    },
  });
  new Lock({ form, people, notices, network, signal });
  const know = (/** @type {boolean} */ locked, isHost = true) => {
    Object.assign(people, { room: { locked }, may: (/** @type {string} */ right) => isHost && right === "lock" });
    people.dispatchEvent(new CustomEvent("change"));
  };
  return { button, form, notices, posted, know };
}

test("a host locks and unlocks, and the switch shows what is", ({ element, signal }) => {
  const { button, form, posted, know } = setting(element, signal);
  know(false);
  equal([form.hidden, button.getAttribute("aria-checked")], [false, "false"]);
  button.click();
  equal(button.getAttribute("aria-checked"), "false");
  know(true);
  equal(button.getAttribute("aria-checked"), "true");
  button.click();
  const path = "/abc-defg-hij/lock";
  equal(posted, ["yes", "no"].map((locked) => [path, "POST", "error", ["csrfmiddlewaretoken", "t"], ["locked", locked]]));
});

test("who does not host has no switch", ({ element, signal }) => {
  const { form, know } = setting(element, signal);
  know(false, false);
  equal(form.hidden, true);
  know(false, true);
  know(false, false);
  equal(form.hidden, true);
});

for (const [what, answer] of /** @type {const} */ ([
  ["refused", () => Promise.resolve({ ok: false })],
  ["lost", () => Promise.reject(new TypeError("failed"))],
])) {
  test(`a change that is ${what} is said`, async ({ element, signal }) => {
    const { button, notices, know } = setting(element, signal, answer);
    know(false);
    button.click();
    await nextTask();
    equal([notices.textContent?.includes("could not be changed"), button.getAttribute("aria-checked")], [true, "false"]);
  });
}
