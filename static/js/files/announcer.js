/**
 * Tells peers what we have of a file, and whether we want the rest. Only peers to whom the file was offered are told.
 *
 * @import { FilesMessage } from "../channels/protocols/files.js"
 * @import { RoomChannel } from "../channels/room-channel.js"
 * @import { SharedFile } from "./shared-file.js"
 */

export class Announcer {
  #channel;

  /** @param {RoomChannel<FilesMessage>} channel */
  constructor(channel) {
    this.#channel = channel;
  }

  /**
   * Tells peers which pieces we have. If we want the rest, they are also asked which pieces they have.
   *
   * @param {SharedFile} file
   * @param {Iterable<string>} peers
   */
  announce(file, peers) {
    if (file.isWanted) this.#post(file, peers, { type: "seek", file: file.offer.id, map: file.map.text });
    else this.describe(file, peers);
  }

  /** Tells peers which pieces we have, if that is known. @param {SharedFile} file @param {Iterable<string>} peers */
  describe(file, peers) {
    const { isWanted, manifest, map, offer } = file;
    if (isWanted || manifest) this.#post(file, peers, { type: "have", file: offer.id, map: map.text, seeks: isWanted });
  }

  /** Tells everybody who has pieces of the file that we have none any more. @param {SharedFile} file */
  retract({ offer: { id }, map, holders }) {
    for (const peer of holders.keys()) this.#channel.post(peer, { type: "have", file: id, map: map.text, seeks: false });
  }

  /** Tells those who have pieces of the file that we have one more. @param {SharedFile} file @param {number} piece */
  add(file, piece) {
    this.#post(file, file.holders.keys(), { type: "more", file: file.offer.id, pieces: [piece] });
  }

  /** Asks peers to send no more pieces of the file. @param {SharedFile} file @param {Iterable<string>} peers */
  stop(file, peers) {
    this.#post(file, peers, { type: "stop", file: file.offer.id });
  }

  /** @param {SharedFile} file @param {Iterable<string>} peers @param {FilesMessage} message */
  #post(file, peers, message) {
    for (const id of peers) if (file.isFor(id)) this.#channel.post(id, message);
  }
}
