/**
 * Who may write in the chat and offer files in it: the setting of the room, and what hosts keep somebody from.
 *
 * @import { Kind } from "../chat/entry.js"
 * @import { People } from "../signaling/people.js"
 * @import { Role } from "../signaling/protocol.js"
 */

import { gettext } from "../lib/gettext.js";
import { isHost } from "../signaling/protocol.js";

export class ChatAccess {
  #people;
  /** Entries that were permitted when they came: they may be shown whatever the setting is now. @type {Set<string>} */
  #permitted = new Set();

  /** @param {People} people */
  constructor(people) {
    this.#people = people;
  }

  /** An entry has come. @param {string} id of it @param {string} person who has written it @param {Role} role @param {Kind} kind */
  admit(id, person, role, kind) {
    if (this.#mayWrite(person, role, kind)) this.#permitted.add(id);
  }

  /** Whether its author might write an entry when it came. @param {string} id of the entry */
  isAdmitted(id) {
    return this.#permitted.has(id);
  }

  /** Whether its author may, or might, write an entry. @param {string} id of it @param {string} person @param {Role} role @param {Kind} kind */
  mayShow(id, person, role, kind) {
    return this.isAdmitted(id) || this.#mayWrite(person, role, kind);
  }

  /** Why one cannot write in a conversation; "" if one can. @param {string} peer "" for everybody */
  closed(peer) {
    const { writers, present, self } = this.#people;
    if (!this.#people.hasChat) return gettext("This server has no chat.");
    if (peer && !present.has(peer)) return gettext("This person has left.");
    if (this.#people.limit(self, "chat")) return gettext("A host does not let you write in the chat.");
    if (this.#isOpenTo(present.get(self)?.role ?? "guest")) return "";
    return writers === "nobody" ? gettext("The chat of this room is switched off.") : gettext("Only hosts write in the chat of this room.");
  }

  /** Why one cannot offer files; "" if one can. */
  get filesClosed() {
    const limit = this.#people.limit(this.#people.self, "files");
    if (limit === "everyone") return gettext("Only hosts offer files in this room.");
    return limit ? gettext("A host does not let you offer files.") : "";
  }

  /** @param {string} person @param {Role} role @param {Kind} kind of an entry */
  #mayWrite(person, role, kind) {
    const isKept = (/** @type {"chat" | "files"} */ use) => this.#people.limit(person, use, role) !== null;
    return this.#isOpenTo(role) && !isKept("chat") && !(kind === "file" && isKept("files"));
  }

  /** Whether the setting of the room permits a role to write. @param {Role} role */
  #isOpenTo(role) {
    const { writers } = this.#people;
    return writers === "everyone" || (writers === "hosts" && isHost(role));
  }
}
