import { equal, ok, test } from "../harness.js";
import { advice } from "../../../static/js/media/advice.js";

const TROUBLES = /** @type {const} */ (["denied", "dismissed", "system", "missing", "busy", "insecure", "unknown"]);

test("every trouble has a problem and a remedy, for one device and for both", () => {
  for (const trouble of TROUBLES) {
    const said = [advice(["camera"], trouble), advice(["microphone"], trouble), advice(["microphone", "camera"], trouble)];
    equal(new Set(said.map(({ problem }) => problem)).size, 3, trouble);
    ok(said.every(({ remedy }) => remedy), trouble);
  }
});
