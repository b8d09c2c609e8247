/** The storage of the browser. Access to it throws where cookies are blocked. */

/**
 * @param {"localStorage" | "sessionStorage"} name
 * @returns {Pick<Storage, "getItem" | "setItem" | "removeItem">} the browser's; where it has none, one that lasts as long as the page
 */
export function storage(name) {
  try {
    const found = globalThis[name];
    found.getItem("");
    return found;
  } catch {
    return memory();
  }
}

function memory() {
  /** @type {Map<string, string>} */
  const items = new Map();
  return {
    getItem: (/** @type {string} */ key) => items.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void items.set(key, value),
    removeItem: (/** @type {string} */ key) => void items.delete(key),
  };
}
