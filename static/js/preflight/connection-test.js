/**
 * The connection test of the green room: what is tried, and the texts of the results.
 *
 * @import { Input } from "../media/sources/device-capture.js"
 * @import { LocalMedia } from "../media/local-media.js"
 * @import { Ice } from "../signaling/protocol.js"
 * @import { Step } from "../ui/connection-test.js"
 * @typedef {{socket: string, ice: string, capacity: number}} Places
 */

import { gettext, interpolate, ngettext } from "../lib/gettext.js";
import { ConnectionTest } from "../ui/connection-test.js";
import { forecast } from "./forecast.js";
import { measure, reaches } from "./ice-test.js";
import { roundTrip } from "./signaling-test.js";

export { ConnectionTest };

export class Preflight {
  #element;
  #places;
  #local;
  #signal;
  /** @type {Step[]} */
  #steps = [];

  /** @param {{element: ConnectionTest, places: Places, local: LocalMedia, signal: AbortSignal}} options */
  constructor({ element, places, local, signal }) {
    this.#element = element;
    this.#places = places;
    this.#local = local;
    this.#signal = signal;
    element.addEventListener("test", () => void this.run(), { signal });
  }

  async run() {
    this.#steps = [];
    this.#element.running = true;
    this.#element.summary = "";
    try {
      await this.#tryAll();
    } finally {
      this.#element.running = false;
    }
  }

  async #tryAll() {
    await this.#try(gettext("Server"), () => this.#server());
    for (const input of /** @type {Input[]} */ (["camera", "microphone"])) await this.#try(inputName(input), () => this.#input(input));
    const ice = await this.#ice();
    for (const server of each(ice)) await this.#try(serverName(String(server.urls)), () => this.#reach(server));
    await this.#try(gettext("Capacity"), () => this.#capacity(ice));
    this.#element.summary = this.#steps.some(({ state }) => state === "bad")
      ? gettext("Something does not work. What you can do is said beside it.")
      : gettext("Everything that was tested works.");
  }

  /**
   * @param {string} name
   * @param {() => Promise<Omit<Step, "name">>} trial
   */
  async #try(name, trial) {
    if (this.#signal.aborted) return;
    const others = this.#steps;
    this.#show([...others, { name, state: "running", detail: "", remedy: "" }]);
    this.#show([...others, { name, ...(await outcome(trial)) }]);
  }

  /** @param {Step[]} steps */
  #show(steps) {
    this.#steps = steps;
    this.#element.steps = steps;
  }

  /** @returns {Promise<Omit<Step, "name">>} */
  async #server() {
    const ms = await roundTrip({ url: this.#places.socket, WebSocket, signal: this.#signal });
    if (ms === null)
      return bad(
        gettext("No WebSocket could be opened."),
        gettext("A proxy or a browser extension may hold it back. Try another network, or ask whoever runs yours to permit WebSockets."),
      );
    return good(interpolate(gettext("WebSocket, round trip %(ms)s ms"), { ms: Math.round(ms) }));
  }

  /**
   * @param {Input} input
   * @returns {Promise<Omit<Step, "name">>}
   */
  async #input(input) {
    const { on, trouble, label } = this.#local.state(input);
    if (trouble) return bad("", gettext("See what is said about it in front of the Join button."));
    return on ? good(label) : unknown(gettext("It is turned off."));
  }

  /** @returns {Promise<Ice | null>} */
  async #ice() {
    try {
      const answer = await fetch(this.#places.ice, { signal: this.#signal, redirect: "error", headers: { Accept: "application/json" } });
      return answer.ok ? /** @type {Ice} */ (await answer.json()) : null;
    } catch {
      return null;
    }
  }

  /**
   * @param {RTCIceServer} server
   * @returns {Promise<Omit<Step, "name">>}
   */
  async #reach(server) {
    const { works, error } = await reaches(server, { RTCPeerConnection, signal: this.#signal });
    return works ? good(String(server.urls)) : bad(`${server.urls} ${error}`.trim(), blame(String(server.urls)));
  }

  /**
   * @param {Ice | null} ice
   * @returns {Promise<Omit<Step, "name">>}
   */
  async #capacity(ice) {
    const relays = ice?.servers.filter(({ urls }) => isRelay(String([urls].flat()[0]))) ?? [];
    if (!ice) return unknown(gettext("The server did not say what to test with. Try again in a minute."));
    if (ice.policy === "direct")
      return unknown(
        gettext("This room uses no relay, and without one there is nobody to measure the line with. Its calls go directly from browser to browser."),
      );
    if (!relays.length)
      return unknown(
        gettext(
          "This server lends no relay, and without one there is nobody to measure the line with. The calls go directly from browser to browser.",
        ),
      );
    const measured = await measure(relays, { RTCPeerConnection, signal: this.#signal });
    if (!measured)
      return bad(
        gettext("Nothing came back through the relay."),
        gettext("Calls may still work directly. On another network they work through the relay, too."),
      );
    const people = Math.min(forecast(measured.kbits), this.#places.capacity);
    const figures = { mbits: (measured.kbits / 1000).toFixed(1), ms: measured.roundTripMs, seconds: (measured.ms / 1000).toFixed(1) };
    const basis = interpolate(
      gettext(
        "Measured for %(seconds)s s up to the relay and back: %(mbits)s Mbit/s, round trip %(ms)s ms. Direct calls may do better; this computer was not measured.",
      ),
      figures,
    );
    if (people < 2) return bad(basis, gettext("Enough for sound. Turn the camera off, or use a faster line."));
    const enough = ngettext("Good for about %(count)s person with video.", "Good for about %(count)s people with video.", people);
    return good(`${interpolate(enough, { count: people })} ${basis}`);
  }
}

/**
 * @param {() => Promise<Omit<Step, "name">>} trial
 * @returns {Promise<Omit<Step, "name">>} bad when it throws
 */
async function outcome(trial) {
  try {
    return await trial();
  } catch (error) {
    return bad(String(error), gettext("Your browser could not do this test. Update it, or try another one."));
  }
}

/** @param {Ice | null} ice @returns {RTCIceServer[]} one for each URL */
function each(ice) {
  return (ice?.servers ?? []).flatMap((server) => [server.urls].flat().map((urls) => ({ ...server, urls })));
}

/** @param {string} url */
function isRelay(url) {
  return /^turns?:/.test(url);
}

/** @param {string} url */
function serverName(url) {
  if (!isRelay(url)) return gettext("Own address (STUN)");
  if (url.startsWith("turns:")) return gettext("Relay over TLS (TURN)");
  return url.includes("transport=tcp") ? gettext("Relay over TCP (TURN)") : gettext("Relay over UDP (TURN)");
}

/** @param {string} url */
function blame(url) {
  if (url.startsWith("turns:") || url.includes("transport=tcp"))
    return gettext("A firewall blocks it, or the relay is down. Tell whoever runs this server if it fails on other networks too.");
  return gettext("This network blocks UDP, or the server is down. Calls take a detour then, if a relay works over TCP or TLS.");
}

/** @param {Input} input */
function inputName(input) {
  return input === "camera" ? gettext("Camera") : gettext("Microphone");
}

/** @param {string} detail */
const good = (detail) => ({ state: /** @type {const} */ ("good"), detail, remedy: "" });

/** @param {string} detail */
const unknown = (detail) => ({ state: /** @type {const} */ ("unknown"), detail, remedy: "" });

/** @param {string} detail @param {string} remedy */
const bad = (detail, remedy) => ({ state: /** @type {const} */ ("bad"), detail, remedy });
