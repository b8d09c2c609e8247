/** Bytes as text: base64url without padding (RFC 4648, section 5). */

/** @param {Uint8Array<ArrayBuffer> | ArrayBuffer} data at most some thousand bytes */
export function toBase64url(data) {
  const text = btoa(String.fromCharCode(...new Uint8Array(data)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @param {string} text of the characters of base64url
 * @returns {Uint8Array<ArrayBuffer> | null} null if no bytes are written so
 */
export function fromBase64url(text) {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}
