/**
 * What we receive of one peer: the slots that are permitted, and of their video what is demanded. Of the others nothing is played, decoded,
 * shown or demanded, whatever the peer says and sends.
 *
 * @import { Demand } from "../model/demand.js"
 * @import { SlotName, SlotRecord } from "../model/slots.js"
 */

import { NOTHING } from "../model/demand.js";
import { eachSlot, SLOTS } from "../model/slots.js";

export class Reception {
  /** @type {Readonly<SlotRecord<boolean>>} */
  #permitted = eachSlot(() => true);
  /** What would be demanded if everything were permitted. @type {Demand | null} */
  #wanted = null;

  /** @param {Demand} demand if everything is permitted */
  want(demand) {
    this.#wanted = demand;
  }

  /** @param {Readonly<SlotRecord<boolean>>} slots @returns {boolean} whether that is a change */
  permit(slots) {
    const isChange = SLOTS.some(({ name }) => slots[name] !== this.#permitted[name]);
    this.#permitted = slots;
    return isChange;
  }

  /** @param {SlotName} slot */
  permits(slot) {
    return this.#permitted[slot];
  }

  /** What is demanded of the peer's video; null until something was wanted. @returns {Demand | null} */
  get demand() {
    if (!this.#wanted) return null;
    const { camera, screen } = this.#wanted;
    return { camera: this.permits("camera") ? camera : NOTHING, screen: this.permits("screen") ? screen : NOTHING };
  }
}
