import { equal, nextTask, ok, test, until } from "../harness.js";
import { Playback } from "../../../static/js/ui/playback.js";

/** @param {import("../harness.js").Stage} stage */
async function playing({ element, signal }) {
  const video = element.appendChild(document.createElement("video"));
  video.muted = true;
  let refusals = 0;
  const playback = new Playback(video, () => (refusals += 1));
  const stream = await navigator.mediaDevices.getUserMedia({ video: true });
  signal.addEventListener("abort", () => stream.getTracks().forEach((track) => track.stop()));
  video.srcObject = stream;
  ok(await playback.play());
  return { video, playback, refusals: () => refusals };
}

test("what others pause is played again, and the person is asked when it is paused again at once", async (stage) => {
  const { video, refusals } = await playing(stage);
  video.pause();
  await until(() => !video.paused, "played again");
  equal(refusals(), 0);
  video.pause();
  await until(refusals, "asked");
  ok(video.paused);
});

test("a picture that has left the page, or has ended, stays as it is", async (stage) => {
  const { video, refusals } = await playing(stage);
  video.remove();
  await nextTask();
  ok(video.paused);
  equal(refusals(), 0);
});

test("an element without a stream has nothing to play", async () => {
  ok(await new Playback(document.createElement("audio")).play());
});
