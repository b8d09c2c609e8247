import { equal, test } from "../harness.js";
import { memoryStorage } from "../media/fakes.js";
import { Remembered } from "../../../static/js/preferences/preferences.js";

test("what was on and who one was is remembered", () => {
  const storage = memoryStorage();
  const remembered = new Remembered(storage);
  equal([remembered.inputs, remembered.name], [["microphone", "camera"], ""]);
  remembered.turned("camera", false);
  remembered.name = "Carol";
  const later = new Remembered(storage);
  equal([later.inputs, later.name], [["microphone"], "Carol"]);
  later.turned("camera", true);
  equal(later.inputs, ["microphone", "camera"]);
});

test("how one looks at a meeting is remembered, nonsense is not", () => {
  const storage = memoryStorage();
  const remembered = new Remembered(storage);
  equal([remembered.speakers, remembered.own], [false, "auto"]);
  remembered.speakers = true;
  remembered.own = "hidden";
  const later = new Remembered(storage);
  equal([later.speakers, later.own], [true, "hidden"]);
  storage.setItem("own", "everywhere");
  equal(later.own, "auto");
});

test("a storage that refuses is survived", () => {
  const refuse = () => {
    throw new DOMException("no", "SecurityError");
  };
  const remembered = new Remembered({ getItem: refuse, setItem: refuse });
  remembered.name = "Carol";
  remembered.turned("camera", false);
  equal([remembered.name, remembered.inputs], ["", ["microphone", "camera"]]);
});
