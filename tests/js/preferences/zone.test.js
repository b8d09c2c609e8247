import { equal, test } from "../harness.js";
import { writeZone } from "../../../static/js/preferences/zone.js";

test("the server learns the time zone of the browser", () => {
  writeZone();
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  equal(document.cookie.split("; ").includes(`zone=${timeZone}`), true);
});
