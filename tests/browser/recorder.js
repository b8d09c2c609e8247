/**
 * Keeps every RTCPeerConnection and every track of the page, and what signaling states they went through. Runs before the
 * page's own scripts, so that the product needs no hooks for its tests.
 */
{
  const Native = window.RTCPeerConnection;
  /**
   * `after`: states after the first negotiation. `silenced`: the slot in which nothing is sent, or null.
   *
   * @type {{connection: RTCPeerConnection, negotiated: boolean, after: string[], silenced: number | null}[]}
   */
  const recorded = [];
  /** What `silenced` is for connections that are made from now on. @type {number | null} */
  let silenced = null;

  window.RTCPeerConnection = class extends Native {
    /** @param {RTCConfiguration} [configuration] */
    constructor(configuration) {
      super(configuration);
      const entry = { connection: this, negotiated: false, after: /** @type {string[]} */ ([]), silenced };
      recorded.push(entry);
      this.addEventListener("signalingstatechange", () => {
        if (entry.negotiated) entry.after.push(this.signalingState);
        if (this.signalingState === "stable") entry.negotiated = true;
      });
    }

    /** @param {Parameters<RTCPeerConnection["addTransceiver"]>} how */
    addTransceiver(...how) {
      const transceiver = super.addTransceiver(...how);
      if (isSilenced(transceiver.sender)) void transceiver.sender.replaceTrack(null);
      return transceiver;
    }
  };

  /** @param {RTCRtpSender} sender */
  function isSilenced(sender) {
    return recorded.some(({ connection, silenced: slot }) => slot !== null && connection.getTransceivers()[slot]?.sender === sender);
  }

  if ("RTCRtpSender" in window) {
    const { replaceTrack } = RTCRtpSender.prototype;
    RTCRtpSender.prototype.replaceTrack = function (track) {
      return replaceTrack.call(this, isSilenced(this) ? null : track);
    };
  }

  /** @type {MediaStreamTrack[]} */
  const opened = [];
  for (const method of /** @type {const} */ (["getUserMedia", "getDisplayMedia"])) {
    if (!("MediaDevices" in window)) continue; // a blank page
    const native = MediaDevices.prototype[method];
    MediaDevices.prototype[method] = async function (constraints) {
      const stream = await native.call(this, constraints);
      opened.push(...stream.getTracks());
      return stream;
    };
  }

  /** @param {RTCPeerConnection} connection */
  async function describe(connection) {
    const reports = [...(await connection.getStats()).values()];
    const byId = new Map(reports.map((report) => [report.id, report]));
    const transport = reports.find((report) => report.type === "transport");
    const pair = byId.get(transport?.selectedCandidatePairId);
    const received = [0, 1, 2, 3].map((slot) => {
      const report = reports.find((one) => one.type === "inbound-rtp" && Number(one.mid) === slot);
      return { frames: report?.framesDecoded ?? 0, energy: report?.totalAudioEnergy ?? 0, bytes: report?.bytesReceived ?? 0 };
    });
    return {
      state: connection.connectionState,
      signaling: connection.signalingState,
      received,
      local: byId.get(pair?.localCandidateId)?.candidateType ?? null,
      remote: byId.get(pair?.remoteCandidateId)?.candidateType ?? null,
    };
  }

  Object.assign(window, {
    recorder: {
      /** What the open connections receive, slot by slot. */
      async open() {
        const open = recorded.filter(({ connection }) => connection.connectionState !== "closed");
        return Promise.all(open.map(({ connection }) => describe(connection)));
      },
      /** The states of the open connections. */
      states: () => recorded.map(({ connection }) => connection.connectionState).filter((state) => state !== "closed"),
      /** The label of the track that a slot of the first open connection sends. @param {number} slot */
      sending(slot) {
        const entry = recorded.find(({ connection }) => connection.connectionState !== "closed");
        return entry?.connection.getTransceivers()[slot]?.sender.track?.label ?? null;
      },
      /** How many tracks of cameras, microphones and screens are live, of how many ever. */
      tracks: () => [opened.filter(({ readyState }) => readyState === "live").length, opened.length],
      /** How many pictures the screens that are shared have given, and how many a second each connection takes of one. */
      screens() {
        const screens = opened.filter((track) => Reflect.has(track.getSettings(), "displaySurface"));
        const given = screens.reduce((sum, track) => sum + Reflect.get(track, "stats").deliveredFrames, 0);
        const open = recorded.filter(({ connection }) => connection.connectionState !== "closed");
        const limits = open.map(({ connection }) => connection.getTransceivers()[2]?.sender.track?.getSettings().frameRate ?? 0);
        return { given, limits };
      },
      /**
       * Lets an open connection, and those that are made from now on, send nothing in a slot, behind the page's back.
       *
       * @param {[number, number]} place
       */
      async silence([number, slot]) {
        const entry = recorded.filter(({ connection }) => connection.connectionState !== "closed")[number];
        if (!entry) return;
        entry.silenced = silenced = slot;
        await entry.connection.getTransceivers()[slot]?.sender.replaceTrack(null);
      },
      /** Lets connections that are made from now on send again. */
      relent() {
        silenced = null;
      },
      /** Sends a tone as the microphone on every open connection, behind the page's back. */
      async speak() {
        const context = new AudioContext();
        const destination = context.createMediaStreamDestination();
        const oscillator = context.createOscillator();
        oscillator.connect(destination);
        oscillator.start();
        const [tone] = destination.stream.getAudioTracks();
        const open = recorded.filter(({ connection }) => connection.connectionState !== "closed");
        await Promise.all(open.map(({ connection }) => connection.getTransceivers()[0]?.sender.replaceTrack(tone ?? null)));
      },
      /** Closes every open connection, behind the page's back. */
      end() {
        for (const { connection } of recorded) connection.close();
      },
      /** What each open connection may use now. */
      policies: () =>
        recorded
          .filter(({ connection }) => connection.connectionState !== "closed")
          .map(({ connection }) => connection.getConfiguration().iceTransportPolicy),
      /** How many connections to others the page has ever made. One that only shows that there can be any is closed unused. */
      made: () => recorded.filter(({ connection, negotiated }) => negotiated || connection.signalingState !== "closed").length,
      /** Signaling states after the first negotiation, of all connections: empty when nothing negotiated again. */
      renegotiated: () => recorded.flatMap(({ after }) => after),
    },
  });
}
