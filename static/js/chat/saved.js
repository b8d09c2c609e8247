/**
 * A conversation as a file: text, or a page that needs nothing else. Pure.
 *
 * @import { Piece } from "./markup.js"
 * @typedef {object} Said
 * @property {{name: string}} author
 * @property {number} time ms since 1970
 * @property {string} text
 * @property {boolean} isEdited
 * @property {boolean} isDeleted what is deleted is in no file
 * @property {{name: string, text: string} | null} quote
 * @property {readonly {emoji: string, names: readonly string[]}[]} reactions
 */

import { gettext, interpolate } from "../lib/gettext.js";
import { pieces } from "./markup.js";

/** Nothing in it runs, and nothing is fetched. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 45rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere }
ol { padding: 0; list-style: none }
li { margin-block: 1rem }
p, pre, blockquote { margin: 0 }
time, .more { color: GrayText; font-size: 0.8125rem }
blockquote { padding-inline-start: 0.5rem; border-inline-start: 3px solid GrayText; font-size: 0.875rem }
.text { white-space: pre-wrap }
pre { white-space: inherit }
`;

/** What HTML reads as markup, in text and in quoted attributes. @type {Record<string, string>} */
const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** @param {readonly Said[]} messages @param {string} [locale] */
export function asText(messages, locale) {
  const lines = kept(messages).map(({ author, time, text }) => `[${new Date(time).toLocaleString(locale)}] ${author.name}: ${text}\n`);
  return lines.join("");
}

/**
 * @param {readonly Said[]} messages
 * @param {{title: string, locale?: string}} options
 */
export function asPage(messages, { title, locale }) {
  const items = kept(messages).map((message) => item(message, locale));
  return `<!doctype html>
<html lang="${escaped(locale || "en")}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<h1>${escaped(title)}</h1>
<ol>
${items.join("\n")}
</ol>
</html>
`;
}

/** @param {readonly Said[]} messages */
function kept(messages) {
  return messages.filter(({ isDeleted }) => !isDeleted);
}

/** @param {Said} message @param {string} [locale] */
function item({ author, time, text, isEdited, quote, reactions }, locale) {
  const moment = new Date(time);
  const said = `<time datetime="${moment.toISOString()}">${escaped(moment.toLocaleString(locale))}</time>`;
  const edited = isEdited ? ` <span class="more">${escaped(gettext("edited"))}</span>` : "";
  const from = `<p><strong dir="auto">${escaped(author.name)}</strong> ${said}${edited}</p>`;
  const answered = quote ? `<blockquote dir="auto">${escaped(interpolate(gettext("%(name)s: %(text)s"), quote))}</blockquote>` : "";
  const liked = reactions.map(({ emoji, names }) => interpolate(gettext("%(emoji)s by %(names)s"), { emoji, names: names.join(", ") }));
  const more = liked.length ? `<p class="more">${liked.map(escaped).join("<br>")}</p>` : "";
  return `<li>${from}${answered}<div class="text" dir="auto">${pieces(text).map(marked).join("")}</div>${more}</li>`;
}

/** @param {Piece} piece */
function marked(piece) {
  const text = escaped(piece.text);
  switch (piece.kind) {
    case "link":
      return `<a href="${escaped(piece.url)}" rel="noopener noreferrer" dir="ltr">${text}</a>`;
    case "emphasis":
      return `<em>${text}</em>`;
    case "code":
      return `<code>${text}</code>`;
    case "block":
      return `<pre><code>${text}</code></pre>`;
    default:
      return text;
  }
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"']/g, (character) => ESCAPED[character]);
}
