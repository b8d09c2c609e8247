/**
 * How many bits the sound of a microphone has for one peer: as many as the browser gives it, or few where the line is thin.
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

  /** Holds from now on, without negotiating; what cannot be set yet is set when it is said again. @param {boolean} isLean */
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
