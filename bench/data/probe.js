/**
 * Measures `control`, sound and the bytes of files in the page of somebody who is in a meeting, and has a bare data channel to
 * compare with. Runs before the page's own scripts, so that the product needs no hooks to be measured.
 */
{
  const PING_MS = 200;
  /** @type {Set<RTCPeerConnection>} */
  const made = new Set();
  /** @type {Set<RTCDataChannel>} */
  const controls = new Set();
  /** How long messages on `control` were under way, in ms. @type {number[]} */
  let delays = [];
  const now = () => performance.timeOrigin + performance.now();

  /** @param {MessageEvent} event */
  function note({ data }) {
    const at = typeof data === "string" && /"type":"bench","at":([\d.]+)/.exec(data)?.[1];
    if (at) delays.push(now() - Number(at));
  }

  let sent = 0;

  /** @param {RTCDataChannel} channel */
  function count(channel) {
    const send = channel.send.bind(channel);
    channel.send = (/** @type {any} */ frame) => (send(frame), (sent += frame.byteLength));
  }

  const NativeConnection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends NativeConnection {
    /** @param {RTCConfiguration} [configuration] */
    constructor(configuration) {
      super(configuration);
      made.add(this);
    }

    /** @override @param {string} label @param {RTCDataChannelInit} [options] */
    createDataChannel(label, options) {
      const channel = super.createDataChannel(label, options);
      if (label === "pieces") count(channel);
      if (label !== "control") return channel;
      controls.add(channel);
      channel.addEventListener("message", note);
      return channel;
    }
  };

  // A message that the product does not know: it is counted and dropped.
  setInterval(() => {
    const frame = JSON.stringify([{ type: "bench", at: now() }]);
    for (const channel of controls) if (channel.readyState === "open") channel.send(frame);
  }, PING_MS);

  /** @param {string} type @returns {Promise<any[]>} */
  async function reports(type) {
    const open = [...made].filter(({ connectionState }) => connectionState !== "closed");
    const all = await Promise.all(open.map(async (pc) => [...(await pc.getStats()).values()]));
    return all.flat().filter((report) => report.type === type);
  }

  /** @param {any[]} all @param {string} name */
  const sum = (all, name) => all.reduce((total, one) => total + (one[name] ?? 0), 0);

  /** Ends the connections, as if the browser had lost them. */
  const cut = () => made.forEach((pc) => pc.close());

  /** Sums since the beginning; `sent` bytes of files; `delays` since the last reading. */
  async function read() {
    const sound = (await reports("inbound-rtp")).filter(({ kind }) => kind === "audio");
    const found = delays;
    delays = [];
    return {
      samples: sum(sound, "totalSamplesReceived"),
      concealed: sum(sound, "concealedSamples") - sum(sound, "silentConcealedSamples"),
      sent,
      delays: found,
    };
  }

  // Bare channels: each as fast as its buffer takes it.

  const FRAME = 65_536;
  const BUFFERED = 4_194_304;

  /** One end of a connection that has nothing but one data channel. */
  class Bare {
    #pc = new NativeConnection();
    #channel = this.#pc.createDataChannel("bare", { negotiated: true, id: 0 });
    /** @type {Promise<void>} */
    arrived;

    /** @param {number} total bytes that are to come, if any */
    constructor(total = Infinity) {
      this.#channel.binaryType = "arraybuffer";
      let got = 0;
      this.arrived = new Promise((resolve) =>
        this.#channel.addEventListener("message", ({ data }) => (got += data.byteLength) >= total && resolve()),
      );
    }

    /** @returns {Promise<string>} our description with all candidates */
    async described() {
      const pc = this.#pc;
      await pc.setLocalDescription();
      while (pc.iceGatheringState !== "complete")
        await new Promise((resolve) => pc.addEventListener("icegatheringstatechange", resolve, { once: true }));
      return pc.localDescription?.sdp ?? "";
    }

    /** @param {RTCSdpType} type @param {string} sdp of the other end */
    describe(type, sdp) {
      return this.#pc.setRemoteDescription({ type, sdp });
    }

    async opened() {
      if (this.#channel.readyState !== "open") await new Promise((resolve) => this.#channel.addEventListener("open", resolve, { once: true }));
    }

    /** @param {number} total */
    async send(total) {
      const channel = this.#channel;
      const frame = new Uint8Array(FRAME);
      channel.bufferedAmountLowThreshold = BUFFERED / 2;
      for (let sent = 0; sent < total; sent += FRAME) {
        if (channel.bufferedAmount > BUFFERED) await new Promise((resolve) => channel.addEventListener("bufferedamountlow", resolve, { once: true }));
        channel.send(frame);
      }
    }

    close() {
      this.#pc.close();
    }
  }

  /** The end that sends, and the one that receives. @type {{source?: Bare, target?: Bare}} */
  const ends = {};
  const bare = {
    offer: () => (ends.source = new Bare()).described(),
    async answer(/** @type {{sdp: string, total: number}} */ { sdp, total }) {
      ends.target = new Bare(total);
      await ends.target.describe("offer", sdp);
      return ends.target.described();
    },
    async connect(/** @type {string} */ sdp) {
      await ends.source?.describe("answer", sdp);
      await ends.source?.opened();
    },
    send: (/** @type {number} */ total) => void ends.source?.send(total),
    arrived: () => ends.target?.arrived,
    close: () => [ends.source, ends.target].forEach((end) => end?.close()),
  };
  Object.assign(window, { data: { read, cut, bare } });
}
