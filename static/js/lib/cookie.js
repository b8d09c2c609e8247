/**
 * A cookie that the server may read on every page. A browser that keeps no cookies does nothing.
 *
 * @param {string} name
 * @param {string} value
 * @param {number} seconds how long it is kept
 */
export function writeCookie(name, value, seconds) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${name}=${value}; path=/; max-age=${seconds}; samesite=lax${secure}`;
}

/**
 * @param {string} name
 * @param {string} value
 */
export function hasCookie(name, value) {
  return document.cookie.split("; ").includes(`${name}=${value}`);
}
