/**
 * Reads what the connections and the fan-out worker of the page say of themselves. Runs before the page's own scripts, so that
 * the product needs no hooks to be measured.
 *
 * @typedef {{ssrc: number, kind: string, bytes: number, encodeMs: number}} Sent `bytes` with headers and what was sent again
 * @typedef {{ssrc: number, kind: string, shown: boolean, frames: number, height: number, freezes: number, concealed: number,
 *   samples: number}} Received
 */
{
  /** @type {Set<RTCPeerConnection>} */
  const made = new Set();
  const NativeConnection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends NativeConnection {
    /** @param {RTCConfiguration} [configuration] */
    constructor(configuration) {
      super(configuration);
      made.add(this);
    }
  };

  // What the fan-out worker says, summed: a layer or a sender may come and go. `payloads` and `nulls` by sender.

  const fanout = {
    encodeMs: 0,
    resyncs: 0,
    gapMs: 0,
    payloads: /** @type {Record<string, number>} */ ({}),
    nulls: /** @type {Record<string, number>} */ ({}),
  };
  /** @type {Map<string, number>} */
  const last = new Map();

  /** How much more it is than last time. @param {string} key @param {number} value */
  function grown(key, value) {
    const before = last.get(key) ?? 0;
    last.set(key, value);
    return value < before ? value : value - before;
  }

  /** @param {number} worker @param {any} message */
  function note(worker, { layers = [], senders = [] }) {
    for (const { slot, height, encodeMs } of layers) fanout.encodeMs += grown(`${worker} encode ${slot} ${height}`, encodeMs);
    for (const { sender, payloads, nulls, resyncs, longestGapMs } of senders) {
      const key = `${worker} ${sender}`;
      fanout.payloads[key] = (fanout.payloads[key] ?? 0) + grown(`${key} payloads`, payloads);
      fanout.nulls[key] = (fanout.nulls[key] ?? 0) + grown(`${key} nulls`, nulls);
      fanout.resyncs += grown(`${key} resyncs`, resyncs);
      fanout.gapMs = Math.max(fanout.gapMs, longestGapMs);
    }
  }

  let workers = 0;
  const NativeWorker = window.Worker;
  window.Worker = class extends NativeWorker {
    /** @param {string | URL} url @param {WorkerOptions} [options] */
    constructor(url, options) {
      super(url, options);
      const number = workers++;
      this.addEventListener("message", ({ data }) => data?.type === "stats" && note(number, data));
    }
  };

  // Readings

  const open = () => [...made].filter(({ connectionState }) => connectionState !== "closed");

  /** Tracks of others' pictures that one can see on the page. */
  function shownTracks() {
    const videos = [...document.querySelectorAll("video")].filter((video) => !video.closest("[data-self]") && isSeen(video));
    return new Set(videos.flatMap(({ srcObject }) => (srcObject instanceof MediaStream ? srcObject.getVideoTracks().map(({ id }) => id) : [])));
  }

  /** @param {HTMLVideoElement} video */
  function isSeen(video) {
    const { left, right, top, bottom } = video.getBoundingClientRect();
    const isInside = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight && right - left > 1;
    return isInside && video.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  }

  /** @param {RTCPeerConnection} connection @param {string} type @returns {Promise<any[]>} */
  async function reports(connection, type) {
    return [...(await connection.getStats()).values()].filter((report) => report.type === type);
  }

  /** @param {any} report @returns {Sent} */
  const sent = (report) => ({
    ssrc: report.ssrc,
    kind: report.kind,
    bytes: report.bytesSent + report.headerBytesSent,
    encodeMs: (report.totalEncodeTime ?? 0) * 1000,
  });

  /** @param {any} report @param {Set<string>} shown @returns {Received} */
  const received = (report, shown) => ({
    ssrc: report.ssrc,
    kind: report.kind,
    shown: shown.has(report.trackIdentifier),
    frames: report.framesDecoded ?? 0,
    height: report.frameHeight ?? 0,
    freezes: report.freezeCount ?? 0,
    concealed: (report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0),
    samples: report.totalSamplesReceived ?? 0,
  });

  async function read() {
    const shown = shownTracks();
    const both = await Promise.all(open().map(async (pc) => [await reports(pc, "outbound-rtp"), await reports(pc, "inbound-rtp")]));
    const gapMs = fanout.gapMs;
    fanout.gapMs = 0;
    return {
      at: performance.now(),
      visible: document.visibilityState === "visible",
      sent: both.flatMap(([out]) => (out ?? []).map(sent)),
      received: both.flatMap(([, arrived]) => (arrived ?? []).map((report) => received(report, shown))),
      fanout: { ...fanout, payloads: { ...fanout.payloads }, nulls: { ...fanout.nulls }, gapMs },
    };
  }

  // When pictures stop

  const POLL_MS = 50;
  /** @type {Promise<[number, number][]>} */
  let watched = Promise.resolve([]);

  /**
   * @param {number[]} ssrcs of pictures
   * @param {number} ms
   * @returns {Promise<[number, number][]>} of those that are sent here: when their bytes grew last, in milliseconds of the epoch,
   *   and for how long one has looked since
   */
  async function follow(ssrcs, ms) {
    /** @type {Map<number, {bytes: number, at: number}>} */
    const seen = new Map();
    let looked = Date.now();
    for (const end = Date.now() + ms; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, POLL_MS))) {
      const all = await Promise.all(open().map((pc) => reports(pc, "outbound-rtp")));
      looked = Date.now();
      for (const { ssrc, bytesSent } of all.flat().filter((one) => ssrcs.includes(one.ssrc))) {
        if (seen.get(ssrc)?.bytes !== bytesSent) seen.set(ssrc, { bytes: bytesSent, at: looked });
      }
    }
    return [...seen.values()].map(({ at }) => [at, looked - at]);
  }

  /** Tells the page that its tab is hidden: a headless browser never hides one. @param {boolean} hidden @returns {number} when */
  function hide(hidden) {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (hidden ? "hidden" : "visible") });
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    return Date.now();
  }

  // When a picture is large

  let causeAt = 0;
  document.addEventListener("dblclick", () => (causeAt = performance.now()), true);
  /** @type {Promise<number | null>} */
  let enlarged = Promise.resolve(null);

  /**
   * @param {HTMLVideoElement} video
   * @param {number} height
   * @param {number} ms
   * @returns {Promise<number | null>} from the double-click, or from when its tile began to say that they speak, to the first frame shown that
   *   is higher than this; null if none came
   */
  function firstHigher(video, height, ms) {
    causeAt = 0;
    const tile = video.closest("video-tile");
    const speech = new MutationObserver(() => (causeAt ||= tile?.hasAttribute("data-speaking") ? performance.now() : 0));
    if (tile) speech.observe(tile, { attributeFilter: ["data-speaking"] });
    return new Promise((resolve) => {
      const end = (/** @type {number | null} */ found) => (clearTimeout(timer), speech.disconnect(), resolve(found));
      const timer = setTimeout(() => end(null), ms);
      const look = (/** @type {number} */ _, /** @type {VideoFrameCallbackMetadata} */ frame) => {
        if (!causeAt || frame.height <= height) return void video.requestVideoFrameCallback(look);
        end(performance.now() - causeAt);
      };
      video.requestVideoFrameCallback(look);
    });
  }

  // Whether a picture stands still

  /** @type {Promise<number>} */
  let stood = Promise.resolve(0);

  /**
   * @param {HTMLVideoElement} video
   * @param {number} ms from now on
   * @returns {Promise<number>} the longest that it showed one picture, in ms
   */
  function longest(video, ms) {
    const end = performance.now() + ms;
    let [last, most] = [performance.now(), 0];
    const note = () => ((most = Math.max(most, performance.now() - last)), (last = performance.now()));
    const look = () => void (note(), performance.now() < end && video.requestVideoFrameCallback(look));
    video.requestVideoFrameCallback(look);
    return new Promise((resolve) => setTimeout(() => (note(), resolve(most)), ms));
  }

  Object.assign(window, {
    probe: {
      read,
      hide,
      /** @param {[number[], number]} what */
      watch: ([ssrcs, ms]) => void (watched = follow(ssrcs, ms)),
      watched: () => watched,
      /** @param {HTMLVideoElement} video @param {[number, number]} what */
      enlarge: (video, [height, ms]) => void (enlarged = firstHigher(video, height, ms)),
      enlarged: () => enlarged,
      /** @param {HTMLVideoElement} video @param {number} ms */
      stand: (video, ms) => void (stood = longest(video, ms)),
      stood: () => stood,
    },
  });
}
