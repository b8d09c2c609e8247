/**
 * Breakout rooms while there are some, and the dialog in which a host opens them: where we are, how long, and what we may do. Loaded with
 * the first room (`breakout-loader.js`).
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People } from "../signaling/people.js"
 * @import { Located } from "../signaling/protocol.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 */

import { gettext, interpolate, ngettext } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";
import { shownName, unmarked } from "../lib/names.js";
import { BreakoutBar } from "../ui/breakout-bar.js";
import { BreakoutDialog } from "../ui/breakout-dialog.js";

/** How many seconds before the end everybody is told. */
const WARNING = 60;

export class Breakouts {
  #client;
  #people;
  #notices;
  #endsAt;
  #clock;
  #signal;
  #bar = new BreakoutBar();
  #dialog = new BreakoutDialog();
  /** The place that we were last told of; null while there are no rooms. @type {string | null} */
  #place = null;
  /** Who asked for help when we last looked. @type {ReadonlySet<string>} */
  #asking = new Set();
  #isStale = false;
  /** The end of which we were warned. @type {number | null} */
  #warnedOf = null;
  #tick = new AbortController();

  /**
   * @param {object} options
   * @param {HTMLElement} options.root
   * @param {Pick<SignalingClient, "send"> & EventTarget} options.client
   * @param {People} options.people
   * @param {CallNotices} options.notices
   * @param {() => number | null} options.endsAt when the rooms close, by the clock
   * @param {Clock} options.clock
   * @param {AbortSignal} options.signal
   */
  constructor({ root, client, people, notices, endsAt, clock, signal }) {
    this.#client = client;
    this.#people = people;
    this.#notices = notices;
    this.#endsAt = endsAt;
    this.#clock = clock;
    this.#signal = signal;
    root.querySelector(".call-header")?.after(this.#bar);
    root.append(this.#dialog);
    const on = listener(signal);
    on(people, "change", () => this.#followSoon());
    on(this.#bar, "move", ({ place }) => client.send({ type: "move", place }));
    on(this.#bar, "help", ({ asked }) => client.send({ type: "help", asked }));
    on(this.#bar, "open", () => this.open());
    on(this.#dialog, "divide", (message) => client.send({ type: "divide", ...message }));
    on(this.#dialog, "move", (message) => client.send({ type: "move", ...message }));
    on(this.#dialog, "gather", ({ seconds }) => client.send({ type: "gather", seconds }));
    on(this.#dialog, "broadcast", ({ text }) => client.send({ type: "broadcast", text }));
    signal.addEventListener("abort", () => (this.#bar.remove(), this.#dialog.remove()), { once: true });
    this.follow();
  }

  open() {
    this.#show();
    this.#dialog.open();
  }

  /** When the whole frame was read: after a welcome there seem to be no rooms until they are told. */
  #followSoon() {
    if (this.#isStale) return;
    this.#isStale = true;
    queueMicrotask(() => this.#isStale && !this.#signal.aborted && this.follow());
  }

  /** Shows what the server says now. */
  follow() {
    this.#isStale = false;
    this.#tellPlace();
    this.#tellHelp();
    this.#tick.abort();
    this.#tick = new AbortController();
    this.#count(AbortSignal.any([this.#tick.signal, this.#signal]));
  }

  /** @param {AbortSignal} signal */
  #count(signal) {
    this.#show();
    const seconds = this.#seconds;
    if (seconds === null || !this.#people.breakouts.rooms.length) return;
    if (seconds <= WARNING && this.#warnedOf !== this.#endsAt()) {
      this.#warnedOf = this.#endsAt();
      this.#notices.say(gettext("The breakout rooms close in a minute or less. Then everybody is in the main room."), { key: "breakouts" });
    }
    this.#clock.after(1000, () => this.#count(signal), signal);
  }

  /** How long the rooms stay open; null if that is open. */
  get #seconds() {
    const endsAt = this.#endsAt();
    return endsAt === null ? null : Math.max(0, Math.ceil((endsAt - this.#clock.now()) / 1000));
  }

  #tellPlace() {
    const { rooms, place } = this.#people.breakouts;
    const now = rooms.length ? place : null;
    const before = this.#place;
    this.#place = now;
    if (now === before) return;
    if (now === null) return this.#notices.say(gettext("The breakout rooms are closed. Everybody is in the main room."), { key: "breakouts" });
    if (now) this.#notices.announce(interpolate(gettext("You are now in %(room)s."), { room: this.#nameOf(now) }));
    else if (before !== null) this.#notices.announce(gettext("You are now in the main room."));
  }

  /** To hosts, wherever they are. */
  #tellHelp() {
    const { breakouts, self } = this.#people;
    const asking = breakouts.people.filter(({ id, help }) => help && id !== self);
    for (const person of asking) if (!this.#asking.has(person.id)) this.#offerHelp(person);
    this.#notices.retractAll("help ", asking.map(({ id }) => `help ${id}`));
    this.#asking = new Set(asking.map(({ id }) => id));
  }

  /** @param {Located} person */
  #offerHelp(person) {
    const text = interpolate(gettext("%(name)s asks for help in %(room)s"), { name: shownName(person).name, room: this.#nameOf(person.place) });
    this.#notices.say(text, { key: `help ${person.id}`, action: { label: gettext("Go there"), run: () => this.#help(person) } });
  }

  /** @param {Located} person */
  #help({ id, place }) {
    this.#client.send({ type: "move", place });
    this.#client.send({ type: "help", asked: false, id });
  }

  /** @param {string} place */
  #nameOf(place) {
    return this.#people.breakouts.rooms.find(({ id }) => id === place)?.name ?? gettext("the main room");
  }

  #show() {
    const { breakouts, present, self } = this.#people;
    const { rooms, place, choose, back, asked } = breakouts;
    const hosts = this.#people.may("divide");
    const left = this.#seconds === null ? "" : remaining(this.#seconds);
    const where = place
      ? interpolate(gettext("You are in %(room)s"), { room: this.#nameOf(place) })
      : gettext("Breakout rooms are open. You are in the main room.");
    this.#bar.state = {
      isOpen: rooms.length > 0,
      where,
      left,
      asked: hosts ? null : asked,
      goesBack: place !== "" && (hosts || back || choose),
      choice: hosts ? gettext("Breakout rooms") : choose ? gettext("Choose a room") : "",
    };
    const everybody = breakouts.people.length
      ? breakouts.people
      : [...present.values()].map((one) => ({ ...one, name: one.plain, place, help: false }));
    const people = everybody.map((one) => ({
      id: one.id,
      place: one.place,
      help: one.help,
      shown: one.id === self ? unmarked(interpolate(gettext("%(name)s (you)"), { name: one.name })) : shownName(one),
    }));
    this.#dialog.state = { rooms, place, people, hosts, chooses: choose, left, seconds: this.#seconds };
  }
}

/** @param {number} seconds */
function remaining(seconds) {
  const minutes = Math.ceil(seconds / 60);
  if (seconds > 90) return interpolate(ngettext("%(count)s minute left", "%(count)s minutes left", minutes), { count: minutes });
  return interpolate(ngettext("%(count)s second left", "%(count)s seconds left", seconds), { count: seconds });
}
