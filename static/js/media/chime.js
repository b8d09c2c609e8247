/**
 * A short sound of a few tones.
 *
 * @typedef {{pitch: number, at: number}} Tone in Hz, and seconds from the beginning
 */

const LASTS = 0.5;

/**
 * @param {readonly Tone[]} tones
 * @param {number} loudness at most 1
 * @param {AudioContext} context closed after the last tone
 */
export function chime(tones, loudness, context) {
  for (const { pitch, at } of tones) {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    const start = context.currentTime + at;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(loudness, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + LASTS);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + LASTS);
    if (at === tones[tones.length - 1].at) tone.addEventListener("ended", () => void context.close(), { once: true });
  }
}
