import { equal, test } from "../../harness.js";
import { Reception } from "../../../../static/js/rtc/pair/reception.js";

const EVERYTHING = { microphone: true, camera: true, screen: true, sound: true };
const LARGE = { camera: { height: 720, rate: 30 }, screen: { height: 1080, rate: 15 } };

test("of what is not permitted nothing is demanded, until it is permitted again", () => {
  const reception = new Reception();
  equal(reception.demand, null);
  reception.want(LARGE);
  equal(reception.demand, LARGE);
  equal([reception.permit({ ...EVERYTHING, camera: false }), reception.permits("camera"), reception.permits("screen")], [true, false, true]);
  equal(reception.demand, { camera: { height: 0, rate: 0 }, screen: LARGE.screen });
  const small = { ...LARGE, camera: { height: 180, rate: 15 } };
  reception.want(small);
  equal([reception.permit(EVERYTHING), reception.demand], [true, small]);
});

test("what is permitted already is no change", () => {
  const reception = new Reception();
  equal(
    [reception.permit(EVERYTHING), reception.permit({ ...EVERYTHING, sound: false }), reception.permit({ ...EVERYTHING, sound: false })],
    [false, true, false],
  );
});
