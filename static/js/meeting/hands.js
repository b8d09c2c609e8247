/**
 * Raised hands: our own, and what the page shows of everybody's. The order is the server's. Loaded with the first hand.
 *
 * @import { Bucket } from "../lib/bucket.js"
 * @import { Clock } from "../lib/clock.js"
 * @import { Level } from "../media/levels.js"
 * @import { LocalMedia } from "../media/local-media.js"
 * @import { Preferences } from "../preferences/preferences.js"
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People } from "../signaling/people.js"
 * @import { CallControls } from "../ui/call-controls.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { PeoplePanel } from "../ui/people-panel.js"
 * @import { Tiles } from "./stage/tiles.js"
 */

import { Batch } from "../lib/batch.js";
import { part, write } from "../lib/dom.js";
import { gettext, interpolate, ngettext } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";
import { BUDGET, OwnHand } from "../signaling/own-hand.js";
import { RaisedHands } from "../ui/raised-hands.js";
import { HandAfterSpeech } from "./hand-after-speech.js";
import { keyOf } from "./stage/tiles.js";

/** Hands that are raised within this time are told together. */
const TOLD_MS = 1500;

export class Hands {
  #own;
  #client;
  #people;
  #controls;
  #list;
  #tiles;
  #notices;
  #raised;
  /** The ids of those whose hand is shown, in order. @type {readonly string[]} */
  #shown = [];
  #isStale = false;

  /**
   * @param {{client: Pick<SignalingClient, "send">, people: People, local: Pick<LocalMedia, "sending">,
   *   level: Pick<Level, "read">, controls: CallControls, panel: PeoplePanel, tiles: EventTarget & Pick<Tiles, "all">,
   *   notices: CallNotices, preferences: Preferences, budget: (rate: {rate: number, burst: number}) => Bucket, clock: Clock,
   *   signal: AbortSignal}} options
   */
  constructor({ client, people, local, level, controls, panel, tiles, notices, preferences, budget, clock, signal }) {
    this.#own = new OwnHand({ client, people, budget: budget(BUDGET), clock, signal });
    this.#client = client;
    this.#people = people;
    this.#controls = controls;
    this.#list = part(panel, "raised-hands", RaisedHands);
    this.#tiles = tiles;
    this.#notices = notices;
    this.#raised = new Batch({ ms: TOLD_MS, clock, signal, done: (ids) => this.#tell(ids) });
    new HandAfterSpeech({ hand: this.#own, local, level, preferences, notices, clock, signal });
    const on = listener(signal);
    for (const shown of [people, tiles]) on(shown, "change", () => this.#followSoon());
    on(this.#own, "change", ({ asked }) => this.#tellOwn(asked));
    on(this.#list, "lower", ({ id }) => this.#lower(id));
    signal.addEventListener("abort", () => this.#hide(), { once: true });
    this.#follow();
  }

  /** Raises our hand, or lowers it. */
  toggle() {
    this.#own.isRaised = !this.#own.isRaised;
  }

  #hide() {
    this.#isStale = false;
    this.#shown = [];
    this.#controls.press("hand", false);
    this.#showAll();
  }

  /** @param {string | undefined} id of whom; everybody's without */
  #lower(id) {
    if (id === this.#people.self) this.#own.isRaised = false;
    else this.#client.send({ type: "lower", id });
  }

  /** When the whole frame was read: the roster comes before the hands. */
  #followSoon() {
    if (this.#isStale) return;
    this.#isStale = true;
    queueMicrotask(() => this.#isStale && this.#follow());
  }

  #follow() {
    this.#isStale = false;
    this.#own.follow();
    const { hands, present, self } = this.#people;
    const ids = hands.filter((id) => present.has(id));
    for (const id of ids) if (id !== self && !this.#shown.includes(id)) this.#raised.add(id);
    this.#shown = ids;
    this.#showOwn();
    this.#showAll();
  }

  /** @param {boolean} asked whether we did it, and see it anyway */
  #tellOwn(asked) {
    this.#showOwn();
    const text = this.#own.isRaised ? gettext("Your hand is raised.") : gettext("Your hand is lowered.");
    if (asked) this.#notices.announce(text);
    else this.#notices.say(text, { key: "hand" });
  }

  #showOwn() {
    this.#controls.press("hand", this.#own.isRaised);
  }

  #showAll() {
    const { present, self } = this.#people;
    const lowersAll = this.#people.may("lower");
    const shown = this.#shown.map((id) => keyOf(id, self));
    for (const [key, tile] of this.#tiles.all) if (tile.kind === "person") tile.hand = 1 + shown.indexOf(key);
    const people = this.#shown.flatMap((id) => present.get(id) ?? []);
    this.#list.state = { hands: people.map(({ id, name }) => ({ id, name, lowers: lowersAll || id === self })), lowersAll };
    const count = part(this.#controls, "[data-part=hands]", HTMLElement);
    count.hidden = !lowersAll || this.#shown.length === 0;
    write(count, String(this.#shown.length));
  }

  /** Whoever leads the meeting sees it; the others see it on the tiles and in the list. @param {string[]} ids of those who have raised a hand */
  #tell(ids) {
    const names = ids.filter((id) => this.#shown.includes(id)).flatMap((id) => this.#people.present.get(id)?.name ?? []);
    if (!names.length) return;
    const text = interpolate(ngettext("%(name)s has raised a hand", "%(count)s people have raised their hands", names.length), {
      name: names[0],
      count: names.length,
    });
    if (this.#people.may("lower")) this.#notices.say(text, { key: "hands" });
    else this.#notices.announce(text);
  }
}
