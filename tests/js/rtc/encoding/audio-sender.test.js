import { equal, test } from "../../harness.js";
import { AudioSender } from "../../../../static/js/rtc/encoding/audio-sender.js";

/** A sender of a microphone that keeps what it was told. @param {{refuses?: boolean, encodings?: object[]}} [options] */
function sending({ refuses = false, encodings = [{}] } = {}) {
  let parameters = { encodings };
  let told = 0;
  const sender = {
    refuses,
    getParameters: () => structuredClone(parameters),
    async setParameters(/** @type {any} */ next) {
      told += 1;
      if (this.refuses) throw new DOMException("later", "InvalidStateError");
      parameters = next;
    },
  };
  return {
    voice: new AudioSender(/** @type {any} */ (sender)),
    sender,
    told: () => told,
    bitrate: () => Reflect.get(parameters.encodings[0] ?? {}, "maxBitrate"),
  };
}

test("a voice is lean while it has to be, and is told so once", async () => {
  const { voice, told, bitrate } = sending();
  await voice.lean(false);
  equal([bitrate(), told()], [undefined, 0]);
  await voice.lean(true);
  await voice.lean(true);
  equal([bitrate(), told()], [20_000, 1]);
  await voice.lean(false);
  equal([bitrate(), told()], [undefined, 2]);
});

test("what could not be set is set when it is said again", async () => {
  const { voice, sender, bitrate } = sending({ refuses: true });
  await voice.lean(true);
  equal(bitrate(), undefined);
  sender.refuses = false;
  await voice.lean(true);
  equal(bitrate(), 20_000);
});

test("before anything is negotiated there is nothing to set", async () => {
  const { voice, told } = sending({ encodings: [] });
  await voice.lean(true);
  equal(told(), 0);
});
