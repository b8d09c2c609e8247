import { equal, ok, test, throws } from "../harness.js";
import { pictures } from "../media/fakes.js";
import { shownName, unmarked } from "../../../static/js/lib/names.js";
import { PictureWindow } from "../../../static/js/ui/picture-window.js";
import { VideoTile } from "../../../static/js/ui/video-tile.js";

/**
 * Bob's tile.
 *
 * @param {HTMLElement} stage
 * @param {import("../../../static/js/ui/video-tile.js").TileKind} [kind]
 */
function tile(stage, kind = "person") {
  const bob = new VideoTile();
  bob.kind = kind;
  stage.append(bob);
  bob.shownName = unmarked("Bob");
  bob.videoTrack = pictures();
  bob.media = { microphone: true, camera: true };
  return bob;
}

/** The browser's windows, which are frames here: what is in them is the same, and none needs a gesture. @param {HTMLElement} stage */
function windows(stage) {
  /** @type {Window[]} */
  const opened = [];
  const requestWindow = () => {
    const frame = stage.appendChild(document.createElement("iframe"));
    const inner = /** @type {Window} */ (frame.contentWindow);
    inner.close = () => frame.remove();
    opened.push(inner);
    return Promise.resolve(inner);
  };
  Object.defineProperty(window, "documentPictureInPicture", { value: { requestWindow }, configurable: true });
  return opened;
}

/** What can be seen in it. @param {Document} inner */
function seen(inner) {
  return [...inner.body.children]
    .filter((element) => !(/** @type {HTMLElement} */ (element).hidden))
    .map((element) => (element.matches("video") ? "picture" : element.textContent));
}

/** Mutations are told in a microtask. */
const told = () => Promise.resolve();

test("a window says what the tile says, as it changes", async ({ element: stage }) => {
  const opened = windows(stage);
  const bob = tile(stage);
  const apart = new PictureWindow();
  await apart.open(bob);
  const inner = /** @type {Document} */ (opened[0]?.document);
  equal([seen(inner), inner.title, inner.querySelector("video")?.muted], [["picture", "Bob"], "Bob", true]);
  ok(inner.querySelector("video")?.srcObject === bob.stream, "the same stream");
  bob.shownName = unmarked("Robert Miller");
  await told();
  equal([seen(inner), inner.title], [["picture", "Robert Miller"], "Robert Miller"]);
  bob.media = { microphone: true, camera: false };
  await told();
  equal(seen(inner), ["RM", "Robert Miller"]);
  bob.shownName = shownName({ name: "Robert Miller", role: "guest" });
  await told();
  equal([seen(inner), inner.title], [["RM", "Guest Robert Miller"], "Guest Robert Miller"]);
  bob.shownName = unmarked("Robert Miller");
  bob.media = { microphone: true, camera: true };
  bob.note = "The line is too slow";
  await told();
  equal(seen(inner), ["RM", "The line is too slow", "Robert Miller"]);
  bob.note = "";
  bob.condition("reconnecting", "Reconnecting…");
  await told();
  equal(seen(inner), ["picture", "Reconnecting…", "Robert Miller"]);
  apart.close();
});

test("a screen that is not shown is nobody's face", async ({ element: stage }) => {
  const opened = windows(stage);
  const screen = tile(stage, "screen");
  await new PictureWindow().open(screen);
  screen.note = "Audio only";
  await told();
  equal(seen(/** @type {Document} */ (opened[0]?.document)), ["Audio only", "Bob"]);
});

test("a window that is not opened leaves nothing behind", async ({ element: stage }) => {
  const bob = tile(stage);
  const apart = new PictureWindow();
  const denied = () => Promise.reject(new DOMException("no gesture", "NotAllowedError"));
  Object.defineProperty(window, "documentPictureInPicture", { value: { requestWindow: denied }, configurable: true });
  await throws(() => apart.open(bob), /no gesture/);
  Reflect.deleteProperty(window, "documentPictureInPicture");
  Reflect.deleteProperty(Window.prototype, "documentPictureInPicture");
  ok(!("documentPictureInPicture" in window), "as in a browser without");
  await throws(() => apart.open(bob), /NotAllowedError|gesture|metadata/i);
  equal([apart.shown, apart.size, bob.video.disablePictureInPicture], [null, null, true]);
});
