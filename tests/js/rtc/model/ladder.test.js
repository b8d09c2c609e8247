import { equal, test } from "../../harness.js";
import { hintOf, LADDERS, rungAt } from "../../../../static/js/rtc/model/ladder.js";

test("ladders rise", () => {
  for (const ladder of Object.values(LADDERS)) {
    const bitrates = ladder.map(({ bitrate }) => bitrate);
    equal(bitrates, [...bitrates].sort((a, b) => a - b));
  }
});

test("a film has pictures instead of lines where a screen is shown best, and only there", () => {
  const top = LADDERS.screen.length - 1;
  const [film, text] = [rungAt("screen", top, true), rungAt("screen", top, false)];
  equal([film.height, film.rate, film.bitrate], [720, 30, text.bitrate]);
  equal([text.height, text.rate], [1080, 15]);
  equal(LADDERS.screen.slice(0, top).map((_, step) => rungAt("screen", step, true)), LADDERS.screen.slice(0, top));
  equal(LADDERS.camera.map((_, step) => rungAt("camera", step, true)), LADDERS.camera);
  equal([hintOf("screen", film), hintOf("screen", text), hintOf("screen", rungAt("screen", 0, true))], ["motion", "text", "text"]);
  equal(LADDERS.camera.map((rung) => hintOf("camera", rung)), LADDERS.camera.map(() => "motion"));
});
