/**
 * What is offered: few codecs and few header extensions, so that a description stays small and the offers to a whole room fit
 * into one frame.
 *
 * @typedef {{uri: string, direction: string}} HeaderExtension
 */

/** VP8 is what every browser has (RFC 7742, section 5), and its frames say how large they are (`docs/decisions/vp8-only.md`). */
const CODECS = { audio: /^audio\/opus$/i, video: /^video\/VP8$/i };
const RETRANSMISSION = /^video\/rtx$/i;

/** For kinds of layers and video that this product does not send; `abs-send-time` contains what `toffset` says. */
const UNUSED = /(?:toffset|rtp-stream-id|playout-delay|video-timing|color-space)$/;

/**
 * The codecs to offer and to accept.
 *
 * @param {"audio" | "video"} kind
 * @param {readonly RTCRtpCodec[]} capabilities
 * @returns {RTCRtpCodec[]} empty if none is known: then the browser's own choice stands
 */
export function preferred(kind, capabilities) {
  const found = capabilities.filter(({ mimeType }) => CODECS[kind].test(mimeType));
  if (!found.length || kind === "audio") return found;
  return [...found, ...capabilities.filter(({ mimeType }) => RETRANSMISSION.test(mimeType))];
}

/**
 * The header extensions without those that are not used here.
 *
 * @param {readonly HeaderExtension[]} extensions
 * @returns {HeaderExtension[]}
 */
export function trimmed(extensions) {
  return extensions.map((extension) => (UNUSED.test(extension.uri) ? { ...extension, direction: "stopped" } : extension));
}

/**
 * A description of the other side in which it asks for discontinuous transmission of a silent microphone (RFC 7587, section 6.1: `usedtx`):
 * in a meeting most microphones are silent most of the time. The sound of a shared screen is not changed.
 *
 * @param {string} sdp
 * @returns {string}
 */
export function sparing(sdp) {
  const [session, microphone, ...others] = sdp.split(/^(?=m=)/m);
  const opus = microphone?.match(/^a=rtpmap:(\d+) opus\//im)?.[1];
  if (!opus) return sdp;
  const asked = microphone.replace(new RegExp(`^(a=fmtp:${opus} )(?!.*usedtx=)`, "m"), "$1usedtx=1;");
  return [session, asked, ...others].join("");
}

/**
 * A description of the other side without feedback attributes (RFC 4585, section 4.2) for formats that its section does not offer: Firefox
 * leaves those of codecs that were removed, and Chromium refuses such a description.
 *
 * @param {string} sdp
 * @returns {string}
 */
export function mended(sdp) {
  return sdp.split(/^(?=m=)/m).map(withoutStrays).join("");
}

/**
 * The fingerprint of the certificate that a description names (RFC 8122, section 5).
 *
 * @param {string} sdp
 * @returns {string | null} of SHA-256, as it is written there; null if there is another, or none
 */
export function fingerprint(sdp) {
  const found = [...sdp.matchAll(/^a=fingerprint:sha-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})\r?$/gim)].map(([, value]) => value.toUpperCase());
  const [first] = found;
  const isOnly = found.length === sdp.match(/fingerprint/gi)?.length && found.every((value) => value === first);
  return isOnly ? first : null;
}

/** @param {string} section */
function withoutStrays(section) {
  const formats = section.match(/^m=\S+ \S+ \S+ ([^\r\n]*)/m)?.[1]?.trim().split(" ") ?? [];
  return section.replace(/^a=rtcp-fb:(\S+) .*\r?\n/gm, (line, format) => (format === "*" || formats.includes(format) ? line : ""));
}
