/**
 * The least that a chat can take: one data channel between two connections of one page, and a row for each text that arrives. No
 * signatures, no log, no other process.
 */

const list = /** @type {HTMLElement} */ (document.querySelector("ol"));
/** Of a frame, as the chat's are. */
const FRAME = 32_768;

/** @returns {Promise<RTCDataChannel[]>} both ends, open */
async function connect() {
  const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
  one.addEventListener("icecandidate", ({ candidate }) => candidate && other.addIceCandidate(candidate));
  other.addEventListener("icecandidate", ({ candidate }) => candidate && one.addIceCandidate(candidate));
  const ends = [one, other].map((connection) => connection.createDataChannel("chat", { negotiated: true, id: 0 }));
  const opened = Promise.all(ends.map((end) => new Promise((resolve) => end.addEventListener("open", resolve, { once: true }))));
  await one.setLocalDescription();
  await other.setRemoteDescription(/** @type {RTCSessionDescription} */ (one.localDescription));
  await other.setLocalDescription();
  await one.setRemoteDescription(/** @type {RTCSessionDescription} */ (other.localDescription));
  await opened;
  return ends;
}

/** When the next frame has been shown. @returns {Promise<number>} */
function shown() {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))));
}

/** @param {string[]} texts */
function show(texts) {
  list.append(...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

/** @type {RTCDataChannel[]} */
let ends;

Object.assign(window, {
  prepare: async () => void (ends = await connect()),
  /** Milliseconds until one text is shown. @param {string} text */
  async say(text) {
    const [from, to] = ends;
    const arrived = new Promise((resolve) => to.addEventListener("message", ({ data }) => resolve(show(JSON.parse(data))), { once: true }));
    const began = performance.now();
    from.send(JSON.stringify([text]));
    await arrived;
    return (await shown()) - began;
  },
  /** Milliseconds until so many texts of this length are shown. @param {number} count @param {number} length */
  async flow(count, length) {
    const [from, to] = ends;
    const perFrame = Math.floor(FRAME / (length + 3));
    list.replaceChildren();
    /** @type {Promise<void>} */
    const arrived = new Promise((resolve) => {
      to.onmessage = ({ data }) => (show(JSON.parse(data)), list.childElementCount === count && resolve());
    });
    const began = performance.now();
    for (let sent = 0; sent < count; sent += perFrame) from.send(JSON.stringify(Array(Math.min(perFrame, count - sent)).fill("x".repeat(length))));
    await arrived;
    to.onmessage = null;
    return (await shown()) - began;
  },
});
