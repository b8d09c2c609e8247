import { equal, test } from "../harness.js";
import { unmarked } from "../../../static/js/lib/names.js";
import { Voices } from "../../../static/js/meeting/voices.js";
import { VideoTile } from "../../../static/js/ui/video-tile.js";

/** Bob's page. @param {import("../harness.js").Stage} stage */
function bob({ element, signal }) {
  /** @type {Map<string, VideoTile>} */
  const all = new Map();
  const tiles = Object.assign(new EventTarget(), { all });
  const come = (/** @type {string} */ key) => {
    const tile = new VideoTile();
    tile.shownName = unmarked(key);
    element.append(tile);
    all.set(key, tile);
    tiles.dispatchEvent(new Event("change"));
  };
  const go = (/** @type {string} */ key) => {
    all.get(key)?.remove();
    all.delete(key);
    tiles.dispatchEvent(new Event("change"));
  };
  const heard = (/** @type {string} */ key) => {
    const audio = all.get(key)?.querySelector("audio");
    return [audio?.volume, audio?.muted];
  };
  for (const key of ["self", "alice", "carol"]) come(key);
  return { voices: new Voices({ tiles, signal }), all, come, go, heard };
}

test("one person is quieter for us, and nobody else", (stage) => {
  const { voices, heard } = bob(stage);
  voices.set("alice", { volume: 0.25 });
  equal([heard("alice"), heard("carol")], [[0.25, false], [1, false]]);
  equal(voices.of("alice"), { volume: 0.25, isMuted: false });
});

test("who is muted for us shows it, and keeps the volume", (stage) => {
  const { voices, heard, all } = bob(stage);
  voices.set("alice", { volume: 0.5 });
  voices.set("alice", { isMuted: true });
  equal([heard("alice"), all.get("alice")?.getAttribute("aria-label")], [[0.5, true], "alice, muted for you"]);
  voices.set("alice", { isMuted: false });
  equal([heard("alice"), all.get("alice")?.getAttribute("aria-label")], [[0.5, false], "alice"]);
});

test("it holds for the sound of their screen, and for a tile that comes later", (stage) => {
  const { voices, heard, come, go } = bob(stage);
  voices.set("alice", { isMuted: true });
  come("alice screen");
  go("alice");
  come("alice");
  equal([heard("alice"), heard("alice screen"), heard("carol")], [[1, true], [1, true], [1, false]]);
});
