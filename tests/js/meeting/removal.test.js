import { equal, nextTask, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { Removal } from "../../../static/js/meeting/removal.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";

const WISH = { id: "mallory", ban: true, network: true, wait: true };

/**
 * @param {HTMLElement} stage
 * @param {AbortSignal} signal
 * @param {() => Promise<unknown>} answer
 */
function setting(stage, signal, answer = () => Promise.resolve({ ok: true })) {
  const token = h("input", { type: "hidden", name: "csrfmiddlewaretoken", value: "t" });
  const dialog = h("div", {}, h("fieldset", { "data-part": "guests", "data-action": "/abc-defg-hij/guests" }, token));
  const notices = new CallNotices();
  stage.append(dialog, notices);
  /** @type {unknown[]} */
  const done = [];
  const network = /** @type {any} */ ({
    fetch: (/** @type {string} */ url, /** @type {any} */ { method, body, redirect }) => {
      done.push([url, method, redirect, ...body.entries()]);
      return answer();
    },
  });
  const client = { send: (/** @type {unknown} */ message) => Boolean(done.push(message)) };
  const room = { locked: false };
  const people = /** @type {any} */ ({
    room,
    present: new Map([["mallory", { name: "Guest Mallory", role: "guest" }], ["bob", { name: "Bob", role: "member" }]]),
    may: () => true,
  });
  new Removal({ dialog: /** @type {any} */ (dialog), client, people, lock: () => void done.push("lock"), notices, network, signal });
  const wish = async (/** @type {object} */ detail) => {
    dialog.dispatchEvent(new CustomEvent("remove", { detail }));
    await nextTask();
  };
  return { done, notices, people, room, wish };
}

test("what is wanted of guests is done while the person is still inside", async ({ element, signal }) => {
  const { done, wish } = setting(element, signal);
  await wish(WISH);
  const fields = [["csrfmiddlewaretoken", "t"], ["network", "mallory"], ["wait", "yes"]];
  equal(done, [["/abc-defg-hij/guests", "POST", "error", ...fields], { type: "remove", id: "mallory", ban: true }]);
});

test("only what is wanted is asked for", async ({ element, signal }) => {
  const { done, wish } = setting(element, signal);
  await wish({ ...WISH, network: false });
  equal(/** @type {unknown[][]} */ (done)[0].slice(3), [["csrfmiddlewaretoken", "t"], ["wait", "yes"]]);
});

for (const [what, wanted] of /** @type {const} */ ([
  ["without a ban", { ...WISH, ban: false }],
  ["with a ban alone", { ...WISH, network: false, wait: false }],
])) {
  test(`a removal ${what} asks for nothing else`, async ({ element, signal }) => {
    const { done, wish } = setting(element, signal);
    await wish(wanted);
    equal(done, [{ type: "remove", id: "mallory", ban: wanted.ban }]);
  });
}

for (const [what, answer] of /** @type {const} */ ([
  ["refused", () => Promise.resolve({ ok: false })],
  ["lost", () => Promise.reject(new TypeError("failed"))],
])) {
  test(`when that is ${what} it is said, and the person is removed`, async ({ element, signal }) => {
    const { done, notices, wish } = setting(element, signal, answer);
    await wish(WISH);
    equal([notices.textContent?.includes("could not be changed"), done.at(-1)], [true, { type: "remove", id: "mallory", ban: true }]);
  });
}

test("after a guest was removed, locking the meeting is offered; not after a member, nor where it is locked or not ours to lock", async ({ element, signal }) => {
  const { done, notices, people, room, wish } = setting(element, signal);
  const plain = { ...WISH, ban: false };
  await wish({ ...plain, id: "bob" });
  people.may = () => false;
  await wish(plain);
  people.may = () => true;
  room.locked = true;
  await wish(plain);
  equal(notices.childElementCount, 0);
  room.locked = false;
  await wish(plain);
  equal(notices.querySelector("p")?.textContent, "Guest Mallory is removed, and could come back as another guest.");
  /** @type {HTMLElement | null} */ (notices.querySelector(".button:not(.button-icon)"))?.click();
  equal(done.at(-1), "lock");
});
