import { writeZone } from "../preferences/zone.js";

writeZone();
