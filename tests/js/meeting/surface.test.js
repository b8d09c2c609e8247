import { equal, test } from "../harness.js";
import { memoryStorage } from "../media/fakes.js";
import { h } from "../../../static/js/lib/dom.js";
import { Surface } from "../../../static/js/meeting/surface.js";
import { Preferences } from "../../../static/js/preferences/preferences.js";
import { CallControls } from "../../../static/js/ui/call-controls.js";

test("a call looks as one chooses, and its menu shows what holds", ({ element }) => {
  const controls = new CallControls();
  const choices = ["dark", "light", "system"].map((one) => h("button", { "data-command": `surface-${one}` }));
  controls.append(...choices);
  element.append(controls);
  const preferences = new Preferences(memoryStorage());
  const surface = new Surface({ root: element, controls, preferences });
  const shown = () => [element.dataset.surface, ...choices.map((choice) => choice.getAttribute("aria-pressed"))];
  equal(shown(), ["dark", "true", "false", "false"]);
  surface.obey("surface-light");
  equal([shown(), preferences.surface], [["light", "false", "true", "false"], "light"]);
  surface.obey("surface-plaid");
  surface.obey("leave");
  equal(shown()[0], "light");
});
