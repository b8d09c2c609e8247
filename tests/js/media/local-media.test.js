import { equal, nextTask, ok, test, until } from "../harness.js";
import { Devices } from "../../../static/js/media/devices.js";
import { LocalMedia } from "../../../static/js/media/local-media.js";
import { asMediaDevices, asPermissions, CAST, memoryStorage, RecordingMediaDevices, RecordingPermissions } from "./fakes.js";

/**
 * @param {AbortSignal} signal
 * @param {Record<string, PermissionState>} states
 */
async function setting(signal, states = {}, infos = CAST) {
  const fake = new RecordingMediaDevices(infos);
  const devices = new Devices({ mediaDevices: asMediaDevices(fake), storage: memoryStorage(), signal });
  await devices.refresh();
  const permissions = new RecordingPermissions(states);
  const local = new LocalMedia({ mediaDevices: asMediaDevices(fake), permissions: asPermissions(permissions), devices, signal });
  /** @type {[string, string, any][]} */
  const told = [];
  for (const type of ["track", "lost", "returned", "interrupted", "withdrawn", "permitted"]) {
    local.addEventListener(type, (event) => told.push([type, /** @type {any} */ (event).detail.slot, /** @type {any} */ (event).detail]), { signal });
  }
  return { fake, devices, permissions, local, told };
}

const denied = () => new DOMException("Permission denied", "NotAllowedError");
const busy = () => new DOMException("Could not start video source", "NotReadableError");

test("both inputs are asked for in one question", async ({ signal }) => {
  const { fake, local, told } = await setting(signal);
  await local.open(["microphone", "camera"]);
  equal(fake.asked.length, 1);
  equal(told.map(([type, slot]) => `${type} ${slot}`).sort(), ["track camera", "track microphone"]);
  equal(local.state("camera"), { on: true, opening: false, trouble: null, device: "cam-1", label: "Webcam" });
});

test("muting hands out nothing and keeps the device", async ({ signal }) => {
  const { fake, local } = await setting(signal);
  await local.open(["microphone"]);
  const track = local.sending("microphone");
  await local.turn("microphone", false);
  equal(local.sending("microphone"), null);
  ok(local.device("microphone") === track && track?.readyState === "live");
  await local.turn("microphone", true);
  ok(local.sending("microphone") === track);
  equal(fake.asked.length, 1);
});

test("the camera goes dark when it is off", async ({ signal }) => {
  const { fake, local } = await setting(signal);
  await local.open(["camera"]);
  await local.turn("camera", false);
  equal(fake.opened.map(({ readyState }) => readyState), ["ended"]);
  equal([local.sending("camera"), local.device("camera")], [null, null]);
  await local.turn("camera", true);
  equal(local.sending("camera")?.readyState, "live");
});

test("a camera turned off while it opens is closed as soon as it is there", async ({ signal }) => {
  const { fake, local } = await setting(signal);
  /** @type {(value?: any) => void} */
  let go = () => {};
  fake.answer = new Promise((resolve) => (go = resolve));
  const opening = local.turn("camera", true);
  ok(local.state("camera").opening);
  await local.turn("camera", false);
  go();
  await opening;
  equal(fake.opened.map(({ readyState }) => readyState), ["ended"]);
  equal(local.state("camera"), { on: false, opening: false, trouble: null, device: "", label: "" });
});

test("without a camera the microphone still opens", async ({ signal }) => {
  const { local } = await setting(signal, {}, CAST.slice(0, 2));
  await local.open(["microphone", "camera"]);
  equal([local.state("microphone").on, local.state("microphone").trouble], [true, null]);
  equal([local.state("camera").on, local.state("camera").trouble], [false, "missing"]);
});

test("a blocked camera does not cost the microphone", async ({ signal }) => {
  const { fake, local } = await setting(signal, { camera: "denied", microphone: "granted" });
  fake.fail = ({ video }) => (video ? denied() : null);
  await local.open(["microphone", "camera"]);
  equal(local.state("microphone").trouble, null);
  ok(local.sending("microphone"));
  equal(local.state("camera").trouble, "denied");
});

test("a dismissed question is not asked again at once", async ({ signal }) => {
  const { fake, local } = await setting(signal, { camera: "prompt", microphone: "prompt" });
  fake.fail = denied;
  await local.open(["microphone", "camera"]);
  equal(fake.asked.length, 1);
  equal([local.state("microphone").trouble, local.state("camera").trouble], ["dismissed", "dismissed"]);
  fake.fail = () => null;
  await local.turn("camera", true);
  equal(local.state("camera").trouble, null);
});

test("an insecure context is told as such", async ({ signal }) => {
  const devices = new Devices({ mediaDevices: undefined, storage: memoryStorage(), signal });
  const local = new LocalMedia({ mediaDevices: undefined, permissions: undefined, devices, signal });
  await local.open(["microphone", "camera"]);
  equal([local.state("microphone").trouble, local.state("camera").trouble], ["insecure", "insecure"]);
  ok(!local.sharesScreen);
});

test("another device is taken live, and the old one stopped", async ({ signal }) => {
  const { fake, local, devices } = await setting(signal);
  await local.open(["camera"]);
  const before = local.sending("camera");
  await local.choose("camera", "cam-2");
  equal(local.state("camera").label, "Capture card");
  equal([before?.readyState, local.sending("camera")?.readyState], ["ended", "live"]);
  equal(devices.preferred("camera"), "cam-2");
  equal(fake.opened.length, 2);
});

test("where only one camera opens at a time, the old one goes first", async ({ signal }) => {
  const { fake, local } = await setting(signal);
  await local.open(["camera"]);
  fake.fail = () => (fake.opened[0].readyState === "live" ? busy() : null);
  await local.choose("camera", "cam-2");
  equal(local.state("camera"), { on: true, opening: false, trouble: null, device: "cam-2", label: "Capture card" });
});

test("a device that does not open leaves the old one", async ({ signal }) => {
  const { fake, local } = await setting(signal);
  await local.open(["microphone"]);
  fake.fail = denied;
  await local.choose("microphone", "mic-2");
  equal([local.state("microphone").label, local.state("microphone").on, local.state("microphone").opening], ["Desk microphone", true, false]);
});

test("choosing while muted stays muted", async ({ signal }) => {
  const { local } = await setting(signal);
  await local.open(["microphone"]);
  await local.turn("microphone", false);
  await local.choose("microphone", "mic-2");
  equal(local.sending("microphone"), null);
  equal(local.device("microphone")?.label, "Headset");
});

test("an unplugged device is replaced by another, and its return is noticed", async ({ signal }) => {
  const { fake, local, told, devices } = await setting(signal);
  devices.prefer("microphone", "mic-2");
  await local.open(["microphone"]);
  unplug(fake, "mic-2");
  equal(await until(() => lost(told)), { slot: "microphone", label: "Headset", fallback: "Desk microphone" });
  fake.plug(CAST);
  await until(() => told.find(([type]) => type === "returned"));
  equal(local.state("microphone").label, "Headset");
});

test("a microphone that the system mutes is told, and again when it is back", async ({ signal }) => {
  const { local, told } = await setting(signal);
  await local.open(["microphone"]);
  const track = /** @type {MediaStreamTrack} */ (local.sending("microphone"));
  for (const muted of [true, false]) {
    Object.defineProperty(track, "muted", { value: muted, configurable: true });
    track.dispatchEvent(new Event(muted ? "mute" : "unmute"));
  }
  equal(told.filter(([type]) => type === "interrupted").map(([, , { isMuted }]) => isMuted), [true, false]);
  await local.turn("microphone", false);
  track.dispatchEvent(new Event("mute"));
  equal(told.filter(([type]) => type === "interrupted").length, 2, "off is off");
});

test("a permission that is withdrawn in the call is no disconnected device", async ({ signal }) => {
  const { fake, local, told } = await setting(signal, { camera: "denied" });
  await local.open(["camera"]);
  fake.fail = denied;
  local.sending("camera")?.dispatchEvent(new Event("ended"));
  await until(() => told.find(([type]) => type === "withdrawn"));
  equal([lost(told), local.state("camera").trouble], [undefined, "denied"]);
});

test("a permission that is given back is told, for what could not be opened", async ({ signal }) => {
  const { fake, permissions, local, told } = await setting(signal, { camera: "denied", microphone: "denied" });
  const permitted = () => told.filter(([type]) => type === "permitted").map(([, slot]) => slot);
  await permissions.change("microphone", "granted");
  equal(permitted(), [], "nobody has asked for it");
  fake.fail = denied;
  await local.open(["camera"]);
  await permissions.change("camera", "prompt");
  equal(permitted(), []);
  await permissions.change("camera", "granted");
  equal(permitted(), ["camera"]);
  fake.fail = () => null;
  await local.open(["camera"]);
  await permissions.change("camera", "granted");
  equal([permitted(), local.state("camera").on], [["camera"], true]);
});

test("the last device unplugged is off and told", async ({ signal }) => {
  const { fake, local, told } = await setting(signal, {}, CAST.slice(2, 3));
  await local.open(["camera"]);
  unplug(fake, "cam-1");
  equal(await until(() => lost(told)), { slot: "camera", label: "Webcam", fallback: null });
  equal([local.state("camera").on, local.state("camera").trouble, local.sending("camera")], [false, "missing", null]);
});

test("a screen comes with its sound and goes with it", async ({ signal }) => {
  const { fake, local, told } = await setting(signal);
  await local.turn("screen", true);
  ok(local.sending("screen") && local.sending("sound"));
  fake.opened[0].stop();
  fake.opened[0].dispatchEvent(new Event("ended"));
  await nextTask();
  equal([local.sending("screen"), local.sending("sound"), local.state("screen").on], [null, null, false]);
  equal(fake.opened.map(({ readyState }) => readyState), ["ended", "ended"]);
  equal(told.map(([, slot]) => slot), ["screen", "sound", "screen", "sound"]);
});

test("a browser is told what each track shows: a screen is to be read", async ({ signal }) => {
  const { local } = await setting(signal);
  await local.open(["microphone", "camera"]);
  await local.turn("screen", true);
  const slots = /** @type {const} */ (["microphone", "camera", "screen", "sound"]);
  equal(slots.map((slot) => local.sending(slot)?.contentHint), ["speech", "motion", "text", "music"]);
});

test("a cancelled screen is no screen", async ({ signal }) => {
  const { fake, local } = await setting(signal);
  fake.fail = denied;
  await local.turn("screen", true);
  equal([local.state("screen").on, local.state("screen").opening, local.state("screen").trouble], [false, false, "dismissed"]);
  fake.fail = () => null;
  await local.turn("screen", true);
  ok(local.sending("screen"));
});

test("a screen is asked for once at a time", async ({ signal }) => {
  const { fake, local } = await setting(signal);
  await Promise.all([local.turn("screen", true), local.turn("screen", true)]);
  await local.turn("screen", true);
  equal(fake.asked.length, 1);
  ok(local.sending("screen"));
});

test("close stops every track", async ({ signal }) => {
  const { fake, local } = await setting(signal);
  await local.open(["microphone", "camera"]);
  await local.turn("microphone", false);
  await local.turn("screen", true);
  local.close();
  equal(fake.opened.map(({ readyState }) => readyState), ["ended", "ended", "ended", "ended"]);
});

test("real devices of the browser", async ({ signal }) => {
  const { mediaDevices } = navigator;
  const devices = new Devices({ mediaDevices, storage: memoryStorage(), signal });
  const local = new LocalMedia({ mediaDevices, permissions: navigator.permissions, devices, signal });
  await local.open(["microphone", "camera"]);
  equal([local.state("microphone").trouble, local.state("camera").trouble], [null, null]);
  ok(devices.list.microphone.length > 0 && devices.list.microphone[0].label);
});

/**
 * @param {RecordingMediaDevices} fake
 * @param {string} id
 */
function unplug(fake, id) {
  const track = fake.opened.findLast((track) => track.getSettings().deviceId === id);
  track?.stop();
  fake.plug(fake.infos.filter(({ deviceId }) => deviceId !== id));
  track?.dispatchEvent(new Event("ended"));
}

/** @param {[string, string, any][]} told */
function lost(told) {
  return told.find(([type]) => type === "lost")?.[2];
}

test("what is barred is turned off, stays off, and says when one turns it", async ({ signal }) => {
  const { local, told } = await setting(signal);
  for (const type of ["cut", "barred"])
    local.addEventListener(type, (event) => told.push([type, /** @type {any} */ (event).detail.slot, /** @type {any} */ (event).detail.on]), {
      signal,
    });
  await local.open(["microphone", "camera"]);
  told.length = 0;
  local.bar("microphone", true);
  local.bar("microphone", true);
  equal([local.sending("microphone"), local.state("microphone").on], [null, false]);
  await local.turn("microphone", true);
  await local.turn("microphone", false);
  await local.open(["microphone"]);
  equal([local.sending("microphone"), local.sending("camera") !== null], [null, true]);
  equal(
    told.map(([type, slot, on]) => [type, slot, type === "barred" ? on : null]),
    [
      ["track", "microphone", null],
      ["cut", "microphone", null],
      ["barred", "microphone", true],
      ["barred", "microphone", false],
    ],
  );
  local.bar("microphone", false);
  equal(local.sending("microphone"), null, "nothing is turned on by itself");
  await local.turn("microphone", true);
  ok(local.sending("microphone"));
  local.bar("screen", true);
  equal(told.filter(([type]) => type === "cut").length, 1, "what is off is not cut");
});

test("a screen that is being chosen while it is barred is not shared", async ({ signal }) => {
  const { fake, local } = await setting(signal);
  const gate = Promise.withResolvers();
  const chosen = fake.getDisplayMedia.bind(fake);
  /** @type {MediaStream | undefined} */
  let stream;
  fake.getDisplayMedia = async (constraints) => (await gate.promise, (stream = await chosen(constraints)));
  const shared = local.turn("screen", true);
  local.bar("screen", true);
  gate.resolve(null);
  await shared;
  equal([local.sending("screen"), stream?.getTracks().map(({ readyState }) => readyState)], [null, ["ended", "ended"]]);
});
