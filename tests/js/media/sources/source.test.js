import { equal, ok, test } from "../../harness.js";
import { Source } from "../../../../static/js/media/sources/source.js";
import { pictures } from "../fakes.js";

/** A source that is on, with a track. */
function open() {
  const source = new Source("motion");
  const track = pictures();
  source.isOn = true;
  source.adopt(source.begin(), track);
  return { source, track: /** @type {MediaStreamTrack} */ (track) };
}

test("what is on is sent, with its content hint; what is off stays open and is not sent", () => {
  const { source, track } = open();
  equal([source.output === track, track.contentHint, source.isOpening], [true, "motion", false]);
  source.isOn = false;
  equal([source.output, source.device === track, track.readyState], [null, true, "live"]);
});

test("only the latest attempt counts: the track of an earlier one is stopped", () => {
  const source = new Source("motion");
  const [first, second] = [source.begin(), source.begin()];
  const [late, track] = [pictures(), pictures()];
  source.adopt(second, track);
  source.adopt(first, late);
  equal([source.device === track, late?.readyState, track?.readyState], [true, "ended", "live"]);
});

test("an attempt that fails costs nothing that is open, and switches off what is not", () => {
  const { source, track } = open();
  source.begin();
  source.fail("busy");
  equal([source.trouble, source.output === track], ["busy", true]);
  source.release();
  source.begin();
  source.fail("missing");
  equal([source.trouble, source.isOn, track.readyState], ["missing", false, "ended"]);
});

test("a track that the browser ends is announced, one that was replaced is not", () => {
  const { source, track } = open();
  /** @type {unknown[]} */
  const ended = [];
  source.addEventListener("ended", (event) => ended.push(Reflect.get(event, "detail")));
  const next = pictures();
  source.adopt(source.begin(), next);
  track.dispatchEvent(new Event("ended"));
  next?.dispatchEvent(new Event("ended"));
  equal([ended.length, ended[0] === next, source.device], [1, true, null]);
});

test("a device that is muted from outside is announced while it is sent", () => {
  const { source, track } = open();
  let changes = 0;
  source.addEventListener("mute", () => (changes += 1));
  track.dispatchEvent(new Event("mute"));
  track.dispatchEvent(new Event("unmute"));
  source.isOn = false;
  track.dispatchEvent(new Event("mute"));
  ok(changes === 2, `${changes} changes`);
});
