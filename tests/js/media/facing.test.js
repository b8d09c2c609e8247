import { equal, test } from "../harness.js";
import { isMirrored } from "../../../static/js/media/facing.js";

/**
 * @param {string | undefined} facingMode
 * @param {string} label
 */
const track = (facingMode, label = "") => ({ getSettings: () => ({ facingMode }), label });

test("one's own picture is a mirror, but not that of the camera at the back", () => {
  equal(isMirrored(track("user")), true);
  equal(isMirrored(track("environment")), false);
  equal(isMirrored(track(undefined, "Integrated Webcam")), true);
  equal(isMirrored(track(undefined, "camera2 0, facing back")), false);
  equal(isMirrored(track(undefined, "Back Camera")), false);
});
