import { equal, ok, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { Preflight } from "../../../static/js/preflight/connection-test.js";
import "../../../static/js/ui/copy-button.js";
import { ConnectionTest } from "../../../static/js/ui/connection-test.js";

test("a browser that cannot do a test says so, and every test comes to an end", async ({ signal, element: stage }) => {
  const element = new ConnectionTest();
  const copy = document.createElement("copy-button");
  copy.append(h("button", { type: "button" }, h("span", { "data-part": "label" }, "Copy")));
  element.append(h("button", { "data-part": "start" }), h("ul", { "data-part": "steps" }), h("p", { "data-part": "summary" }), copy);
  stage.append(element);
  const local = /** @type {any} */ ({ state: () => ({ on: false, trouble: null, label: "" }) });
  const trials = new Preflight({ element, places: { socket: "wss://localhost:1/socket", ice: "/ice", capacity: 8 }, local, signal });

  await poor(() => trials.run());

  equal([...element.querySelectorAll("li")].map(({ dataset }) => dataset.state), ["bad", "unknown", "unknown", "bad", "bad"]);
  ok(element.textContent?.includes("Error: not supported"), "what went wrong");
  equal(element.dataset.state, "done");
});

/**
 * Runs `body` in a browser without WebRTC and WebSocket, whose server lends a relay.
 *
 * @param {() => Promise<void>} body
 */
async function poor(body) {
  const { WebSocket, RTCPeerConnection, fetch } = globalThis;
  const missing = /** @type {any} */ (class {
    constructor() {
      throw new Error("not supported");
    }
  });
  const ice = { servers: [{ urls: ["turn:localhost:1"], username: "u", credential: "c" }], policy: "all" };
  Object.assign(globalThis, { WebSocket: missing, RTCPeerConnection: missing, fetch: async () => Response.json(ice) });
  try {
    await body();
  } finally {
    Object.assign(globalThis, { WebSocket, RTCPeerConnection, fetch });
  }
}
