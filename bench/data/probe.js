/**
 * Measures `control`, sound and the bytes of files in the page of somebody who is in a meeting, and has a bare data channel to compare with. Runs before
 * the page's own scripts, so that the product needs no hooks to be measured.
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

  // A bare channel: as fast as its buffer takes it.

  const FRAME = 65_536;
  const BUFFERED = 4_194_304;
  /** @type {RTCPeerConnection} */
  let bare;
  /** @type {RTCDataChannel} */
  let channel;
  /** @type {Promise<void>} */
  let arrived;

  /** @param {number} total bytes that are to come, if any */
  function begin(total) {
    bare = new NativeConnection();
    channel = bare.createDataChannel("bare", { negotiated: true, id: 0 });
    channel.binaryType = "arraybuffer";
    let got = 0;
    arrived = new Promise((resolve) => channel.addEventListener("message", ({ data }) => (got += data.byteLength) >= total && resolve()));
  }

  /** @returns {Promise<string>} our description with all candidates */
  async function described() {
    await bare.setLocalDescription();
    while (bare.iceGatheringState !== "complete") await new Promise((resolve) => bare.addEventListener("icegatheringstatechange", resolve, { once: true }));
    return bare.localDescription?.sdp ?? "";
  }

  async function offer() {
    begin(Infinity);
    return described();
  }

  /** @param {{sdp: string, total: number}} offered */
  async function answer({ sdp, total }) {
    begin(total);
    await bare.setRemoteDescription({ type: "offer", sdp });
    return described();
  }

  /** @param {string} sdp */
  async function connect(sdp) {
    await bare.setRemoteDescription({ type: "answer", sdp });
    if (channel.readyState !== "open") await new Promise((resolve) => channel.addEventListener("open", resolve, { once: true }));
  }

  /** @param {number} total */
  async function send(total) {
    const frame = new Uint8Array(FRAME);
    channel.bufferedAmountLowThreshold = BUFFERED / 2;
    for (let sent = 0; sent < total; sent += FRAME) {
      if (channel.bufferedAmount > BUFFERED) await new Promise((resolve) => channel.addEventListener("bufferedamountlow", resolve, { once: true }));
      channel.send(frame);
    }
  }

  const close = () => bare.close();
  Object.assign(window, { data: { read, cut, bare: { offer, answer, connect, send, arrived: () => arrived, close } } });
}
