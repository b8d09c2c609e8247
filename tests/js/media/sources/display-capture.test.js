import { equal, ok, test, throws } from "../../harness.js";
import { canCaptureDisplay, captureDisplay } from "../../../../static/js/media/sources/display-capture.js";
import { asMediaDevices, RecordingMediaDevices } from "../fakes.js";

test("Alice shares her screen with the sound of the system, without what the call itself plays", async () => {
  const devices = new RecordingMediaDevices();
  devices.supported = { restrictOwnAudio: true };
  const { screen, sound } = await captureDisplay(asMediaDevices(devices));
  ok(screen && sound);
  const [asked] = /** @type {any[]} */ (devices.asked);
  equal([asked.audio.restrictOwnAudio, asked.systemAudio, asked.video.frameRate], [true, "include", { ideal: 30 }]);
});

test("where the browser cannot leave that out, the sound of the system is not offered: people would hear themselves", async () => {
  const devices = new RecordingMediaDevices();
  await captureDisplay(asMediaDevices(devices));
  const [asked] = /** @type {any[]} */ (devices.asked);
  equal(["restrictOwnAudio" in asked.audio, asked.systemAudio], [false, "exclude"]);
});

test("a phone cannot share a screen, and says so", async () => {
  equal([canCaptureDisplay(undefined), canCaptureDisplay(/** @type {any} */ ({}))], [false, false]);
  await throws(() => captureDisplay(undefined), /NotFoundError/);
});
