import { equal, test } from "../harness.js";
import { SoundOutput } from "../../../static/js/media/sound-output.js";

test("there is sound until it is switched off, and the tab remembers that", () => {
  /** @type {Map<string, string>} */
  const kept = new Map();
  const storage = {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
  };
  const sound = new SoundOutput(storage);
  let changes = 0;
  sound.addEventListener("change", () => (changes += 1));
  equal(sound.isOn, true);
  sound.turn(true);
  sound.turn(false);
  equal([sound.isOn, new SoundOutput(storage).isOn, changes], [false, false, 1]);
  sound.turn(true);
  equal([sound.isOn, new SoundOutput(storage).isOn, changes], [true, true, 2]);
});

test("without a storage it is for this page alone", () => {
  const sound = new SoundOutput({
    getItem: () => null,
    setItem: () => {
      throw new DOMException("full", "QuotaExceededError");
    },
  });
  sound.turn(false);
  equal(sound.isOn, false);
});
