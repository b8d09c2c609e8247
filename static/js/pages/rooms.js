import "../ui/copy-button.js";
import { writeZone } from "../preferences/zone.js";
import "../ui/local-time.js";

writeZone();
