/**
 * The level of our microphone, and who counts as speaking.
 */

const SAMPLES = 512;
/** No output: the audio is only measured, and such a context costs nearly no CPU time (Web Audio API 1.1, `sinkId`). */
const SILENT = /** @type {AudioContextOptions} */ ({ sinkId: { type: "none" } });

/** Loudness of one track, read whenever wanted. */
export class Level {
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {AnalyserNode | null} */
  #analyser = null;
  /** @type {MediaStreamAudioSourceNode | null} */
  #source = null;
  #samples = new Float32Array(SAMPLES);
  #AudioContext;

  /** @param {{AudioContext: typeof globalThis.AudioContext | undefined}} options without one, all is silent */
  constructor({ AudioContext }) {
    this.#AudioContext = AudioContext;
  }

  /**
   * Measures `track` in place of the one before.
   *
   * @param {MediaStreamTrack | null} track
   */
  attach(track) {
    this.#source?.disconnect();
    this.#source = null;
    if (!track || !this.#AudioContext) return;
    this.#context ??= this.#make(this.#AudioContext);
    this.#analyser ??= analyser(this.#context);
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(this.#analyser);
    this.resume();
  }

  /** @param {typeof globalThis.AudioContext} AudioContext */
  #make(AudioContext) {
    const context = new AudioContext(SILENT);
    context.addEventListener("statechange", () => this.resume());
    return context;
  }

  /**
   * Resumes the measurement: call it at a gesture, and when the page becomes visible. A context that was made before the first gesture is
   * suspended, and a telephone call interrupts it.
   */
  resume() {
    if (this.#context && this.#context.state !== "running" && this.#context.state !== "closed") void this.#context.resume().catch(() => {});
  }

  /** @returns {number} 0 to 1: the linear amplitude now, on the same scale as RTCRtpSynchronizationSource.audioLevel */
  read() {
    if (!this.#source || !this.#analyser) return 0;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return amplitude(this.#samples);
  }

  close() {
    this.attach(null);
    void this.#context?.close();
    this.#context = null;
    this.#analyser = null;
  }
}

/** @param {AudioContext} context */
function analyser(context) {
  const node = context.createAnalyser();
  node.fftSize = SAMPLES;
  return node;
}

/**
 * @param {Float32Array} samples
 * @returns {number} root mean square, at most 1
 */
export function amplitude(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.min(1, Math.sqrt(sum / (samples.length || 1)));
}

/**
 * @param {number} level linear, 0 to 1
 * @returns {number} 0 to 1 as one hears it: -60 dB is nothing, 0 dB is all
 */
export function loudness(level) {
  return level <= 0.001 ? 0 : Math.min(1, 1 + Math.log10(level) / 3);
}

const SPEAKS_ABOVE = 0.02;
const HOLD_MS = 700;

/** Whether somebody speaks: from the moment in which they are loud until shortly after it, so that pauses between words do not count. */
export class Speech {
  #heardAt = -Infinity;

  /**
   * @param {number} level linear, 0 to 1
   * @param {number} now milliseconds
   * @returns {boolean}
   */
  update(level, now) {
    if (level > SPEAKS_ABOVE) this.#heardAt = now;
    return now - this.#heardAt < HOLD_MS;
  }
}

const INSISTS_MS = 1000;
const REMINDS_MS = 20_000;

/** Detects that somebody talks into a muted microphone: after a second, and not again for a while. */
export class MutedTalk {
  #speech = new Speech();
  /** @type {number | null} */
  #since = null;
  #toldAt = -Infinity;

  /**
   * @param {number} level linear, 0 to 1: of the device, or 0 while not muted
   * @param {number} now milliseconds
   * @returns {boolean} whether to tell now
   */
  update(level, now) {
    if (!this.#speech.update(level, now)) this.#since = null;
    else this.#since ??= now;
    const insists = this.#since !== null && now - this.#since > INSISTS_MS;
    if (!insists || now - this.#toldAt < REMINDS_MS) return false;
    this.#toldAt = now;
    return true;
  }
}

/** At most this long counts between two readings: in a longer gap the page was suspended. */
const GAP_MS = 500;

/** For how long somebody has spoken, pauses left out. */
export class SpokenTime {
  #speech = new Speech();
  #ms = 0;
  #now = Infinity;

  /**
   * @param {number} level linear, 0 to 1
   * @param {number} now milliseconds
   * @returns {number} milliseconds
   */
  update(level, now) {
    const passed = Math.min(GAP_MS, Math.max(0, now - this.#now));
    this.#now = now;
    if (this.#speech.update(level, now)) this.#ms += passed;
    return this.#ms;
  }
}
