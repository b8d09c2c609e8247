import { equal, nextTask, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { WhoWaits } from "../../../static/js/meeting/who-waits.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";

/**
 * @param {HTMLElement} stage
 * @param {AbortSignal} signal
 * @param {() => Promise<unknown>} answer
 */
function setting(stage, signal, answer = () => Promise.resolve({ ok: true })) {
  const buttons = ["nobody", "guests", "nonmembers", "nonhosts"].map((value) => h("button", { name: "waits", value }, value));
  const form = h(
    "form",
    { method: "post", action: "/abc-defg-hij/lobby", hidden: true },
    h("input", { type: "hidden", name: "csrfmiddlewaretoken", value: "t" }),
    ...buttons,
  );
  const notices = new CallNotices();
  stage.append(form, notices);
  const people = Object.assign(new EventTarget(), { hasLobby: false, may: () => true, queue: { waits: "nobody", opens: "never" } });
  /** @type {unknown[]} */
  const posted = [];
  const network = /** @type {any} */ ({
    fetch: (/** @type {string} */ url, /** @type {any} */ { body, redirect }) => (
      posted.push([new URL(url).pathname, redirect, ...body.entries()]),
      answer()
    ),
  });
  new WhoWaits({ form, people: /** @type {any} */ (people), notices, network, wall: () => 5000, signal });
  const know = (/** @type {object} */ news) => {
    Object.assign(people, news);
    people.dispatchEvent(new CustomEvent("change"));
  };
  const pressed = () => buttons.filter((button) => button.getAttribute("aria-pressed") === "true").map(({ value }) => value);
  return { form, buttons, notices, posted, know, pressed };
}

test("a host says who waits", ({ element, signal }) => {
  const { form, buttons, posted, know, pressed } = setting(element, signal);
  equal(form.hidden, true, "a server of the release before");
  know({ hasLobby: true });
  equal([form.hidden, pressed()], [false, ["nobody"]]);
  buttons[2].click();
  equal(posted, [["/abc-defg-hij/lobby", "error", ["csrfmiddlewaretoken", "t"], ["waits", "nonmembers"]]]);
  know({ queue: { waits: "nonmembers", opens: "never" } });
  equal(pressed(), ["nonmembers"]);
});

test("nobody waits in a lobby that is open", ({ element, signal }) => {
  const { know, pressed } = setting(element, signal);
  know({ hasLobby: true, queue: { waits: "guests", opens: "host" } });
  equal(pressed(), ["nobody"], "a host is here");
  know({ queue: { waits: "guests", opens: "time", at: 5 } });
  equal(pressed(), ["nobody"]);
  know({ queue: { waits: "guests", opens: "time", at: 6 } });
  equal(pressed(), ["guests"]);
});

test("whoever does not host has no choice", ({ element, signal }) => {
  const { form, know } = setting(element, signal);
  know({ hasLobby: true, may: () => false });
  equal(form.hidden, true);
});

test("a change that is refused is said", async ({ element, signal }) => {
  const { buttons, notices, know } = setting(element, signal, () => Promise.resolve({ ok: false }));
  know({ hasLobby: true });
  buttons[1].click();
  await nextTask();
  equal(notices.querySelector("p")?.textContent, "This could not be changed. Try again.");
});
