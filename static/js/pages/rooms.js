import "../ui/copy-button.js";
import "../ui/day-grid.js";
import "../ui/local-time.js";
import "../ui/print-button.js";
import "../ui/meeting-reminders.js";
import "../ui/starting-soon.js";
import { writeZone } from "../preferences/zone.js";
import { startNotice } from "./notice.js";

startNotice();

// Once: now the cookie is there. A browser that keeps none is left with what the server guessed.
const isNew = writeZone() && !document.documentElement.dataset.zone;
if (isNew && document.querySelector("[data-zoned]")) location.reload();
