/**
 * What a page in a frame of another site sends in place of cookies, which it does not get (`rooms/frames.py`).
 *
 * @typedef {{guest: string, grant: string, site: string}} Frame `guest`: the signed id of a new guest; `grant`: what opens the room to them,
 *   "" if nothing has to; `site`: the origin to which messages go, "" for none
 */

const SIGNED = /^[\w:-]{1,200}$/;

/**
 * @param {string} slug
 * @param {Frame} frame
 * @param {Pick<Storage, "getItem" | "setItem">} storage keeps the id of the guest, so that a host can keep out who loads the page again
 */
export function frameCookie(slug, { guest, grant }, storage) {
  const key = `guest:${slug}`;
  const found = storage.getItem(key);
  const kept = found && SIGNED.test(found) ? found : guest;
  try {
    storage.setItem(key, kept);
  } catch {
    // Storage is full: after a reload this is another guest.
  }
  return `frame-guest=${kept}; frame-new=${guest}; frame-grant=${grant}`;
}
