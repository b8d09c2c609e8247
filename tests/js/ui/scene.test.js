import { equal, test } from "../harness.js";
import { compose } from "../../../static/js/ui/scene.js";

/** @import { Choice, Item } from "../../../static/js/ui/scene.js" */

/** @type {Item[]} */
const ITEMS = [
  { key: "self", kind: "person", self: true },
  { key: "alice", kind: "person", self: false },
  { key: "bob", kind: "person", self: false },
  { key: "bob screen", kind: "screen", self: false },
  { key: "self screen", kind: "preview", self: true },
];
const [SELF, ALICE, BOB, SCREEN, PREVIEW] = ITEMS;

/** @param {Partial<Choice>} choice */
function look(choice) {
  const { stage, others, floating } = compose({
    items: [SELF, ALICE, BOB],
    speakers: false,
    speaker: null,
    pins: new Set(),
    spotlights: new Set(),
    own: "auto",
    ...choice,
  });
  return [stage.join(), others.join(), floating];
}

test("who is where", () => {
  const all = ITEMS;
  const table = /** @type {[string, Partial<Choice>, [string, string, string | null]][]} */ ([
    ["everybody in the grid, oneself last", {}, ["", "alice,bob,self", null]],
    ["alone", { items: [SELF] }, ["", "self", null]],
    ["alone and floating has nothing to float on", { items: [SELF], own: "floating" }, ["", "self", null]],
    ["alone and hidden", { items: [SELF], own: "hidden" }, ["", "", null]],
    ["two: oneself floats", { items: [SELF, ALICE] }, ["", "alice", "self"]],
    ["two, oneself in the grid", { items: [SELF, ALICE], own: "grid" }, ["", "alice,self", null]],
    ["three, floating", { own: "floating" }, ["", "alice,bob", "self"]],
    ["hidden", { own: "hidden" }, ["", "alice,bob", null]],
    ["a screen takes the stage, one's own does not", { items: all }, ["bob screen", "alice,bob,self screen,self", null]],
    ["one's own screen alone", { items: [SELF, ALICE, PREVIEW] }, ["", "alice,self screen,self", null]],
    ["the speaker", { speakers: true, speaker: "bob" }, ["bob", "alice,self", null]],
    ["before anybody has spoken", { speakers: true }, ["alice", "bob,self", null]],
    ["the speaker has left", { speakers: true, speaker: "carol" }, ["alice", "bob,self", null]],
    ["speaker view of two", { items: [SELF, ALICE], speakers: true }, ["alice", "", "self"]],
    ["speaker view alone", { items: [SELF], speakers: true }, ["", "self", null]],
    ["a screen goes before the speaker", { items: all, speakers: true, speaker: "alice" }, ["bob screen", "alice,bob,self screen,self", null]],
    ["a spotlight joins the screen", { items: all, spotlights: new Set(["alice"]) }, ["bob screen,alice", "bob,self screen,self", null]],
    ["one's own spotlight, though hidden", { own: "hidden", spotlights: new Set(["self"]) }, ["self", "alice,bob", null]],
    [
      "pins go before all else",
      { items: all, speakers: true, spotlights: new Set(["alice"]), pins: new Set(["bob", "self"]) },
      ["self,bob", "bob screen,alice,self screen", null],
    ],
    ["a pin of somebody who is not there", { pins: new Set(["carol"]) }, ["", "alice,bob,self", null]],
    ["screens are no exception to pins", { items: [SELF, BOB, SCREEN], pins: new Set(["bob screen"]) }, ["bob screen", "bob,self", null]],
  ]);
  for (const [what, choice, expected] of table) equal(look(choice), expected, what);
});
