import { equal, nextTask, test } from "../harness.js";
import { Devices } from "../../../static/js/media/devices.js";
import { asMediaDevices, CAST, memoryStorage, RecordingMediaDevices } from "./fakes.js";

/** @type {import("./fakes.js").Info} */
const BUILT_IN = { kind: "audiooutput", deviceId: "out-0", label: "Built-in" };

/** @param {AbortSignal} signal */
function setting(signal, infos = CAST, storage = memoryStorage()) {
  const fake = new RecordingMediaDevices(infos);
  const devices = new Devices({ mediaDevices: asMediaDevices(fake), storage, signal });
  /** @type {any[]} */
  const changes = [];
  devices.addEventListener("change", (event) => changes.push(/** @type {CustomEvent} */ (event).detail), { signal });
  return { fake, devices, changes, storage };
}

test("devices are listed by what they are for", async ({ signal }) => {
  const { devices } = setting(signal);
  await devices.refresh();
  equal(devices.list.microphone, [{ id: "mic-1", label: "Desk microphone" }, { id: "mic-2", label: "Headset" }]);
  equal(devices.list.speaker, [{ id: "out-1", label: "Speakers" }]);
  equal(devices.label("camera", "cam-2"), "Capture card");
  equal(devices.label("camera", "gone"), "");
});

test("what a permission uncovers is not new", async ({ signal }) => {
  const { fake, devices, changes } = setting(signal, CAST.map((info) => ({ ...info, deviceId: "", label: "" })));
  await devices.refresh();
  equal(devices.list.camera, []);
  fake.infos = CAST;
  await devices.refresh();
  equal(changes, [{ added: [], removed: [] }]);
});

test("nor are the loudspeakers that a browser leaves out before", async ({ signal }) => {
  const { fake, devices, changes } = setting(signal, CAST.slice(0, 4).map((info) => ({ ...info, deviceId: "", label: "" })));
  await devices.refresh();
  fake.infos = CAST.slice(2, 4);
  await devices.refresh();
  fake.infos = CAST;
  await devices.refresh();
  equal(changes.flatMap(({ added }) => added).map(({ kind }) => kind).filter((kind) => kind === "speaker"), []);
});

test("plugging and unplugging are told", async ({ signal }) => {
  const { fake, devices, changes } = setting(signal, [...CAST.slice(0, 4), BUILT_IN]);
  await devices.refresh();
  fake.plug([...CAST, BUILT_IN]);
  await nextTask();
  fake.plug([...CAST, BUILT_IN].slice(1));
  await nextTask();
  equal(changes.slice(1), [
    { added: [{ kind: "speaker", device: { id: "out-1", label: "Speakers" } }], removed: [] },
    { added: [], removed: [{ kind: "microphone", device: { id: "mic-1", label: "Desk microphone" } }] },
  ]);
});

test("nothing is told when nothing changed", async ({ signal }) => {
  const { devices, changes } = setting(signal);
  await devices.refresh();
  await devices.refresh();
  equal(changes.length, 1);
});

test("a preference outlives the page, and a changed id", async ({ signal }) => {
  const { devices, storage } = setting(signal);
  await devices.refresh();
  devices.prefer("microphone", "mic-2");
  const { devices: later } = setting(signal, CAST, storage);
  equal(later.preferred("microphone"), "mic-2", "before the devices are known");
  await later.refresh();
  equal(later.preferred("microphone"), "mic-2");
  const renumbered = CAST.map((info) => ({ ...info, deviceId: `${info.deviceId}-new` }));
  const { devices: latest } = setting(signal, renumbered, storage);
  await latest.refresh();
  equal(latest.preferred("microphone"), "mic-2-new");
  equal(latest.preferred("camera"), "", "no preference");
});

test("an absent device is not asked for", async ({ signal }) => {
  const { devices, fake } = setting(signal);
  await devices.refresh();
  devices.prefer("camera", "cam-2");
  fake.infos = CAST.slice(0, 3);
  await devices.refresh();
  equal(devices.preferred("camera"), "");
});

test("rubbish in the storage is no preference", ({ signal }) => {
  for (const rubbish of ["{", "null", "[]", '{"camera": 3}', '{"camera": {"id": 1, "label": ""}}']) {
    const storage = memoryStorage();
    storage.setItem("devices", rubbish);
    equal(setting(signal, CAST, storage).devices.preferred("camera"), "", rubbish);
  }
});

test("a storage that refuses is survived", async ({ signal }) => {
  const refuse = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  const { devices } = setting(signal, CAST, { ...memoryStorage(), setItem: refuse });
  await devices.refresh();
  devices.prefer("camera", "cam-2");
  equal(devices.preferred("camera"), "cam-2");
});

test("an insecure context has no devices", async ({ signal }) => {
  const devices = new Devices({ mediaDevices: undefined, storage: memoryStorage(), signal });
  await devices.refresh();
  equal(devices.list, { microphone: [], camera: [], speaker: [] });
});
