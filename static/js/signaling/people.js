/**
 * Who is in the room and who waits, from the facts that a SignalingClient emits.
 *
 * Events: `change` {offer, mend, offers} after every change, with what the pairs should do; and, for others only, `joined` {participant},
 * `left` {participant, reason}, `knocked` {participant}. Somebody who is missing in a new roster has `left` with reason "timeout"; where
 * people have moved between breakout rooms, nothing is said of them.
 *
 * A {@link Person} is a participant with its name as it is shown: names of guests are marked, except our own.
 *
 * @import { ShownName } from "../lib/names.js"
 * @import { BreakoutsFact, ChatFact, Fact, Ice, LeaveReason, Participant, Placed, Queue, Restrictions, Right, Rights, Role, Room,
 *   Use } from "./protocol.js"
 * @import { Limit } from "./restrictions.js"
 * @typedef {Participant & ShownName} Person
 */

import { shownName, unmarked } from "../lib/names.js";
import { isHost } from "./protocol.js";
import { limit, UNRESTRICTED, USES } from "./restrictions.js";

/** @typedef {{offer: boolean, mend: boolean, offers?: readonly string[]}} Change `offers`: to whom to offer, if not to everybody who is new */

/** @type {Pick<BreakoutsFact, "rooms" | "place" | "choose" | "back" | "asked" | "people">} */
export const UNDIVIDED = { rooms: [], place: "", choose: false, back: true, asked: false, people: [] };

/** @type {Queue} */
const NO_QUEUE = { type: "queue", waits: "nobody", opens: "never", notes: {} };

/** @type {Role[]} */
const BELOW_OWNER = ["host", "member", "guest"];

export class People extends EventTarget {
  /** Our own id; "" before the first `welcomed`. */
  self = "";
  /** @type {Room | null} */
  room = null;
  /** From the last `welcomed` or `ice`. @type {Ice} */
  ice = { servers: [], policy: "all" };
  /** @type {ReadonlyMap<string, Person>} */
  present = new Map();
  /** @type {ReadonlyMap<string, Person>} */
  waiting = new Map();
  /** The ids of those who have raised a hand, in the order of the server. @type {readonly string[]} */
  hands = [];
  /** Whether the server takes a `hand` of ours. */
  takesHands = false;
  /** Whether the server takes `pairs` in a report. */
  takesPairs = false;
  /** Of the roster: a new one is told when the server has lost the one before. */
  epoch = "";
  /** Who may write in the chat. @type {ChatFact["writers"]} */
  writers = "everyone";
  /** Whether the server attests keys. */
  hasChat = false;
  /** Whether the server takes decisions about several people at once, with reasons. */
  hasLobby = false;
  /** As hosts are told: who waits, and the notes of those who do. @type {Queue} */
  queue = NO_QUEUE;
  /** The breakout rooms, and where we are. */
  breakouts = UNDIVIDED;
  /** Whether the server has breakout rooms. */
  takesBreakouts = false;
  /** @type {Rights["rights"]} */
  #rights = {};
  /** @type {Pick<Restrictions, "everyone" | "people">} */
  #restrictions = UNRESTRICTED;
  /** What held when somebody left, by their id. @type {Map<string, Restrictions["people"]>} */
  #departed = new Map();

  /**
   * @param {EventTarget} client
   * @param {AbortSignal} signal
   */
  constructor(client, signal) {
    super();
    for (const type of /** @type {const} */ ([
      "welcomed", "rights", "hands", "chat", "restrictions", "queue", "ice", "roster", "placed", "breakouts", "joined",
      "updated", "left", "knocked", "locked",
    ])) {
      client.addEventListener(type, (event) => this.#receive(/** @type {CustomEvent<Fact>} */ (event).detail), { signal });
    }
  }

  /**
   * Whether the server permits us to do this; with `role`, to somebody who has that role.
   *
   * @param {Right} right
   * @param {Role} [role]
   */
  may(right, role) {
    const roles = this.#rights[right];
    return roles !== undefined && (role === undefined || roles.includes(role));
  }

  /** Uses that only owners and hosts have in this room; it may have some that we do not know. */
  get hostsOnly() {
    return this.#restrictions.everyone;
  }

  /** Whether we may not use something. */
  get isLimited() {
    return USES.some((use) => this.limit(this.self, use) !== null);
  }

  /**
   * Why somebody may not use something; null if they may. Of somebody who has left, as it was then.
   *
   * @param {string} id
   * @param {Use} use
   * @param {Role} [role] of somebody who has left
   * @returns {Limit | null}
   */
  limit(id, use, role = "guest") {
    const { everyone, people } = this.#restrictions;
    const known = this.present.get(id);
    const departed = known ? undefined : this.#departed.get(id);
    return limit({ everyone, people: departed ?? people }, { id, role: known?.role ?? role }, use);
  }

  /** If we are the last host: the member who has been here longest. Null in breakout rooms, too: hosts may be elsewhere. @returns {Person | null} */
  get heir() {
    const others = [...this.present.values()].filter(({ id }) => id !== this.self);
    if (!this.may("promote") || this.breakouts.rooms.length || others.some(({ role }) => isHost(role))) return null;
    return others.find(({ role }) => role === "member") ?? null;
  }

  /** @param {Fact} fact */
  #receive(fact) {
    switch (fact.type) {
      case "welcomed":
        if (!fact.capabilities?.includes("rights")) this.#rights = rightsBefore(fact);
        this.hasChat = fact.capabilities?.includes("chat") ?? false;
        this.room = fact.room;
        this.ice = fact.ice;
        this.hands = [];
        this.breakouts = UNDIVIDED;
        this.takesBreakouts = fact.capabilities?.includes("breakouts") ?? false;
        this.takesHands = fact.capabilities?.includes("hands") ?? false;
        this.takesPairs = fact.capabilities?.includes("pairs") ?? false;
        this.hasLobby = fact.capabilities?.includes("lobby") ?? false;
        this.queue = NO_QUEUE;
        this.epoch = fact.epoch;
        this.#welcome(fact);
        return this.#free();
      case "rights":
        this.#rights = fact.rights;
        return this.#change({});
      case "hands":
        this.hands = fact.ids;
        return this.#change({});
      case "chat":
        this.writers = fact.writers;
        return this.#change({});
      case "queue":
        this.queue = fact;
        return this.#change({});
      case "restrictions":
        this.#restrictions = fact;
        return this.#change({});
      case "ice":
        this.ice = { servers: fact.servers, policy: fact.policy };
        return;
      case "roster":
        this.epoch = fact.epoch;
        if (this.room) this.room = { ...this.room, locked: fact.locked };
        return this.#replace(this.#persons(fact), { offer: false, mend: true });
      case "placed":
        this.epoch = fact.epoch;
        if (this.room) this.room = { ...this.room, locked: fact.locked };
        return this.#move(fact);
      case "breakouts":
        this.breakouts = fact;
        return this.#change({});
      case "joined":
        return this.#join(this.#person(fact.participant));
      case "updated":
        return this.#update(this.#person(fact.participant));
      case "left":
        return this.#leave(fact.id, fact.reason);
      case "knocked":
        return this.#knock(this.#person(fact.participant));
      case "locked":
        if (this.room) this.room = { ...this.room, locked: fact.locked };
        return this.#change({});
    }
  }

  /**
   * @param {Participant} participant
   * @returns {Person}
   */
  #person(participant) {
    return { ...participant, ...(participant.id === this.self ? unmarked(participant.name) : shownName(participant)) };
  }

  /** @param {{participants: Participant[], waiting: Participant[]}} fact */
  #persons({ participants, waiting }) {
    const person = (/** @type {Participant} */ participant) => this.#person(participant);
    return { participants: participants.map(person), waiting: waiting.map(person) };
  }

  /** The server states restrictions anew. Who left while we were away keeps theirs. */
  #free() {
    if (this.#restrictions === UNRESTRICTED) return;
    this.#restrictions = UNRESTRICTED;
    this.#change({});
  }

  /** @param {{id: string, participants: Participant[], waiting: Participant[]}} fact */
  #welcome(fact) {
    const isFirst = this.self !== fact.id;
    this.self = fact.id;
    const persons = this.#persons(fact);
    if (isFirst) this.present = byId(persons.participants);
    this.#replace(persons, { offer: true, mend: true });
  }

  /**
   * @param {{participants: Person[], waiting: Person[]}} persons
   * @param {Change} change
   */
  #replace({ participants, waiting }, change) {
    const before = this.present;
    const knocking = this.waiting;
    this.#change({ present: byId(participants), waiting: byId(waiting) }, change);
    for (const participant of participants) if (!before.has(participant.id)) this.#emit("joined", { participant });
    for (const participant of before.values()) if (!this.present.has(participant.id)) this.#emit("left", { participant, reason: "timeout" });
    for (const participant of waiting) if (!knocking.has(participant.id)) this.#emit("knocked", { participant });
  }

  /** People have moved, maybe we. @param {Placed} fact */
  #move(fact) {
    const { participants, waiting } = this.#persons(fact);
    const knocking = this.waiting;
    this.#change({ present: byId(participants), waiting: byId(waiting) }, { offer: false, mend: true, offers: fact.offers });
    for (const participant of waiting) if (!knocking.has(participant.id)) this.#emit("knocked", { participant });
  }

  /** @param {Person} participant */
  #join(participant) {
    this.#change({ present: including(this.present, participant), waiting: lacking(this.waiting, participant.id) });
    if (participant.id !== this.self) this.#emit("joined", { participant });
  }

  /** Hosts are also told of those who wait. @param {Person} participant */
  #update(participant) {
    const waits = this.waiting.has(participant.id);
    this.#change(waits ? { waiting: including(this.waiting, participant) } : { present: including(this.present, participant) });
  }

  /** @param {Person} participant */
  #knock(participant) {
    this.#change({ waiting: including(this.waiting, participant) });
    this.#emit("knocked", { participant });
  }

  /**
   * @param {string} id
   * @param {LeaveReason} reason
   */
  #leave(id, reason) {
    const participant = this.present.get(id);
    this.#change({ present: lacking(this.present, id), waiting: lacking(this.waiting, id) });
    if (participant && id !== this.self) this.#emit("left", { participant, reason });
  }

  /**
   * @param {{present?: ReadonlyMap<string, Person>, waiting?: ReadonlyMap<string, Person>}} maps
   * @param {Change} [detail]
   */
  #change({ present = this.present, waiting = this.waiting }, detail = { offer: false, mend: false }) {
    for (const id of this.present.keys()) if (!present.has(id)) this.#departed.set(id, this.#restrictions.people);
    this.present = present;
    this.waiting = waiting;
    this.#emit("change", detail);
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * What a worker of the release before, which sends no `rights`, permits us to do.
 *
 * @param {{id: string, participants: Participant[]}} welcomed
 * @returns {Rights["rights"]}
 */
function rightsBefore({ id, participants }) {
  const role = participants.find((participant) => participant.id === id)?.role;
  return isHost(role) ? { admit: [], deny: [], lock: [], spotlight: [], remove: BELOW_OWNER, ban: BELOW_OWNER } : {};
}

/** @param {Person[]} participants */
function byId(participants) {
  return new Map(participants.map((participant) => [participant.id, participant]));
}

/**
 * @param {ReadonlyMap<string, Person>} map
 * @param {Person} participant
 */
function including(map, participant) {
  return new Map([...map, [participant.id, participant]]);
}

/**
 * @param {ReadonlyMap<string, Person>} map
 * @param {string} id
 */
function lacking(map, id) {
  return new Map([...map].filter(([key]) => key !== id));
}
