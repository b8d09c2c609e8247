import "../ui/copy-button.js";
import { writeZone } from "../preferences/zone.js";
import "../ui/meeting-reminders.js";
import "../ui/notification-permission.js";
import { startNotice } from "./notice.js";

writeZone();
startNotice();
