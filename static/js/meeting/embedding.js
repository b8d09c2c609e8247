/**
 * A page in a frame of another site: tells that site what happens, and does what it asks for, by the same buttons that a person presses.
 * Loaded only where the page was asked for by the script of such a site. `docs/embedding.md` has the messages.
 *
 * Only messages of the window around this one count, of the origin for which the server made the page, of the known shapes, and at most 20
 * at once, then ten a second. Messages go to that origin alone.
 *
 * @import { LocalMedia, Slot, Switch } from "../media/local-media.js"
 * @import { People } from "../signaling/people.js"
 * @typedef {{conference: string, on?: boolean, name?: string}} Command
 * @typedef {object} Options
 * @property {HTMLElement} root
 * @property {string} site its origin
 * @property {EventTarget} page the window
 * @property {Pick<Window, "postMessage">} parent the window around it
 * @property {LocalMedia} local
 * @property {Bucket} budget of BUDGET
 * @property {AbortSignal} signal
 */

import { Bucket } from "../lib/bucket.js";
import { systemClock } from "../lib/clock.js";
import { part } from "../lib/dom.js";
import { listener } from "../lib/listen.js";
import { boolean, object, oneOf, text } from "../lib/shapes.js";
import { NAME_LENGTH } from "../signaling/protocol.js";

/** How many commands a site may send. */
export const BUDGET = { rate: 10, burst: 20 };

const turning = object({ conference: oneOf("mute", "camera", "share", "hand"), on: boolean });
const plain = object({ conference: oneOf("leave", "end") });
const joining = object({ conference: oneOf("join") }, { name: text(NAME_LENGTH) });

/** The event about each slot that is told; of the microphone it is told whether it is off. @type {Partial<Record<Slot, string>>} */
const EVENTS = { microphone: "mute", camera: "camera", screen: "share" };

/** @param {Pick<Options, "root" | "site" | "local" | "signal">} options */
export function embedding(options) {
  return new Embedding({ ...options, page: window, parent: window.parent, budget: new Bucket({ ...BUDGET, clock: systemClock }) });
}

export class Embedding {
  #root;
  #site;
  #parent;
  #local;
  #budget;
  /** Whether we are in the meeting. */
  #isIn = false;
  #count = 0;
  #isRaised = false;
  /** Whether the site has asked to share a screen, and does not know yet what came of it. */
  #isAsked = false;

  /** @param {Options} options */
  constructor({ root, site, page, parent, local, budget, signal }) {
    this.#root = root;
    this.#site = site;
    this.#parent = parent;
    this.#local = local;
    this.#budget = budget;
    const on = listener(signal);
    on(local, "track", ({ slot, track }) => this.#turned(slot, track !== null));
    on(local, "state", ({ slot }) => slot === "screen" && this.#shared());
    page.addEventListener("message", (event) => this.#receive(/** @type {MessageEvent} */ (event)), { signal });
    this.#tell("ready");
    for (const slot of /** @type {const} */ (["microphone", "camera"])) this.#turned(slot, local.sending(slot) !== null);
  }

  /** @param {{client: EventTarget, people: EventTarget & Pick<People, "self" | "present" | "hands">, signal: AbortSignal}} meeting one that begins */
  follow({ client, people, signal }) {
    const on = listener(signal);
    on(client, "waiting", () => this.#tell("waiting"));
    on(people, "change", () => this.#follow(people));
    this.#follow(people);
  }

  /** @param {string} reason why the meeting has ended for us */
  end(reason) {
    if (reason === "ended") this.#tell("end");
    this.#tell("left", { reason });
    this.#isIn = this.#isRaised = false;
    this.#count = 0;
  }

  // What is told

  /** @param {Pick<People, "self" | "present" | "hands">} people */
  #follow({ self, present, hands }) {
    const own = present.get(self);
    if (!own) return;
    if (!this.#isIn) this.#tell("joined", { name: own.name, role: own.role });
    this.#isIn = true;
    if (this.#count !== present.size) this.#tell("people", { count: present.size });
    this.#count = present.size;
    const isRaised = hands.includes(self);
    if (this.#isRaised !== isRaised) this.#tell("hand", { on: isRaised });
    this.#isRaised = isRaised;
  }

  /** @param {Slot} slot @param {boolean} isSent */
  #turned(slot, isSent) {
    const event = EVENTS[slot];
    if (event) this.#tell(event, { on: slot === "microphone" ? !isSent : isSent });
  }

  /** A browser shares a screen only where the person has just clicked. */
  #shared() {
    const { opening, trouble } = this.#local.state("screen");
    if (!this.#isAsked || opening) return;
    this.#isAsked = false;
    if (trouble) this.#tell("refused", { command: "share" });
  }

  /** @param {string} event @param {object} [detail] */
  #tell(event, detail) {
    this.#parent.postMessage({ conference: event, ...detail }, this.#site);
  }

  // What is asked for

  /** @param {MessageEvent} event */
  #receive({ source, origin, data }) {
    if (source !== this.#parent || origin !== this.#site || !this.#budget.take(1)) return;
    if (![turning, plain, joining].some((check) => check(data))) return;
    if (!this.#obey(data)) this.#tell("refused", { command: data.conference });
  }

  /** @param {Command} command @returns {boolean} false if that is not possible now */
  #obey({ conference: command, on = true, name = "" }) {
    switch (command) {
      case "mute":
        return this.#turn("microphone", !on);
      case "camera":
        return this.#turn("camera", on);
      case "share":
        return this.#isIn && this.#share(on);
      case "hand":
        return this.#isIn && this.#raise(on);
      case "join":
        return this.#join(name);
      case "leave":
        return this.#press("[data-command=leave]") || this.#press("[data-part=leave]");
      default:
        return this.#isIn && this.#end();
    }
  }

  /** As a `media-switch` does. @param {Switch} slot @param {boolean} on */
  #turn(slot, on) {
    if (this.#local.state(slot).on !== on) this.#root.dispatchEvent(new CustomEvent("turn", { detail: { slot, on } }));
    return true;
  }

  /** @param {boolean} on */
  #share(on) {
    this.#isAsked = on;
    return this.#turn("screen", on);
  }

  /** @param {boolean} on */
  #raise(on) {
    const button = part(this.#root, "[data-command=hand]", HTMLElement);
    return button.getAttribute("aria-pressed") === String(on) || this.#press("[data-command=hand]");
  }

  /** @param {string} name for the field, if there is one */
  #join(name) {
    const field = this.#root.querySelector("#guest-name");
    if (name && field instanceof HTMLInputElement) field.value = name;
    return this.#press("green-room [data-part=join]");
  }

  /** A host is asked, and nobody else. The button is loaded later than the call. */
  #end() {
    part(this.#root, "call-controls", HTMLElement).dispatchEvent(new CustomEvent("command", { detail: { command: "end-all" } }));
    return true;
  }

  /** @param {string} selector @returns {boolean} false if nobody could press it now */
  #press(selector) {
    const button = part(this.#root, selector, HTMLButtonElement);
    if (!button.checkVisibility() || button.disabled) return false;
    button.click();
    return true;
  }
}
