import { writeZone } from "../preferences/zone.js";
import "../ui/meeting-reminders.js";

writeZone();
