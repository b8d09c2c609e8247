// The dashboard of the admin.

import { keep } from "../lib/live-page.js";

keep();
