/**
 * What a page sees and hears of the others, moment by moment. Runs before the page's own scripts, so that the product needs no
 * hooks for its tests.
 *
 * A flow is the video frames, or the audio packets, of one other page. Other pages are told apart by the certificate they
 * present, which outlives their connections: a connection that is made anew goes on with the same flow.
 *
 * @typedef {{total: number, at: number, longest: number, gaps: [number, number][]}} Flow `at`: when it grew last; `longest`: the
 *   longest time without growing since the mark; `gaps`: those over GAP_MS, from and to. Times are `performance.now()`.
 */
{
  const SAMPLE_MS = 50;
  const GAP_MS = 300;
  const KINDS = /** @type {const} */ (["frames", "packets"]);

  const Native = window.RTCPeerConnection;
  /** @type {{connection: RTCPeerConnection, last: {frames: number, packets: number, lost: number}, isBusy: boolean}[]} */
  let watched = [];
  /** @type {Map<string, {frames: Flow, packets: Flow}>} */
  const flows = new Map();
  /** What tiles said, and when that began. @type {{at: number, name: string, text: string}[]} */
  let said = [];
  let markedAt = performance.now();
  let sampledAt = markedAt;
  /** The longest time between two samples: no gap is known more exactly. */
  let blind = 0;
  let made = 0;
  /** Packets that were sent to this page and have not arrived, since the mark. */
  let lost = 0;

  window.RTCPeerConnection = class extends Native {
    /** @param {RTCConfiguration} [configuration] */
    constructor(configuration) {
      super(configuration);
      this.addEventListener("signalingstatechange", () => (made += 1), { once: true });
      watched.push({ connection: this, last: { frames: 0, packets: 0, lost: 0 }, isBusy: false });
    }
  };

  /** @param {RTCPeerConnection} connection */
  function pageOf(connection) {
    return /a=fingerprint:\S+ (\S+)/.exec(connection.remoteDescription?.sdp ?? "")?.[1];
  }

  /** @param {RTCStatsReport} report */
  function count(report) {
    const counts = { frames: 0, packets: 0, lost: 0 };
    for (const one of report.values()) {
      if (one.type !== "inbound-rtp") continue;
      counts.lost += one.packetsLost ?? 0;
      if (one.kind === "video") counts.frames += one.framesDecoded ?? 0;
      else counts.packets += one.packetsReceived ?? 0;
    }
    return counts;
  }

  /** @param {number} now @returns {Flow} */
  const begun = (now) => ({ total: 0, at: now, longest: 0, gaps: [] });

  /** @param {Flow} flow @param {number} more @param {number} now */
  function grow(flow, more, now) {
    if (more <= 0) return;
    const from = Math.max(flow.at, markedAt);
    flow.longest = Math.max(flow.longest, now - from);
    if (now - from > GAP_MS) flow.gaps.push([from, now]);
    flow.total += more;
    flow.at = now;
  }

  /** @param {(typeof watched)[number]} entry */
  async function sample(entry) {
    const page = pageOf(entry.connection);
    if (!page || entry.isBusy) return;
    entry.isBusy = true;
    const counts = count(await entry.connection.getStats());
    entry.isBusy = false;
    const now = performance.now();
    const flow = flows.get(page) ?? { frames: begun(now), packets: begun(now) };
    flows.set(page, flow);
    for (const kind of KINDS) grow(flow[kind], counts[kind] - entry.last[kind], now);
    lost += counts.lost - entry.last.lost;
    entry.last = counts;
  }

  /** @param {number} now */
  function read(now) {
    for (const tile of document.querySelectorAll("video-tile[data-kind=person]:not([data-self])")) {
      const name = tile.querySelector(".tile-name")?.textContent ?? "";
      const text = tile.querySelector(".tile-status")?.textContent ?? "";
      if ((said.findLast((one) => one.name === name)?.text ?? "") !== text) said.push({ at: now, name, text });
    }
  }

  setInterval(() => {
    const now = performance.now();
    blind = Math.max(blind, now - sampledAt);
    sampledAt = now;
    watched = watched.filter(({ connection }) => connection.connectionState !== "closed");
    for (const entry of watched) void sample(entry);
    read(now);
  }, SAMPLE_MS);

  /** @param {RTCPeerConnection} connection */
  async function describe(connection) {
    const report = await connection.getStats();
    const transport = [...report.values()].find(({ type }) => type === "transport");
    const pair = report.get(transport?.selectedCandidatePairId);
    return {
      state: connection.connectionState,
      local: report.get(pair?.localCandidateId)?.candidateType ?? null,
      remote: report.get(pair?.remoteCandidateId)?.candidateType ?? null,
    };
  }

  /** @param {Flow} flow @param {number} now */
  function sinceMark({ total, at, longest, gaps }, now) {
    const from = Math.max(at, markedAt);
    const open = now - from > GAP_MS ? [/** @type {[number, number]} */ ([from, now])] : [];
    return {
      total,
      quiet: now - at,
      longest: Math.max(longest, now - from),
      gaps: [...gaps, ...open].map(([start, end]) => [start - markedAt, end - markedAt]),
    };
  }

  Object.assign(window, {
    witness: {
      /** Forgets what was before. */
      mark() {
        markedAt = performance.now();
        blind = 0;
        lost = 0;
        said = said.filter(({ name, text }, index) => text && said.findLastIndex((one) => one.name === name) === index);
        for (const flow of flows.values()) for (const kind of KINDS) Object.assign(flow[kind], { longest: 0, gaps: [] });
      },
      /** All since the mark; times in ms from it. */
      report() {
        const now = performance.now();
        const list = [...flows].map(([page, { frames, packets }]) => ({
          page,
          frames: sinceMark(frames, now),
          packets: sinceMark(packets, now),
        }));
        return { at: now - markedAt, blind, made, lost, flows: list, said: said.map(({ at, ...one }) => ({ at: at - markedAt, ...one })) };
      },
      /** How each open connection stands, and what its path is made of. */
      connections: () =>
        Promise.all(watched.map(({ connection }) => connection).filter(({ connectionState }) => connectionState !== "closed").map(describe)),
    },
  });
}
