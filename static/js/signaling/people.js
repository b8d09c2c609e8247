/**
 * Who is in the room and who waits, kept from the facts that a SignalingClient tells.
 *
 * Events: `change` {offer, mend} after every change, with what it asks of the pairs; and, of others only, `joined` {participant},
 * `left` {participant, reason}, `knocked` {participant}. Somebody whom a fresh roster misses has `left` with reason "timeout".
 *
 * A participant's `name` in here is what to show: {@link called} has marked those of guests, but for our own.
 *
 * @import { Fact, Ice, LeaveReason, Participant, Right, Rights, Role, Room } from "./protocol.js"
 */

import { called } from "../lib/names.js";

/** @typedef {{offer: boolean, mend: boolean}} Change */

export class People extends EventTarget {
  /** Our own id; "" before the first `welcomed`. */
  self = "";
  /** @type {Room | null} */
  room = null;
  /** From the last `welcomed` or `ice`. @type {Ice} */
  ice = { servers: [], policy: "all" };
  /** @type {ReadonlyMap<string, Participant>} */
  present = new Map();
  /** @type {ReadonlyMap<string, Participant>} */
  waiting = new Map();
  /** @type {Rights["rights"]} */
  #rights = {};

  /**
   * @param {EventTarget} client
   * @param {AbortSignal} signal
   */
  constructor(client, signal) {
    super();
    for (const type of /** @type {const} */ (["welcomed", "rights", "ice", "roster", "joined", "updated", "left", "knocked", "locked"])) {
      client.addEventListener(type, (event) => this.#hear(this.#marked(/** @type {CustomEvent<Fact>} */ (event).detail)), { signal });
    }
  }

  /**
   * Whether the server lets us do this; with `role`, to somebody who has it.
   *
   * @param {Right} right
   * @param {Role} [role]
   */
  may(right, role) {
    const roles = this.#rights[right];
    return roles !== undefined && (role === undefined || roles.includes(role));
  }

  /**
   * The fact with names as they are shown.
   *
   * @template {Fact} T
   * @param {T} fact
   * @returns {T}
   */
  #marked(fact) {
    const self = fact.type === "welcomed" ? fact.id : this.self;
    const mark = (/** @type {Participant} */ participant) => (participant.id === self ? participant : { ...participant, name: called(participant) });
    if ("participant" in fact) return { ...fact, participant: mark(fact.participant) };
    if ("participants" in fact) return { ...fact, participants: fact.participants.map(mark), waiting: fact.waiting.map(mark) };
    return fact;
  }

  /** @param {Fact} fact */
  #hear(fact) {
    switch (fact.type) {
      case "welcomed":
        this.room = fact.room;
        this.ice = fact.ice;
        return this.#welcome(fact);
      case "rights":
        this.#rights = fact.rights;
        return this.#change({});
      case "ice":
        this.ice = { servers: fact.servers, policy: fact.policy };
        return;
      case "roster":
        if (this.room) this.room = { ...this.room, locked: fact.locked };
        return this.#replace(fact, { offer: false, mend: true });
      case "joined":
        return this.#join(fact.participant);
      case "updated":
        return this.#change({ present: including(this.present, fact.participant) });
      case "left":
        return this.#leave(fact.id, fact.reason);
      case "knocked":
        return this.#knock(fact.participant);
      case "locked":
        if (this.room) this.room = { ...this.room, locked: fact.locked };
        return this.#change({});
    }
  }

  /** @param {{id: string, participants: Participant[], waiting: Participant[]}} fact */
  #welcome(fact) {
    const isFirst = this.self !== fact.id;
    this.self = fact.id;
    if (isFirst) this.present = byId(fact.participants);
    this.#replace(fact, { offer: true, mend: true });
  }

  /**
   * @param {{participants: Participant[], waiting: Participant[]}} fact
   * @param {Change} change
   */
  #replace({ participants, waiting }, change) {
    const before = this.present;
    const knocking = this.waiting;
    this.#change({ present: byId(participants), waiting: byId(waiting) }, change);
    for (const participant of participants) if (!before.has(participant.id)) this.#tell("joined", { participant });
    for (const participant of before.values()) if (!this.present.has(participant.id)) this.#tell("left", { participant, reason: "timeout" });
    for (const participant of waiting) if (!knocking.has(participant.id)) this.#tell("knocked", { participant });
  }

  /** @param {Participant} participant */
  #join(participant) {
    this.#change({ present: including(this.present, participant), waiting: lacking(this.waiting, participant.id) });
    if (participant.id !== this.self) this.#tell("joined", { participant });
  }

  /** @param {Participant} participant */
  #knock(participant) {
    this.#change({ waiting: including(this.waiting, participant) });
    this.#tell("knocked", { participant });
  }

  /**
   * @param {string} id
   * @param {LeaveReason} reason
   */
  #leave(id, reason) {
    const participant = this.present.get(id);
    this.#change({ present: lacking(this.present, id), waiting: lacking(this.waiting, id) });
    if (participant && id !== this.self) this.#tell("left", { participant, reason });
  }

  /**
   * @param {{present?: ReadonlyMap<string, Participant>, waiting?: ReadonlyMap<string, Participant>}} maps
   * @param {Change} [detail]
   */
  #change({ present = this.present, waiting = this.waiting }, detail = { offer: false, mend: false }) {
    this.present = present;
    this.waiting = waiting;
    this.#tell("change", detail);
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {Participant[]} participants */
function byId(participants) {
  return new Map(participants.map((participant) => [participant.id, participant]));
}

/**
 * @param {ReadonlyMap<string, Participant>} map
 * @param {Participant} participant
 */
function including(map, participant) {
  return new Map([...map, [participant.id, participant]]);
}

/**
 * @param {ReadonlyMap<string, Participant>} map
 * @param {string} id
 */
function lacking(map, id) {
  return new Map([...map].filter(([key]) => key !== id));
}
