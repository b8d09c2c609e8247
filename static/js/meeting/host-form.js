/**
 * Posts a form of hosts without leaving the page. The form of the lock is in the page of everybody with an account. It has the addresses
 * of the other forms, and the token.
 */

import { Refused, formData, post } from "../lib/post.js";

const INAPPLICABLE = 409;

export class HostForm {
  #root;
  #network;

  /** @param {{root: ParentNode, network: Pick<Window, "fetch">}} options */
  constructor({ root, network }) {
    this.#root = root;
    this.#network = network;
  }

  /** @returns {HTMLFormElement | null} null for who has no account, and in a frame of another site */
  get #form() {
    return this.#root.querySelector("form[data-part=lock]");
  }

  /** @param {string} name of the form @returns {boolean} whether there is such a form in this page */
  has(name) {
    return Boolean(this.#form?.getAttribute(`data-${name}`));
  }

  /** Locks the meeting, or unlocks it. */
  toggleLock() {
    this.#form?.requestSubmit();
  }

  /**
   * @param {string} name of the form
   * @param {Record<string, string>} fields
   * @returns {Promise<boolean>} false if it does not apply to whom it is about
   * @throws if it was not accepted, or nobody answers
   */
  async post(name, fields) {
    const form = this.#form;
    if (!form) throw new Error("no form");
    try {
      await post(this.#network, form.getAttribute(`data-${name}`) ?? "", formData(form, fields));
    } catch (error) {
      if (error instanceof Refused && error.status === INAPPLICABLE) return false;
      throw error;
    }
    return true;
  }
}
