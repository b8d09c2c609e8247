/**
 * Tells us what hosts keep us from: when that begins and ends, at the switches, and when we press one of them. `enforcement.js` keeps the
 * sources off. A host can ask us to turn something on, and never turns it on.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { LocalMedia, Switch } from "../media/local-media.js"
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People } from "../signaling/people.js"
 * @import { Use } from "../signaling/protocol.js"
 * @import { Limit } from "../signaling/restrictions.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 */

import { gettext, interpolate } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";
import { USES } from "../signaling/restrictions.js";
import { MediaSwitch } from "../ui/media-switch.js";

/** After that, pressing the switch was long ago: nothing is turned on any more. */
const LIFT_MS = 5000;

export class OwnLimits {
  #root;
  #client;
  #people;
  #local;
  #notices;
  #clock;
  #signal;
  /** What was said last, by use. @type {Map<Use, Limit | null>} */
  #said = new Map(USES.map((use) => [use, null]));
  /** What the person turned on, and the server has not permitted yet: until when. @type {Map<Switch, number>} */
  #wanted = new Map();

  /**
   * @param {{root: HTMLElement, client: Pick<SignalingClient, "send">, people: EventTarget & Pick<People, "self" | "present" | "limit">,
   *   local: Pick<LocalMedia, "sending">, notices: CallNotices, clock: Pick<Clock, "now">, signal: AbortSignal}} options `root` has the switches
   */
  constructor({ root, client, people, local, notices, clock, signal }) {
    this.#root = root;
    this.#client = client;
    this.#people = people;
    this.#local = local;
    this.#notices = notices;
    this.#clock = clock;
    this.#signal = signal;
    listener(signal)(people, "change", () => this.#followSoon());
    signal.addEventListener("abort", () => this.#clear(), { once: true });
    this.#follow();
  }

  /** A host turned off what was on, without the server if it says nothing of it. @param {Switch} slot */
  cut(slot) {
    const limit = this.#people.limit(this.#people.self, slot);
    if (limit === null || limit === "stopped") this.#say(slot, words().stopped[slot]);
  }

  /** The person turns what is barred. @param {{slot: Switch, on: boolean}} turned */
  turn({ slot, on }) {
    this.#wanted.delete(slot);
    if (!on) return;
    if (this.#people.limit(this.#people.self, slot) !== "stopped") return this.#say(slot, words().pressed[slot]);
    if (!this.#client.send({ type: "lift", use: slot })) return this.#say(slot, gettext("The server cannot be reached now. Try again in a moment."));
    this.#wanted.set(slot, this.#clock.now() + LIFT_MS);
  }

  /** A host asks us to turn something on. @param {{use: Use, by: string}} asked */
  ask({ use, by }) {
    if (!isSwitch(use) || this.#local.sending(use)) return;
    const name = this.#people.present.get(by)?.name ?? gettext("A host");
    this.#say(use, interpolate(words().asked[use], { name }), true);
  }

  /** When the whole frame was read: `welcomed` comes before `restrictions`. */
  #followSoon() {
    queueMicrotask(() => this.#signal.aborted || this.#follow());
  }

  #follow() {
    for (const use of USES) {
      const limit = this.#people.limit(this.#people.self, use);
      if (limit === this.#said.get(use)) continue;
      this.#change(use, this.#said.get(use) ?? null, limit);
      this.#said.set(use, limit);
    }
  }

  /** @param {Use} use @param {Limit | null} before @param {Limit | null} now */
  #change(use, before, now) {
    if (isSwitch(use)) this.#mark(use, now);
    if (now) return now === "stopped" ? undefined : this.#say(use, words()[now][use]);
    this.#notices.retract(keyOf(use));
    if (isSwitch(use) && this.#takeWish(use)) return this.#turnOn(use);
    if (before !== "stopped") this.#say(use, words().free[use], isSwitch(use));
  }

  /** @param {Switch} slot @returns {boolean} whether the person turned it on a moment ago */
  #takeWish(slot) {
    const until = this.#wanted.get(slot) ?? -Infinity;
    this.#wanted.delete(slot);
    return this.#clock.now() < until;
  }

  /** @param {Switch} slot @param {Limit | null} limit */
  #mark(slot, limit) {
    for (const element of this.#switches(slot)) element.limit = limit && words().marked[limit];
  }

  /** @param {Switch} slot */
  #switches(slot) {
    return [...this.#root.querySelectorAll(`media-switch[for=${slot}]`)].filter((element) => element instanceof MediaSwitch);
  }

  /** As if the person pressed the switch. @param {Switch} slot */
  #turnOn(slot) {
    this.#switches(slot)[0]?.turn(true);
  }

  /** @param {Use} use @param {string} text @param {boolean} [offers] whether to offer to turn it on */
  #say(use, text, offers = false) {
    const action = offers && isSwitch(use) ? { label: words().action[use], run: () => this.#turnOn(use) } : undefined;
    this.#notices.say(text, { key: keyOf(use), action });
  }

  #clear() {
    for (const slot of /** @type {const} */ (["microphone", "camera", "screen"])) this.#mark(slot, null);
  }
}

/** @param {Use} use @returns {use is Switch} */
function isSwitch(use) {
  return use === "microphone" || use === "camera" || use === "screen";
}

/** @param {Use} use of its notice */
function keyOf(use) {
  return `limit ${use}`;
}

function words() {
  return {
    stopped: {
      microphone: gettext("A host turned your microphone off."),
      camera: gettext("A host turned your camera off."),
      screen: gettext("A host stopped the sharing of your screen."),
    },
    forbidden: {
      microphone: gettext("A host does not let you use your microphone."),
      camera: gettext("A host does not let you use your camera."),
      screen: gettext("A host does not let you share your screen."),
      chat: gettext("A host does not let you write in the chat."),
      files: gettext("A host does not let you offer files."),
      reactions: gettext("A host does not let you react."),
    },
    everyone: {
      microphone: gettext("Only hosts use a microphone in this meeting now."),
      camera: gettext("Only hosts use a camera in this meeting now."),
      screen: gettext("Only hosts share a screen in this meeting now."),
      chat: gettext("Only hosts write in the chat of this meeting now."),
      files: gettext("Only hosts offer files in this meeting now."),
      reactions: gettext("Only hosts react in this meeting now."),
    },
    free: {
      microphone: gettext("You may use your microphone again."),
      camera: gettext("You may use your camera again."),
      screen: gettext("You may share your screen again."),
      chat: gettext("You may write in the chat again."),
      files: gettext("You may offer files again."),
      reactions: gettext("You may react again."),
    },
    pressed: {
      microphone: gettext("Your microphone stays off until a host lets you use it. You can raise your hand."),
      camera: gettext("Your camera stays off until a host lets you use it. You can raise your hand."),
      screen: gettext("You cannot share your screen until a host lets you. You can raise your hand."),
    },
    asked: {
      microphone: gettext("%(name)s asks you to turn on your microphone."),
      camera: gettext("%(name)s asks you to turn on your camera."),
      screen: gettext("%(name)s asks you to share your screen."),
    },
    action: {
      microphone: gettext("Turn on your microphone"),
      camera: gettext("Turn on your camera"),
      screen: gettext("Share your screen"),
    },
    marked: {
      stopped: gettext("turned off by a host"),
      forbidden: gettext("only a host can permit it"),
      everyone: gettext("only hosts may use it now"),
    },
  };
}
