import { equal, nextTask, ok, test } from "../../harness.js";
import { memoryStorage } from "../../media/fakes.js";
import { h } from "../../../../static/js/lib/dom.js";
import { unmarked } from "../../../../static/js/lib/names.js";
import { Preferences } from "../../../../static/js/preferences/preferences.js";
import { Stage } from "../../../../static/js/meeting/stage/stage.js";
import { Tiles } from "../../../../static/js/meeting/stage/tiles.js";
import { CallControls } from "../../../../static/js/ui/call-controls.js";
import { CallNotices } from "../../../../static/js/ui/call-notices.js";
import { TileGrid } from "../../../../static/js/ui/tile-grid.js";
import { TilePager } from "../../../../static/js/ui/tile-pager.js";

/** @import { VideoTile } from "../../../../static/js/ui/video-tile.js" */

const COMMANDS = ["speakers", "unpin", "picture", "fullscreen", "own-auto", "own-grid", "own-floating", "own-hidden"];
const MEDIA = { microphone: true, camera: true, screen: false, sound: false };

/** A window for a picture that is open or not, as a test says. */
class FakeWindow extends EventTarget {
  isSupported = true;
  /** @type {HTMLElement | null} */
  shown = null;
  /** @type {{width: number, height: number} | null} */
  size = null;

  /** @param {HTMLElement} tile */
  async open(tile) {
    this.shown = tile;
    this.size = { width: 480, height: 270 };
    this.dispatchEvent(new CustomEvent("change"));
  }

  close() {
    this.shown = this.size = null;
    this.dispatchEvent(new CustomEvent("change"));
  }
}

/**
 * Alice's page, with so many others on it: p0, p1, and so on.
 *
 * @param {HTMLElement} element
 * @param {AbortSignal} signal
 * @param {number} count
 */
async function call(element, signal, count) {
  const grid = new TileGrid();
  Object.assign(grid.style, { display: "block", width: "1000px", height: "600px", columnGap: "8px" });
  const [pager, controls, notices] = [new TilePager(), new CallControls(), new CallNotices()];
  controls.append(...COMMANDS.map((command) => h("button", { "data-command": command })));
  element.append(grid, pager, controls, notices);
  const pictures = new FakeWindow();
  const tiles = new Tiles({ grid, pictures: /** @type {any} */ (pictures), signal });
  const preferences = new Preferences(memoryStorage());
  const stage = new Stage({ grid, pager, controls, tiles, pictures: /** @type {any} */ (pictures), preferences, notices, signal });
  const show = (/** @type {string} */ id, media = MEDIA) =>
    tiles.showPeer(
      /** @type {any} */ ({ id, media, state: "connected", tracks: { camera: null, microphone: null, screen: null, sound: null } }),
      unmarked(id),
      "",
      { camera: "", screen: "" },
    );
  tiles.showSelf(/** @type {any} */ ({ sending: () => null }), "Alice");
  for (let number = 0; number < count; number += 1) show(`p${number}`);
  await nextTask();
  const tile = (/** @type {string} */ key) => /** @type {VideoTile} */ (tiles.all.get(key));
  const placed = () => [...tiles.all].filter(([, one]) => one.matches("[data-placed]")).map(([key]) => key);
  const command = (/** @type {string} */ name) =>
    controls.querySelector(`[data-command=${name}]`)?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  const act = (/** @type {string} */ key, /** @type {string} */ action) =>
    tile(key)
      .querySelector("tile-actions")
      ?.dispatchEvent(new CustomEvent("act", { detail: { action }, bubbles: true }));
  return { grid, pager, controls, notices, pictures, tiles, stage, preferences, show, tile, placed, command, act };
}

test("several are pinned and unpinned; who leaves is no longer pinned", async ({ element, signal }) => {
  const { grid, tiles, tile, act, command, controls } = await call(element, signal, 4);
  act("p0", "pin");
  act("p1", "pin");
  equal([grid.dataset.layout, tile("p0").matches("[data-pinned]"), tile("p1").matches("[data-pinned]")], ["stage", true, true]);
  tiles.drop("p0");
  await nextTask();
  equal([grid.dataset.layout, tiles.onPage.size], ["stage", 3]);
  command("unpin");
  equal([grid.dataset.layout, controls.querySelector("[data-command=unpin]")?.hasAttribute("hidden")], ["grid", true]);
});

test("only hosts are offered the spotlight, and theirs is told and shown", async ({ element, signal }) => {
  const { grid, stage, tile, act, notices } = await call(element, signal, 3);
  /** @type {unknown[]} */
  const told = [];
  stage.addEventListener("spotlight", (event) => told.push(/** @type {CustomEvent} */ (event).detail));
  act("p1", "spotlight");
  stage.spotlights = { shown: new Set(), own: new Set(), offers: true };
  await nextTask();
  act("p1", "spotlight");
  equal(told, [{ key: "p1" }]);
  stage.spotlights = { shown: new Set(["p1", "self"]), own: new Set(["p1"]), offers: true };
  await nextTask();
  equal([grid.dataset.layout, tile("p1").matches("[data-spotlit]"), tile("self").matches("[data-placed]")], ["stage", true, true]);
  ok(notices.textContent?.includes("p1 is in the spotlight") && notices.textContent.includes("put you in the spotlight"));
});

test("in speaker view the last of the others who had the floor has the stage", async ({ element, signal }) => {
  const { stage, tiles, command, preferences } = await call(element, signal, 3);
  const widest = () => [...tiles.onPage].sort(([, a], [, b]) => (b.camera?.width ?? 0) - (a.camera?.width ?? 0))[0]?.[0];
  command("speakers");
  ok(preferences.speakers);
  equal(widest(), "p0");
  stage.showSpeaking({ speaker: "p2", speaking: ["p2"], now: 0 });
  equal(widest(), "p2");
  stage.showSpeaking({ speaker: "self", speaking: ["self"], now: 1000 });
  equal(widest(), "p2");
});

test("who speaks on another page is brought onto this one, for whoever was quiet longest, and not too often", async ({ element, signal }) => {
  const { stage, placed, pager } = await call(element, signal, 30);
  const before = placed();
  ok(!before.includes("p29") && !before.includes("p28") && !pager.hidden);
  stage.showSpeaking({ speaker: null, speaking: before.filter((key) => key !== "p3"), now: 0 });
  stage.showSpeaking({ speaker: "p29", speaking: ["p29"], now: 100 });
  equal([...placed()].sort(), before.map((key) => (key === "p3" ? "p29" : key)).sort());
  stage.showSpeaking({ speaker: "p28", speaking: ["p28"], now: 200 });
  ok(!placed().includes("p28"), "not so soon");
  stage.showSpeaking({ speaker: "p28", speaking: ["p28"], now: 5000 });
  ok(placed().includes("p28") && placed().includes("p29"));
});

test("what is shown how large: by page, by window, by full screen; and it is told when it changes", async ({ element, signal }) => {
  const { tiles, pager, pictures, show, tile, act } = await call(element, signal, 30);
  let told = 0;
  tiles.addEventListener("shown", () => (told += 1));
  equal([tiles.onPage.size, tiles.onPage.has("self")], [30, false]);
  ok((tiles.onPage.get("p0")?.camera?.width ?? 0) >= 200);
  equal(tiles.onPage.get("p29"), { camera: null, screen: null });
  act("p29", "picture");
  equal([tiles.inWindow.get("p29")?.camera, told], [{ width: 480, height: 270 }, 1]);
  pager.dispatchEvent(new CustomEvent("page", { detail: { step: 1 } }));
  equal([tiles.onPage.get("p0")?.camera, told], [null, 2]);
  tiles.drop("p29");
  equal([pictures.shown, tiles.onPage.has("p29")], [null, false]);
  show("p1", { ...MEDIA, screen: true });
  await nextTask();
  ok((tiles.onPage.get("p1")?.screen?.width ?? 0) > 500, "a screen takes the stage");

  const full = Object.getOwnPropertyDescriptor(Document.prototype, "fullscreenElement");
  Object.defineProperty(document, "fullscreenElement", { configurable: true, get: () => tile("p2") });
  document.dispatchEvent(new Event("fullscreenchange"));
  equal([tiles.onPage.get("p2")?.camera, tiles.onPage.get("p1")?.screen], [{ width: innerWidth, height: innerHeight }, null]);
  Reflect.deleteProperty(document, "fullscreenElement");
  ok(full);

  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
  ok([...tiles.onPage.values()].every(({ camera, screen }) => !camera && !screen));
  act("p3", "picture");
  equal(tiles.inWindow.get("p3")?.camera, { width: 480, height: 270 });
  Reflect.deleteProperty(document, "visibilityState");
});

test("one's own tile goes where one wants it, and it is remembered", async ({ element, signal }) => {
  const { tile, command, preferences, controls } = await call(element, signal, 2);
  command("own-floating");
  ok(tile("self").matches("[data-floating]"));
  command("own-hidden");
  ok(!tile("self").matches("[data-placed]"));
  equal([preferences.own, controls.querySelector("[data-command=own-hidden]")?.getAttribute("aria-pressed")], ["hidden", "true"]);
});
