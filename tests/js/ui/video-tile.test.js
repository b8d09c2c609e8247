import { equal, ok, once, test, until } from "../harness.js";
import { pictures, silence } from "../media/fakes.js";
import { shownName, unmarked } from "../../../static/js/lib/names.js";
import { VideoTile } from "../../../static/js/ui/video-tile.js";

/**
 * @param {HTMLElement} stage
 * @param {import("../../../static/js/ui/video-tile.js").TileKind} [kind]
 */
function tile(stage, kind = "person") {
  const element = new VideoTile();
  element.kind = kind;
  stage.append(element);
  return element;
}

/**
 * @param {VideoTile} element
 * @param {"video" | "audio"} name
 */
function stream(element, name) {
  return /** @type {MediaStream} */ (element.querySelector(name)?.srcObject);
}

test("tracks come and go in the same elements and streams", ({ element: stage }) => {
  const element = tile(stage);
  const [first, second] = [pictures(), pictures()];
  const video = element.querySelector("video");
  element.videoTrack = first;
  const before = stream(element, "video");
  element.videoTrack = second;
  ok(stream(element, "video") === before);
  ok(element.querySelector("video") === video);
  equal(before.getTracks().map(({ id }) => id), [second.id]);
  element.videoTrack = null;
  equal(before.getTracks(), []);
});

test("a tile says who it is and what is off", ({ element: stage }) => {
  const element = tile(stage);
  element.shownName = unmarked("Alice Walker");
  element.media = { microphone: false, camera: false };
  equal(element.getAttribute("aria-label"), "Alice Walker, microphone off, camera off");
  equal(element.querySelector(".avatar")?.textContent, "AW");
  element.media = { microphone: true, camera: true };
  element.condition("reconnecting", "Reconnecting…");
  equal(element.getAttribute("aria-label"), "Alice Walker, Reconnecting…");
  equal([element.dataset.state, element.dataset.camera], ["reconnecting", "on"]);
  element.condition("connected", "");
  ok(element.querySelector("p")?.hidden);
});

test("a guest has a badge in front of their name, and initials of their own", ({ element: stage }) => {
  const element = tile(stage);
  element.shownName = shownName({ name: "Alice Walker", role: "owner" });
  const alice = element.style.getPropertyValue("--hue");
  element.shownName = shownName({ name: "Alice Walker", role: "guest" });
  const badge = element.querySelector(".tile-name > .badge");
  equal([badge?.textContent, badge?.nextSibling?.textContent, badge?.parentElement?.textContent], ["Guest", " ", "Guest Alice Walker"]);
  equal([element.querySelector(".avatar")?.textContent, element.style.getPropertyValue("--hue")], ["AW", alice]);
  equal([element.getAttribute("aria-label"), element.name], ["Guest Alice Walker", "Guest Alice Walker"]);
  element.shownName = shownName({ name: "Guest Alice Walker", role: "member" });
  ok(!element.querySelector(".badge"), "a name alone makes nobody a guest");
});

test("oneself is called You, and mirrored by an attribute", ({ element: stage }) => {
  const element = tile(stage);
  element.shownName = unmarked("Alice");
  element.self = true;
  equal(element.querySelector(".tile-name")?.textContent, "You");
  equal(element.getAttribute("aria-label"), "Alice (you)");
  ok(element.matches("[data-self]"));
});

test("a name is only text", ({ element: stage }) => {
  const element = tile(stage);
  element.shownName = unmarked("<img src=x>");
  equal(element.querySelectorAll("img").length, 0);
  equal(element.querySelector(".tile-name")?.textContent, "<img src=x>");
});

test("the picture never makes a sound of its own", ({ element: stage }) => {
  equal(tile(stage).querySelector("video")?.muted, true);
});

test("sound that may not play is told, and plays at a gesture", async ({ element: stage }) => {
  const element = tile(stage);
  const audio = /** @type {HTMLAudioElement} */ (element.querySelector("audio"));
  let allowed = false;
  audio.play = async () => {
    if (!allowed) throw new DOMException("no gesture", "NotAllowedError");
  };
  const blocked = once(stage, "blocked");
  element.audioTrack = silence();
  await blocked;
  allowed = true;
  await element.play();
});

test("sound that plays is not told", async ({ element: stage }) => {
  const element = tile(stage);
  let told = false;
  stage.addEventListener("blocked", () => (told = true));
  element.audioTrack = silence();
  await until(() => !element.querySelector("audio")?.paused);
  ok(!told);
});

test("what is pinned or in the spotlight is seen and said", ({ element: stage }) => {
  const element = tile(stage);
  element.shownName = unmarked("Bob");
  element.pinned = true;
  element.spotlit = true;
  equal(element.getAttribute("aria-label"), "Bob, pinned, in the spotlight");
  ok(element.matches("[data-pinned][data-spotlit]"));
  element.pinned = false;
  element.spotlit = false;
  equal(element.getAttribute("aria-label"), "Bob");
});

test("speaking is an attribute", ({ element: stage }) => {
  const element = tile(stage);
  element.speaking = true;
  ok(element.matches("[data-speaking]"));
  element.speaking = false;
  ok(!element.matches("[data-speaking]"));
});

test("the line has a sign that can be asked for more, and none as long as nothing is known", async ({ element: stage }) => {
  const element = tile(stage);
  element.shownName = unmarked("Alice");
  element.quality = null;
  equal(element.querySelectorAll("button").length, 0);
  element.quality = "good";
  const button = /** @type {HTMLButtonElement} */ (element.querySelector("button"));
  equal([element.dataset.quality, button.getAttribute("aria-label")], ["good", "Connection to Alice: good"]);
  element.quality = "poor";
  element.shownName = unmarked("Ann");
  equal([element.dataset.quality, button.getAttribute("aria-label")], ["poor", "Connection to Ann: poor"]);
  const asked = once(stage, "quality");
  button.click();
  ok((await asked).target === element);
  element.quality = null;
  ok(button.hidden && !("quality" in element.dataset));
});

test("a note stands for the picture", ({ element: stage }) => {
  const element = tile(stage);
  element.shownName = unmarked("Alice");
  element.media = { microphone: true, camera: true };
  element.note = "Audio only";
  equal([element.getAttribute("aria-label"), element.matches("[data-noted]")], ["Alice, Audio only", true]);
  element.note = "";
  equal([element.getAttribute("aria-label"), element.matches("[data-noted]")], ["Alice", false]);
  element.quality = "poor";
  element.note = "The line is too slow";
  const sign = element.querySelector(".tile-quality");
  equal(
    [sign?.getAttribute("title"), sign?.getAttribute("aria-label")],
    Array(2).fill("Connection to Alice: poor. The line is too slow"),
    "also where it has no place",
  );
  element.note = "";
  equal(sign?.getAttribute("title"), "Connection to Alice: poor");
});

test("a loudspeaker that cannot be used is told, and tried again", async ({ element: stage }) => {
  const element = tile(stage);
  const audio = /** @type {HTMLAudioElement} */ (element.querySelector("audio"));
  /** @type {string[]} */
  const tried = [];
  audio.setSinkId = async (id) => {
    tried.push(id);
    throw new DOMException("gone", "NotFoundError");
  };
  let told = 0;
  stage.addEventListener("unsinkable", () => (told += 1));
  element.sink = "headset";
  await until(() => told, "told");
  element.sink = "headset";
  equal(tried, ["headset", "headset"]);
});
