import { writeCookie } from "../lib/cookie.js";

const YEAR_SECONDS = 365 * 24 * 3600;

/**
 * Tells the server in which time zone this browser is. It is a guess: an account can say another (`accounts/zones.py`).
 *
 * @returns {boolean} whether the server did not know it yet when it made this page
 */
export function writeZone() {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const before = document.cookie;
  if (zone) writeCookie("zone", zone, YEAR_SECONDS);
  return document.cookie !== before;
}
