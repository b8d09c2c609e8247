/** Tests the connection to the server without joining: the socket opens, and `ping` is answered. */

import { encode } from "../signaling/protocol.js";

const PATIENCE_MS = 4000;
const PINGS = 5;

/**
 * @param {object} options
 * @param {string} options.url
 * @param {typeof globalThis.WebSocket} options.WebSocket
 * @param {AbortSignal} options.signal
 * @returns {Promise<number | null>} the median round trip in milliseconds, or null when nothing came back
 */
export function roundTrip({ url, WebSocket, signal }) {
  const socket = new WebSocket(url);
  /** @type {number[]} */
  const trips = [];
  let saidAt = 0;
  const ping = () => {
    saidAt = performance.now();
    socket.send(`[${encode({ type: "ping" })}]`);
  };
  const trial = new Promise((resolve) => {
    const end = () => resolve(trips.length ? median(trips) : null);
    const timer = setTimeout(end, PATIENCE_MS);
    signal.addEventListener("abort", end, { once: true });
    socket.addEventListener("open", ping);
    socket.addEventListener("close", () => (clearTimeout(timer), end()));
    socket.addEventListener("message", ({ data }) => {
      if (!String(data).includes('"pong"')) return end();
      trips.push(performance.now() - saidAt);
      if (trips.length < PINGS) ping();
      else socket.close();
    });
  });
  return /** @type {Promise<number | null>} */ (trial.finally(() => socket.close()));
}

/** @param {number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
