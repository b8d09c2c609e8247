/**
 * Every data channel to everybody in one meeting.
 *
 * @import { Clock } from "../lib/clock.js"
 * @import { ChatMessage } from "./protocols/chat.js"
 * @import { Message } from "./protocols/control.js"
 * @import { FilesMessage } from "./protocols/files.js"
 */

import { BytesChannel } from "./bytes-channel.js";
import { CHAT, CONTROL, FILES, PIECES } from "./catalogue.js";
import { RoomChannel } from "./room-channel.js";
import { VersionNegotiation } from "./version-negotiation.js";

export class Channels {
  #versions;

  /** @param {{clock: Clock}} options */
  constructor({ clock }) {
    /** @type {RoomChannel<Message>} */
    this.control = new RoomChannel({ kind: CONTROL, clock });
    /** @type {RoomChannel<ChatMessage>} */
    this.chat = new RoomChannel({ kind: CHAT, clock });
    /** @type {RoomChannel<FilesMessage>} */
    this.files = new RoomChannel({ kind: FILES, clock });
    this.pieces = new BytesChannel({ kind: PIECES, clock });
    this.#versions = new VersionNegotiation({ control: this.control, channels: [this.control, this.chat, this.files] });
  }

  /**
   * Creates all channels on a new connection.
   *
   * @param {string} id of the peer
   * @param {RTCPeerConnection} pc not yet negotiated
   * @param {AbortSignal} signal the end of the connection
   * @returns {RTCDataChannel} one of them, which is closed with the connection at the latest
   */
  attach(id, pc, signal) {
    const control = this.control.attach(id, pc, signal);
    for (const channel of [this.chat, this.files, this.pieces]) channel.attach(id, pc, signal);
    return control;
  }

  /** @param {string} id of a peer that is gone */
  forget(id) {
    this.control.forget(id);
    this.#versions.forget(id);
    for (const channel of [this.chat, this.files, this.pieces]) channel.forget(id);
  }
}
