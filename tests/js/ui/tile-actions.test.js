import { equal, ok, test } from "../harness.js";
import { TileActions } from "../../../static/js/ui/tile-actions.js";

test("buttons say what they do with whom, and whether it is so", ({ element: stage }) => {
  const element = stage.appendChild(new TileActions());
  element.state = { name: "<b>Bob", pinned: true, spotlit: false, offered: ["pin", "spotlight", "enlarge"] };
  const buttons = [...element.querySelectorAll("button")];
  equal(buttons.map((button) => [button.getAttribute("aria-label"), button.getAttribute("aria-pressed"), button.hidden]), [
    ["Pin <b>Bob", "true", false],
    ["Spotlight <b>Bob for everyone", "false", false],
    ["Picture in picture: <b>Bob", null, true],
    ["Full screen: <b>Bob", null, false],
    ["Actions for <b>Bob", null, true],
  ]);
});

test("a button tells its action to whatever holds the tile", ({ element: stage }) => {
  const element = stage.appendChild(new TileActions());
  /** @type {any[]} */
  const told = [];
  stage.addEventListener("act", (event) => told.push(/** @type {CustomEvent} */ (event).detail));
  const buttons = [...element.querySelectorAll("button")];
  for (const button of buttons) button.click();
  equal(told.map(({ action }) => action), ["pin", "spotlight", "picture", "enlarge", "more"]);
  ok(told.every(({ opener }, place) => opener === buttons[place]));
});
