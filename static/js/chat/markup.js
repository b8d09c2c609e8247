/**
 * The little markup that messages know: fenced blocks, `code`, *emphasis* and links. Pure: text in, pieces out; nothing nests.
 *
 * @typedef {{kind: "text" | "emphasis" | "code" | "block", text: string} | {kind: "link", text: string, url: string}} Piece
 */

const FENCE = "```";
/** Tried at one place only (`y`), so that no place of a long text is searched many times. */
const LINK = /https?:\/\/[^\s<>"`]{1,2000}/iy;
/** What follows a link in a sentence is not part of it. */
const AFTER_LINK = /[.,;:!?'*)\]]+$/;
const PLAIN = /[^`*h]+|./isy;
/** Of one message. What comes after is text: a message of thousands of elements would make the page slow for everybody. */
const MOST_PIECES = 200;

/** @param {string} text @returns {Piece[]} */
export function pieces(text) {
  const parts = text.split(FENCE);
  const isClosed = parts.length % 2 === 1;
  return bounded(merged(isClosed ? parts.flatMap(piecesOf) : inline(text)));
}

/** @param {string} part @param {number} index */
function piecesOf(part, index) {
  return index % 2 ? [/** @type {Piece} */ ({ kind: "block", text: part.replace(/^[\w-]*\n/, "").replace(/\n$/, "") })] : inline(part);
}

/** @param {string} text @returns {Piece[]} */
function inline(text) {
  /** @type {Piece[]} */
  const found = [];
  for (let at = 0; at < text.length; ) {
    const piece = quoted(text, at, "`", "code") ?? quoted(text, at, "*", "emphasis") ?? link(text, at);
    const { length, ...rest } = piece ?? plain(text, at);
    found.push(/** @type {Piece} */ (rest));
    at += length;
  }
  return found;
}

/**
 * @param {string} text
 * @param {number} at
 * @param {string} mark around it
 * @param {"code" | "emphasis"} kind
 */
function quoted(text, at, mark, kind) {
  if (text[at] !== mark) return null;
  const end = text.indexOf(mark, at + 1);
  const inner = text.slice(at + 1, Math.max(end, 0));
  if (!inner || inner.includes("\n") || (kind === "emphasis" && inner.trim() !== inner)) return null;
  return { kind, text: inner, length: inner.length + 2 };
}

/** @param {string} text @param {number} at */
function link(text, at) {
  LINK.lastIndex = at;
  const shown = LINK.exec(text)?.[0].replace(AFTER_LINK, "");
  const url = shown && URL.canParse(shown) ? new URL(shown) : null;
  if (!shown || !url || url.username || url.password) return null;
  return { kind: "link", text: looksLike(shown, url), url: url.href, length: shown.length };
}

/**
 * A name that looks like another one is shown as the browser asks for it: in punycode.
 *
 * @param {string} shown
 * @param {URL} url
 */
function looksLike(shown, url) {
  return shown.toLowerCase().startsWith(`${url.protocol}//${url.host}`) ? shown : url.href;
}

/** @param {string} text @param {number} at */
function plain(text, at) {
  PLAIN.lastIndex = at;
  const [found] = PLAIN.exec(text) ?? [text[at]];
  return { kind: "text", text: found, length: found.length };
}

/** @param {Piece[]} found @returns {Piece[]} */
function merged(found) {
  /** @type {Piece[]} */
  const result = [];
  for (const piece of found) {
    const last = result.at(-1);
    if (piece.kind === "text" && last?.kind === "text") last.text += piece.text;
    else if (piece.text || piece.kind !== "text") result.push(piece);
  }
  return result;
}

/** @param {Piece[]} found @returns {Piece[]} */
function bounded(found) {
  const rest = found.splice(MOST_PIECES).map(({ text }) => text).join("");
  return rest ? [...found, { kind: "text", text: rest }] : found;
}
