import "../ui/copy-button.js";
import "../ui/local-moment.js";
import "../ui/local-time.js";
