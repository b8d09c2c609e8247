import { equal, test } from "../harness.js";
import { Speakers } from "../../../static/js/media/speakers.js";

const EVERY_MS = 150;

test("Bob speaks: at once for his tile, for the floor a moment later, and he is watched for a while", () => {
  const speakers = new Speakers();
  let now = 0;
  const turn = (/** @type {number} */ bob) => {
    now += EVERY_MS;
    return speakers.update(new Map([["alice", 0], ["bob", bob]]), now);
  };
  turn(0);
  turn(0.5);
  equal([[...speakers.speaking], speakers.holder, speakers.isWatched("bob")], [["bob"], null, false]);
  const changes = [turn(0.5), turn(0.5), turn(0.5)];
  equal([changes.filter(Boolean).length, speakers.holder, speakers.isWatched("bob")], [1, "bob", true]);
});

test("whoever has left speaks no more, and begins anew when they are back", () => {
  const speakers = new Speakers();
  speakers.update(new Map([["bob", 0.5]]), 0);
  speakers.update(new Map(), EVERY_MS);
  equal([...speakers.speaking], []);
  speakers.update(new Map([["bob", 0]]), 2 * EVERY_MS);
  equal([...speakers.speaking], []);
});
