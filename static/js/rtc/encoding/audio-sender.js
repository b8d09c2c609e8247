/**
 * The bitrate of the microphone for one peer: what the browser chooses, or a low one where bandwidth is short.
 */

/** Per second: the most that speech in wideband makes good use of (RFC 6716, section 2.1.1). */
const LEAN_BITRATE = 20_000;

export class AudioSender {
  #sender;
  #isLean = false;

  /** @param {RTCRtpSender} sender of a microphone */
  constructor(sender) {
    this.#sender = sender;
  }

  /** Needs no negotiation. Before there is an encoding it does nothing; call it again then. @param {boolean} isLean */
  async lean(isLean) {
    if (isLean === this.#isLean) return;
    const parameters = this.#sender.getParameters();
    const [encoding] = parameters.encodings;
    if (!encoding) return;
    this.#isLean = isLean;
    if (isLean) encoding.maxBitrate = LEAN_BITRATE;
    else delete encoding.maxBitrate;
    await this.#sender.setParameters(parameters).catch(() => (this.#isLean = !isLean));
  }
}
