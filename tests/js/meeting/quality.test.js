import { equal, ok, test } from "../harness.js";
import { Quality } from "../../../static/js/meeting/quality.js";
import { unmarked } from "../../../static/js/lib/names.js";
import { Tiles } from "../../../static/js/meeting/stage/tiles.js";
import { h } from "../../../static/js/lib/dom.js";
import { QualityCard } from "../../../static/js/ui/quality-card.js";
import { PictureWindow } from "../../../static/js/ui/picture-window.js";
import { RoomGraph } from "../../../static/js/ui/room-graph.js";
import { TileGrid } from "../../../static/js/ui/tile-grid.js";
import { ManualClock } from "../clock.js";
import { after, seconds } from "../rtc/readings.js";

/** @import { Pairs } from "../../../static/js/channels/protocols/control.js" */

/**
 * Alice's page, in a call with Bob and Carol.
 *
 * @param {HTMLElement} stage
 * @param {AbortSignal} signal
 */
function page(stage, signal, isHost = true) {
  const names = ["Alice", "Bob", "Carol"].map((name) => ({ id: name.toLowerCase(), ...unmarked(name) }));
  const people = Object.assign(new EventTarget(), { self: "alice", may: () => isHost, present: new Map(names.map((one) => [one.id, one])) });
  const [grid, room, card, graph] = [new TileGrid(), h("p"), new QualityCard(), new RoomGraph()];
  stage.append(grid, room, card, graph);
  /** @type {string[]} */
  const said = [];
  const tiles = new Tiles({ grid, pictures: new PictureWindow(), signal });
  const clock = new ManualClock();
  const notices = { say: (/** @type {string} */ text) => said.push(text) };
  const call = new EventTarget();
  const quality = new Quality(/** @type {any} */ ({ people, call, tiles, card, graph, room, notices, clock, signal }));
  const own = (/** @type {string[]} */ ...ids) => ids.map((id) => ({ id, grade: "good", relayed: false }));
  const mesh = Object.assign(new EventTarget(), { id: "alice", peers: new Map(), pairs: { pairs: own("bob", "carol"), headroom: 5 } });
  call.dispatchEvent(new CustomEvent("mesh", { detail: mesh }));
  const media = { microphone: true, camera: true, screen: false, sound: false };
  const sending = {
    carried: () => 360,
    canShare: true,
    manner: (/** @type {string} */ slot) => (slot === "camera" ? { rung: { height: 360 }, isShared: true } : null),
  };
  const tracks = { microphone: null, camera: null, screen: null, sound: null };
  for (const { id, name } of names.slice(1)) {
    const peer = Object.assign(new EventTarget(), {
      id, state: "connected", media, tracks, quality: after(seconds(3)), pairs: null,
      withheld: { camera: false, screen: false }, ...sending,
    });
    mesh.peers.set(id, peer);
    mesh.dispatchEvent(new CustomEvent("peer", { detail: peer }));
    tiles.showPeer(/** @type {any} */ (peer), unmarked(name), "", { camera: "", screen: "" });
    peer.dispatchEvent(new Event("reading"));
  }
  const tell = (/** @type {string} */ id, /** @type {Pairs} */ pairs) => {
    mesh.peers.get(id).pairs = pairs;
    mesh.peers.get(id).dispatchEvent(new Event("pairs"));
    clock.advance(200);
  };
  return { quality, tiles, mesh, card, graph, room, said, tell, clock };
}

test("a tile shows how good its line is, and its card opens and closes with it", ({ element, signal }) => {
  const { tiles, card, mesh } = page(element, signal);
  const tile = tiles.of("bob");
  equal(tile?.dataset.quality, "good");
  /** @type {HTMLElement | null | undefined} */ (tile?.querySelector(".tile-quality"))?.click();
  ok(card.isOpen);
  equal([card.querySelector("h2")?.textContent, card.querySelector("dd")?.textContent], ["Connection to Bob", "20 ms"]);
  mesh.peers.get("bob").state = "reconnecting";
  mesh.peers.get("bob").dispatchEvent(new Event("state"));
  ok(!("quality" in (tile?.dataset ?? {})));
  mesh.dispatchEvent(new CustomEvent("gone", { detail: "bob" }));
  ok(!card.isOpen);
});

test("the card says how our pictures are encoded for that person, as it is now", ({ element, signal }) => {
  const { tiles, card, mesh } = page(element, signal);
  const bob = mesh.peers.get("bob");
  const how = () => card.querySelector(".quality-how")?.textContent;
  const turn = (/** @type {object} */ change) => (Object.assign(bob, change), bob.dispatchEvent(new Event("reading")), how());
  /** @type {HTMLElement | null | undefined} */ (tiles.of("bob")?.querySelector(".tile-quality"))?.click();
  equal(how(), "Your picture is encoded once for all who see it at this size.");
  const alone = (/** @type {string} */ slot) => ({ rung: { height: slot === "camera" ? 360 : 1080 }, isShared: false });
  equal(turn({ manner: alone }), "Your picture and your screen are encoded for this person alone.");
  equal(turn({ canShare: false }), "Your picture and your screen are encoded for this person alone. This browser cannot share what it has encoded.");
  mesh.peers.delete("carol");
  equal(turn({}), "Your picture and your screen are encoded for this person alone. Only the two of you are here.");
  equal(turn({ manner: () => null }), "", "nothing of what is not sent");
});

test("a line that cannot carry a picture is poor, and card and sign say why", ({ element, signal }) => {
  const { tiles, card, mesh } = page(element, signal);
  const [bob, tile] = [mesh.peers.get("bob"), tiles.of("bob")];
  const hold = (/** @type {object} */ withheld) => (
    Object.assign(bob.withheld, withheld),
    bob.dispatchEvent(new Event("held")),
    tile?.dataset.quality
  );
  const first = () => card.querySelector(".quality-how")?.textContent?.split("\n")[0];
  /** @type {HTMLElement | null | undefined} */ (tile?.querySelector(".tile-quality"))?.click();
  equal([hold({ camera: true }), first()], ["poor", "The line is too slow for a picture. It comes back by itself."]);
  bob.state = "reconnecting";
  equal(hold({}), undefined, "of no line nothing is said");
  bob.state = "connected";
  equal(
    [hold({ camera: false, screen: true }), first()],
    ["good", "The line is too slow for a picture. It comes back by itself."],
    "a screen asks for more than a camera",
  );
  equal([hold({ screen: false }), first()], ["good", "Your picture is encoded once for all who see it at this size."]);
});

test("the graph shows what those who are present say of their own pairs", ({ element, signal }) => {
  const { graph, tell } = page(element, signal);
  tell("bob", { pairs: [{ id: "alice", grade: "poor", relayed: true }, { id: "mallory", grade: "good", relayed: false }], headroom: null });
  tell("carol", { pairs: [{ id: "alice", grade: "good", relayed: false }, { id: "bob", grade: "good", relayed: false }], headroom: null });
  const words = [...graph.querySelectorAll("li")].map(({ textContent }) => textContent);
  equal(words, ["Alice and Bob: poor, through a relay", "Alice and Carol: good", "Bob and Carol: not connected"]);
});

test("a host is warned once when the weakest has no room left, and again only after there was room", ({ element, signal }) => {
  const { quality, room, said, tell, clock } = page(element, signal);
  const has = (/** @type {number | null} */ headroom) => tell("bob", { pairs: [], headroom });
  has(7);
  equal([room.textContent, quality.warning], ["Room for about 5 more with video.", ""]);
  for (const count of [0, 1, 0, 1]) has(count);
  equal(said.length, 1);
  ok(said[0]?.startsWith("The line or computer of Bob"));
  equal(quality.warning, "");
  has(0);
  equal(quality.warning, said[0]);
  for (const count of [2, 0, 9, 0]) has(count);
  equal(said.length, 1, "not twice in a minute, whatever it says");
  clock.advance(60_000);
  has(0);
  equal(said.length, 2);
});

test("who is no host is not warned", ({ element, signal }) => {
  const { room, said, tell } = page(element, signal, false);
  tell("bob", { pairs: [], headroom: 0 });
  equal([said.length, room.textContent?.slice(0, 7)], [0, "No room"]);
});
