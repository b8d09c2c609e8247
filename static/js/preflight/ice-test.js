/**
 * Tests of STUN and TURN servers: whether they answer, and which bitrate a path through a relay has.
 *
 * @typedef {{RTCPeerConnection: typeof globalThis.RTCPeerConnection, signal: AbortSignal}} Means
 * @typedef {{works: boolean, error: string}} Verdict `error`: what the browser says of it, if anything
 * @typedef {{kbits: number, roundTripMs: number, ms: number}} Measurement
 */

const GATHER_MS = 6000;
const CONNECT_MS = 8000;
/** An error may be reported just after the end. */
const SETTLE_MS = 100;
const MEASURE_MS = 2000;
/** Enough to know that a connection is fast. More is not sent. */
const MEASURE_BYTES = 6_000_000;
const CHUNK_BYTES = 16_384;
const BUFFER_BYTES = 262_144;

/**
 * Whether one URL of an ICE server answers: STUN with our own address, TURN with a relayed address. A STUN server without news (there is no
 * address translation) counts as answering, too.
 *
 * @param {RTCIceServer} server with one URL
 * @param {Means} means
 * @returns {Promise<Verdict>}
 */
export async function reaches(server, { RTCPeerConnection, signal }) {
  const isRelay = /^turns?:/.test(String(server.urls));
  const pc = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: isRelay ? "relay" : "all" });
  try {
    pc.createDataChannel("trial");
    const gathered = gathering(pc, isRelay ? "relay" : "srflx", signal);
    await pc.setLocalDescription();
    const { found, errors } = await gathered;
    return { works: found || (!isRelay && !errors.length), error: found ? "" : errors.join("; ").slice(0, 200) };
  } finally {
    pc.close();
  }
}

/**
 * Sends data from this page to itself through a relay, as fast as possible, for a moment: so it measures both directions of the connection.
 *
 * @param {RTCIceServer[]} servers that lend relays
 * @param {Means} means
 * @returns {Promise<Measurement | null>} null when nothing came through
 */
export async function measure(servers, { RTCPeerConnection, signal }) {
  const configuration = /** @type {RTCConfiguration} */ ({ iceServers: servers, iceTransportPolicy: "relay" });
  const [near, far] = [new RTCPeerConnection(configuration), new RTCPeerConnection(configuration)];
  const init = { negotiated: true, id: 0, ordered: false, maxRetransmits: 0 };
  const [out, back] = [near, far].map((pc) => pc.createDataChannel("trial", init));
  try {
    if (!out || !back) return null;
    const opened = within(heard(out, "open", signal), CONNECT_MS, signal);
    await introduce(near, far);
    if (!(await opened)) return null;
    const { bytes, ms } = await pour(out, back, signal);
    return { kbits: Math.round((bytes * 8) / ms), roundTripMs: await roundTrip(near), ms };
  } finally {
    near.close();
    far.close();
  }
}

/**
 * @param {RTCPeerConnection} pc
 * @param {RTCIceCandidateType} type
 * @param {AbortSignal} signal
 * @returns {Promise<{found: boolean, errors: string[]}>}
 */
function gathering(pc, type, signal) {
  /** @type {string[]} */
  const errors = [];
  return new Promise((resolve) => {
    const end = (/** @type {boolean} */ found) => resolve({ found, errors });
    pc.addEventListener("icecandidate", ({ candidate }) =>
      candidate ? candidate.type === type && end(true) : setTimeout(() => end(false), SETTLE_MS),
    );
    pc.addEventListener("icecandidateerror", ({ errorCode, errorText }) => void errors.push(`${errorCode} ${errorText}`));
    void within(new Promise(() => {}), GATHER_MS, signal).then(() => (errors.push("no answer"), end(false)));
  });
}

/**
 * @param {RTCPeerConnection} near
 * @param {RTCPeerConnection} far
 */
async function introduce(near, far) {
  for (const [from, to] of [[near, far], [far, near]]) {
    from?.addEventListener("icecandidate", ({ candidate }) => candidate && void to?.addIceCandidate(candidate).catch(() => {}));
  }
  const offer = await near.createOffer();
  await far.setRemoteDescription(offer);
  await near.setLocalDescription(offer);
  const answer = await far.createAnswer();
  await near.setRemoteDescription(answer);
  await far.setLocalDescription(answer);
}

/**
 * @param {RTCDataChannel} out
 * @param {RTCDataChannel} back
 * @param {AbortSignal} signal
 */
async function pour(out, back, signal) {
  const chunk = new Uint8Array(CHUNK_BYTES);
  const began = performance.now();
  let bytes = 0;
  back.binaryType = "arraybuffer";
  back.addEventListener("message", ({ data }) => (bytes += data.byteLength));
  out.bufferedAmountLowThreshold = BUFFER_BYTES / 2;
  while (performance.now() - began < MEASURE_MS && bytes < MEASURE_BYTES && out.readyState === "open" && !signal.aborted) {
    while (out.bufferedAmount < BUFFER_BYTES) out.send(chunk);
    await within(heard(out, "bufferedamountlow", signal), 100, signal);
  }
  return { bytes, ms: performance.now() - began };
}

/** @param {RTCPeerConnection} pc */
async function roundTrip(pc) {
  const pairs = [...(await pc.getStats()).values()].filter(({ type, nominated }) => type === "candidate-pair" && nominated);
  return Math.round((pairs[0]?.currentRoundTripTime ?? 0) * 1000);
}

/**
 * @param {EventTarget} target
 * @param {string} type
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>}
 */
function heard(target, type, signal) {
  return new Promise((resolve) => target.addEventListener(type, () => resolve(true), { once: true, signal }));
}

/**
 * @param {Promise<boolean>} work
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} false when it took longer, or was given up
 */
function within(work, ms, signal) {
  const late = new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve(false)), { once: true });
  });
  return Promise.race([work, /** @type {Promise<boolean>} */ (late)]);
}
