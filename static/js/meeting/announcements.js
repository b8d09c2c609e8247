/**
 * What is said of others while a meeting is under way: who comes, goes and knocks, whom we do not reach, and whose messages are ignored.
 *
 * @import { Peer } from "../rtc/pair/peer.js"
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People, Person } from "../signaling/people.js"
 * @import { LeaveReason } from "../signaling/protocol.js"
 * @import { CallControls } from "../ui/call-controls.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { PeoplePanel } from "../ui/people-panel.js"
 * @import { Call } from "./call.js"
 * @import { Quality } from "./quality.js"
 */

import { gettext, interpolate } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";

/** When more people wait, one notice is shown for all of them. */
const KNOCKS = 2;

export class Announcements {
  #client;
  #people;
  #quality;
  #controls;
  #panel;
  #notices;

  /**
   * @param {{client: SignalingClient, people: People, call: Call, quality: Quality, controls: CallControls, panel: PeoplePanel, notices: CallNotices,
   *   signal: AbortSignal}} options
   */
  constructor({ client, people, call, quality, controls, panel, notices, signal }) {
    this.#controls = controls;
    this.#panel = panel;
    this.#client = client;
    this.#people = people;
    this.#quality = quality;
    this.#notices = notices;
    const on = listener(signal);
    on(people, "change", () => this.#retract());
    on(people, "joined", ({ participant }) => this.#presence(gettext("%(name)s joined"), participant));
    on(people, "left", ({ participant, reason }) => this.#presence(departure(reason), participant));
    on(people, "knocked", ({ participant }) => this.#knock(participant));
    on(client, "locked", ({ locked }) => notices.announce(locked ? gettext("The meeting is locked") : gettext("The meeting is unlocked")));
    on(call, "peer", (/** @type {Peer} */ peer) => peer.addEventListener("state", () => this.#fail(peer)));
    on(call, "cutoff", (id) => this.#cutOff(id));
  }

  /**
   * @param {string} format
   * @param {Person} person
   */
  #presence(format, person) {
    this.#notices.say(named(format, person), { key: `presence ${person.name}` });
  }

  /** @param {Person} person */
  #knock(person) {
    if (this.#people.waiting.size <= KNOCKS) return this.#knockOf(person);
    this.#notices.retractAll("knock ", []);
    this.#notices.say(gettext("Several people would like to come in"), {
      key: "knock",
      action: { label: gettext("Show them"), run: () => this.#showPeople() },
    });
  }

  #showPeople() {
    if (this.#panel.hidden) this.#controls.dispatchEvent(new CustomEvent("command", { detail: { command: "people" } }));
  }

  /** @param {Person} person */
  #knockOf({ id, name }) {
    const action = { label: gettext("Let in"), run: () => void this.#client.send({ type: "admit", id }) };
    const words = [named(gettext("%(name)s would like to come in"), { name }), this.#quality.warning].filter(Boolean).join(". ");
    this.#notices.say(words, { key: `knock ${id}`, action });
  }

  /** Of those who do not wait any more. */
  #retract() {
    const { waiting } = this.#people;
    this.#notices.retractAll("knock ", [...waiting.keys()].map((id) => `knock ${id}`));
    if (waiting.size === 0) this.#notices.retract("knock");
  }

  /** @param {Peer} peer */
  #fail({ id, state }) {
    const participant = this.#people.present.get(id);
    if (state === "failed" && participant) this.#notices.announce(named(gettext("No connection to %(name)s"), participant));
  }

  /** @param {string} id of a peer */
  #cutOff(id) {
    const participant = this.#people.present.get(id);
    const format = gettext("The browser of %(name)s sends far too many messages. They are ignored; sound and video go on.");
    if (participant) this.#notices.say(named(format, participant), { key: `cutoff ${id}` });
  }
}

/** @param {LeaveReason} reason */
function departure(reason) {
  if (reason === "moved") return gettext("%(name)s is in another room now");
  return reason === "removed" ? gettext("%(name)s was removed") : gettext("%(name)s left");
}

/**
 * @param {string} format
 * @param {{name: string}} participant
 */
function named(format, { name }) {
  return interpolate(format, { name });
}
