import { writeZone } from "../preferences/zone.js";
import "../ui/meeting-reminders.js";
import { startNotice } from "./notice.js";

writeZone();
startNotice();
