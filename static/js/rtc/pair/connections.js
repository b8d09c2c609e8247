/**
 * The connections to one peer: the one in use, one that may take its place, and those that were replaced.
 *
 * @import { Envelope } from "../../signaling/protocol.js"
 * @import { Connection } from "./connection.js"
 */

const RETIRED = 16;
const IDS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

export class Connections {
  #make;
  #installed;
  #random;
  /** @type {Connection | null} */
  #current = null;
  /** What another offer would put in the place of a working connection, until we have answered it. @type {Connection | null} */
  #staged = null;
  /** The ids of those that were replaced, or could not be used: what still arrives for them is late. @type {string[]} */
  #retired = [];

  /**
   * @param {object} options
   * @param {(id: string, initiator: boolean) => Connection} options.make
   * @param {(connection: Connection) => void} options.installed called when a connection has taken the place of any other
   * @param {() => number} options.random
   */
  constructor({ make, installed, random }) {
    this.#make = make;
    this.#installed = installed;
    this.#random = random;
  }

  /** The one in use; null before there is any. */
  get current() {
    return this.#current;
  }

  /** The one in use, and the one that may take its place. */
  get all() {
    return [this.#current, this.#staged].filter((connection) => connection !== null);
  }

  /** @param {string} id */
  get(id) {
    return this.all.find((connection) => connection.id === id);
  }

  /** @param {string} id */
  isRetired(id) {
    return this.#retired.includes(id);
  }

  /** Makes one of ours, in place of any other. @returns {Connection} */
  offer() {
    return this.#begin(drawn(this.#random), true);
  }

  /** Makes one of the peer's, in place of any other. @param {string} id @returns {Connection} */
  answer(id) {
    return this.#begin(id, false);
  }

  /**
   * Answers an offer that would replace a working connection. That one stays until the offer has proved usable.
   *
   * @param {Envelope} envelope
   * @returns {Promise<boolean>} whether it was replaced
   */
  async stage(envelope) {
    const staged = this.#make(envelope.connection, false);
    let isBroken = false;
    staged.addEventListener("broken", () => (isBroken = true));
    this.#unstage();
    this.#staged = staged;
    await staged.accept(envelope);
    if (this.#staged !== staged) return false;
    if (isBroken || !staged.isSettled) return this.#unstage();
    this.#install(staged);
    return true;
  }

  close() {
    for (const connection of this.all) connection.close();
    this.#staged = null;
  }

  /**
   * @param {string} id
   * @param {boolean} initiator
   */
  #begin(id, initiator) {
    const connection = this.#make(id, initiator);
    this.#unstage();
    this.#install(connection);
    return connection;
  }

  #unstage() {
    if (this.#staged) this.#retire(this.#staged);
    this.#staged = null;
    return false;
  }

  /** @param {Connection} connection */
  #install(connection) {
    if (this.#current) this.#retire(this.#current);
    this.#staged = null;
    this.#current = connection;
    this.#installed(connection);
  }

  /** @param {Connection} connection */
  #retire(connection) {
    connection.close();
    this.#retired = [connection.id, ...this.#retired].slice(0, RETIRED);
  }
}

/** @param {() => number} random */
function drawn(random) {
  return Array.from({ length: 16 }, () => IDS[Math.floor(random() * IDS.length)]).join("");
}
