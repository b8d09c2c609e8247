import { equal, test } from "../harness.js";
import { memoryStorage } from "../media/fakes.js";
import { Preferences } from "../../../static/js/preferences/preferences.js";

test("what was on and who one was is remembered", () => {
  const storage = memoryStorage();
  const preferences = new Preferences(storage);
  equal([preferences.inputs, preferences.name], [["microphone", "camera"], ""]);
  preferences.turned("camera", false);
  preferences.name = "Carol";
  const later = new Preferences(storage);
  equal([later.inputs, later.name], [["microphone"], "Carol"]);
  later.turned("camera", true);
  equal(later.inputs, ["microphone", "camera"]);
});

test("how one looks at a meeting is remembered, nonsense is not", () => {
  const storage = memoryStorage();
  const preferences = new Preferences(storage);
  equal([preferences.speakers, preferences.own], [false, "auto"]);
  preferences.speakers = true;
  preferences.own = "hidden";
  const later = new Preferences(storage);
  equal([later.speakers, later.own], [true, "hidden"]);
  storage.setItem("own", "everywhere");
  equal(later.own, "auto");
});

test("a call is dark and sounds when others come and go, unless one chooses otherwise", () => {
  const storage = memoryStorage();
  const preferences = new Preferences(storage);
  equal([preferences.surface, preferences.presenceSounds], ["dark", true]);
  preferences.surface = "system";
  preferences.presenceSounds = false;
  const later = new Preferences(storage);
  equal([later.surface, later.presenceSounds], ["system", false]);
  storage.setItem("surface", "plaid");
  equal(later.surface, "dark");
});

test("files are fetched without asking only where one said so", () => {
  const storage = memoryStorage();
  equal(new Preferences(storage).fetchesFiles, false);
  new Preferences(storage).fetchesFiles = true;
  equal(new Preferences(storage).fetchesFiles, true);
});

test("a storage that refuses is survived", () => {
  const refuse = () => {
    throw new DOMException("no", "SecurityError");
  };
  const preferences = new Preferences({ getItem: refuse, setItem: refuse });
  preferences.name = "Carol";
  preferences.turned("camera", false);
  equal([preferences.name, preferences.inputs], ["", ["microphone", "camera"]]);
});
