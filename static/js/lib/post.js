/** Posts a form without leaving the page. */

import { part } from "./dom.js";

const PATIENCE_MS = 5000;

export class Refused extends Error {
  /** @param {number} status of the answer */
  constructor(status) {
    super("refused");
    this.status = status;
  }
}

/**
 * Where the login has ended one would be sent to another page: that is a failure, too.
 *
 * @param {Pick<Window, "fetch">} network
 * @param {string} url
 * @param {FormData} body
 * @throws {Refused} if it was not accepted; something else if nobody answers in time
 */
export async function post(network, url, body) {
  const { ok, status } = await network.fetch(url, { method: "POST", body, redirect: "error", signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!ok) throw new Refused(status);
}

/**
 * @param {ParentNode} form has the token of the page
 * @param {Record<string, string>} fields
 */
export function formData(form, fields) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", part(form, "[name=csrfmiddlewaretoken]", HTMLInputElement).value);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return body;
}
