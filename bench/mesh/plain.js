/**
 * Makes the product a plain mesh: one encoder per pair at what the camera gives, whatever is shown. Adaptation cannot set
 * anything, and what encodes once is not there. A camera may use 1.7 Mbit/s per pair.
 */
{
  const BITRATE = 1_700_000;
  const setParameters = RTCRtpSender.prototype.setParameters;
  RTCRtpSender.prototype.setParameters = async () => {};
  for (const name of ["RTCRtpScriptTransform", "VideoEncoder", "MediaStreamTrackProcessor"]) Reflect.deleteProperty(globalThis, name);

  /** @param {RTCPeerConnection} connection */
  function limit(connection) {
    for (const { sender, receiver } of connection.getTransceivers()) {
      const parameters = sender.getParameters();
      if (receiver.track.kind !== "video") continue;
      for (const encoding of parameters.encodings) encoding.maxBitrate = BITRATE;
      void setParameters.call(sender, parameters);
    }
  }

  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    /** @param {RTCConfiguration} [configuration] */
    constructor(configuration) {
      super(configuration);
      this.addEventListener("connectionstatechange", () => this.connectionState === "connected" && limit(this));
    }
  };
}
