/**
 * Finds the version of each protocol that a peer and we speak, from the `hello` that both send first on `control`.
 *
 * The first `hello` on a connection counts. Until it has come, the peer is taken to speak what a release without `hello` speaks.
 *
 * @import { Message } from "./protocols/control.js"
 * @import { HelloMessage } from "./protocols/hello.js"
 * @import { RoomChannel } from "./room-channel.js"
 */

import { commonVersion } from "./protocols/hello.js";

export class VersionNegotiation {
  #channels;
  /** The ids of those whose `hello` on their present connection has come. */
  #greeted = new Set();

  /**
   * @param {object} options
   * @param {RoomChannel<Message>} options.control
   * @param {readonly RoomChannel<any>[]} options.channels all of them, `control` too
   */
  constructor({ control, channels }) {
    this.#channels = channels;
    control.addEventListener("open", (event) => this.#begin(Reflect.get(event, "detail")));
    control.addEventListener("message", (event) => this.#receive(Reflect.get(event, "detail")));
    control.broadcast({ type: "hello", protocols: Object.fromEntries(channels.map(({ kind }) => [kind.label, kind.versions])) });
  }

  /** @param {string} id of a peer that is gone */
  forget(id) {
    this.#greeted.delete(id);
  }

  /** @param {string} id of a peer to which a new connection is open */
  #begin(id) {
    this.#greeted.delete(id);
    for (const channel of this.#channels) channel.agree(id, null);
  }

  /** @param {{from: string, message: Message}} received */
  #receive({ from, message }) {
    if (message.type === "hello" && !this.#greeted.has(from)) this.#agree(from, message);
  }

  /**
   * @param {string} id
   * @param {HelloMessage} hello
   */
  #agree(id, { protocols }) {
    this.#greeted.add(id);
    for (const channel of this.#channels) channel.agree(id, commonVersion(channel.kind.label, channel.kind.versions, protocols));
  }
}
