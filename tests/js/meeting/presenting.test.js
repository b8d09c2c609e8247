import { equal, ok, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { Presenting } from "../../../static/js/meeting/presenting.js";
import { VideoTile } from "../../../static/js/ui/video-tile.js";

/** Bob's page, who shares his screen. @param {import("../harness.js").Stage} stage */
function bob({ element, signal }) {
  const screen = { isOn: true };
  /** @type {any} */
  const local = Object.assign(new EventTarget(), {
    sending: () => (screen.isOn ? {} : null),
    turn: (/** @type {string} */ slot, /** @type {boolean} */ on) => share(slot === "screen" && on),
  });
  const share = (/** @type {boolean} */ on) => {
    screen.isOn = on;
    local.dispatchEvent(new CustomEvent("track", { detail: { slot: "screen" } }));
  };
  const grid = element.appendChild(h("div"));
  new Presenting({ grid, local, signal });
  return { grid, share, bar: () => element.querySelector(".presenting") };
}

test("it is there while the screen is shared, before the tiles", (stage) => {
  const { grid, share, bar } = bob(stage);
  equal(bar()?.getAttribute("aria-label"), "You are presenting your screen.");
  ok(bar()?.nextElementSibling === grid);
  share(false);
  equal(bar(), null);
  share(true);
  ok(bar()?.nextElementSibling === grid);
});

test("its button stops sharing", (stage) => {
  const { bar } = bob(stage);
  const stop = bar()?.querySelector("button");
  equal(stop?.textContent, "Stop presenting");
  stop?.click();
  equal(bar(), null);
});

test("it goes with the meeting", ({ element }) => {
  const end = new AbortController();
  const { share, bar } = bob({ element, signal: end.signal });
  end.abort();
  share(true);
  equal(bar(), null);
});

test("it is in a tile that is in full screen, and comes back when that tile goes", (stage) => {
  const { grid, bar } = bob(stage);
  const tile = grid.appendChild(new VideoTile());
  Object.defineProperty(document, "fullscreenElement", { configurable: true, get: () => (tile.isConnected ? tile : null) });
  document.dispatchEvent(new Event("fullscreenchange"));
  ok(bar()?.parentElement === tile);
  tile.remove();
  document.dispatchEvent(new Event("fullscreenchange"));
  Reflect.deleteProperty(document, "fullscreenElement");
  ok(bar()?.nextElementSibling === grid);
});
