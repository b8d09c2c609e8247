import { equal, nextTask, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { SocketStatus } from "../../../static/js/meeting/socket-status.js";
import { ManualClock } from "../clock.js";

/**
 * @param {HTMLElement} stage
 * @param {AbortSignal} signal
 * @param {() => Promise<{ok: boolean}>} answer of the server to a request
 */
function setting(stage, signal, answer) {
  const element = h("p", { hidden: true }, h("span", { "data-part": "said" }));
  stage.append(element);
  const client = /** @type {any} */ (Object.assign(new EventTarget(), { state: "idle", isOpening: true, isUnanswered: false }));
  const clock = new ManualClock();
  /** @type {string[]} */
  const asked = [];
  const network = /** @type {any} */ ({ fetch: (/** @type {string} */ url) => (asked.push(url), answer()) });
  new SocketStatus({ element, client, network, clock, signal });
  const tell = (/** @type {string} */ type, /** @type {any} */ detail) => client.dispatchEvent(new CustomEvent(type, { detail }));
  return { element, client, clock, asked, tell };
}

const answers = () => Promise.resolve({ ok: true });

test("a line that opens at once is not spoken of", ({ element, signal }) => {
  const { element: bar, clock, tell } = setting(element, signal, answers);
  tell("state", { state: "connecting" });
  clock.advance(1900);
  tell("state", { state: "open" });
  clock.advance(5000);
  equal(bar.hidden, true);
});

test("a line that does not open is spoken of", ({ element, signal }) => {
  const { element: bar, clock, asked, tell } = setting(element, signal, answers);
  tell("state", { state: "connecting" });
  clock.advance(2000);
  equal([bar.hidden, bar.textContent], [false, "Reaching the server…"]);
  tell("state", { state: "reconnecting" });
  tell("unopened", { count: 1 });
  equal(asked, []);
});

test("a server that answers while its sockets do not open is behind something", async ({ element, signal }) => {
  const { element: bar, asked, tell } = setting(element, signal, answers);
  tell("state", { state: "reconnecting" });
  tell("unopened", { count: 2 });
  await nextTask();
  equal([bar.hidden, bar.textContent?.includes("WebSocket connections do not get through"), bar.hasAttribute("data-barred")], [false, true, true]);
  equal(asked, ["/health/live"]);
  tell("state", { state: "open" });
  equal([bar.hidden, signal.aborted], [true, false]);
  tell("state", { state: "reconnecting" });
  equal([bar.textContent, bar.hasAttribute("data-barred")], ["Reaching the server…", false]);
});

for (const [what, answer] of /** @type {const} */ ([
  ["does not answer", () => Promise.reject(new TypeError("failed"))],
  ["does not answer well", () => Promise.resolve({ ok: false })],
])) {
  test(`a server that ${what} is being reached`, async ({ element, signal }) => {
    const { element: bar, tell } = setting(element, signal, answer);
    tell("state", { state: "reconnecting" });
    tell("unopened", { count: 2 });
    await nextTask();
    equal([bar.textContent, bar.hasAttribute("data-barred")], ["Reaching the server…", false]);
  });
}

test("an answer that comes too late says nothing", async ({ element, signal }) => {
  const { element: bar, tell } = setting(element, signal, answers);
  tell("state", { state: "reconnecting" });
  tell("unopened", { count: 2 });
  tell("state", { state: "open" });
  await nextTask();
  equal([bar.hidden, bar.hasAttribute("data-barred")], [true, false]);
});

test("sockets that hang are explained after a few seconds: what was tried, and what may be in the way", async ({ element, signal }) => {
  for (const [answer, words] of /** @type {const} */ ([
    [answers, "WebSocket connections do not get through"],
    [() => Promise.reject(new TypeError("failed")), "a request and a WebSocket connection were tried"],
  ])) {
    const { element: bar, clock, tell } = setting(element, signal, answer);
    tell("state", { state: "connecting" });
    clock.advance(6000);
    await nextTask();
    equal([bar.hidden, bar.textContent?.includes(words)], [false, true]);
    tell("state", { state: "open" });
    equal(bar.hidden, true);
  }
});

test("a socket that opens and brings nothing is explained without another request", async ({ element, signal }) => {
  const { element: bar, client, clock, asked, tell } = setting(element, signal, answers);
  Object.assign(client, { isOpening: false, isUnanswered: true });
  tell("state", { state: "connecting" });
  clock.advance(6000);
  await nextTask();
  equal([bar.hidden, bar.textContent?.includes("nothing arrives on it"), asked], [false, true, []]);
});

test("a pause between two sockets is not explained", async ({ element, signal }) => {
  const { element: bar, client, clock, asked, tell } = setting(element, signal, answers);
  client.isOpening = false;
  tell("state", { state: "reconnecting" });
  clock.advance(60_000);
  await nextTask();
  equal([bar.textContent, asked], ["Reaching the server…", []]);
});
