/**
 * Names of files that somebody else chose, made safe to show and to save under: one and the same name for both, so that what is shown is
 * what is saved. Pure.
 */

/** A file system takes 255 bytes; browsers add to a name while they load, or when it is taken. */
const BYTES = 200;
/** What is longer is no extension. */
const EXTENSION_LENGTH = 16;
/** Control characters, lone surrogates, separators, and formats, which are invisible or change the direction; joiners belong to scripts. */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** Not permitted on Windows, or with a meaning there. */
const FORBIDDEN = /[<>:"|?*]/g;
/** Names of devices on Windows, whatever the extension. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\s*(?:\.|$))/i;
/** Hidden on Unix, dropped by Windows, or a way up. */
const EDGES = /^[.\s]+|[.\s]+$/g;
const NAMELESS = "file";

const encoder = new TextEncoder();

/**
 * @param {string} name of any length and content
 * @returns {string} a name without a path, of 1 to 200 bytes
 */
export function safeFileName(name) {
  const last = name.normalize("NFC").split(/[/\\]/).at(-1) ?? "";
  const tidy = last.replace(UNSEEN, "").replace(FORBIDDEN, "_").replace(/\s+/g, " ").replace(EDGES, "");
  const kept = shortened(tidy.replace(DEVICE, "_$&"));
  return /[^\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u.test(kept) ? kept : NAMELESS;
}

/**
 * @param {string} name
 * @returns {string} in lower case, without the dot; "" if there is none
 */
export function extension(name) {
  const [, found] = /[^.]\.([^.\s]+)$/.exec(name) ?? [];
  return found && found.length <= EXTENSION_LENGTH ? found.toLowerCase() : "";
}

/** The middle is left out: the end has the extension. @param {string} name */
function shortened(name) {
  if (size(name) <= BYTES) return name;
  const ending = extension(name) ? name.slice(name.lastIndexOf(".")) : "";
  const characters = [...name.slice(0, Math.min(name.length - ending.length, BYTES))];
  while (size(characters.join("")) + size(ending) > BYTES) characters.pop();
  return characters.join("").trimEnd() + ending;
}

/** @param {string} text */
function size(text) {
  return encoder.encode(text).length;
}
