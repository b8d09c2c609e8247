import { equal, test } from "../../harness.js";
import { trouble } from "../../../../static/js/media/sources/capture-error.js";

test("every way a device does not open has a word", () => {
  const table = /** @type {const} */ ([
    ["NotAllowedError", "Permission denied", "denied", "denied"],
    ["NotAllowedError", "Permission denied", "granted", "denied"],
    ["NotAllowedError", "Permission dismissed", "prompt", "dismissed"],
    ["NotAllowedError", "The request is not allowed by the user agent", "prompt", "dismissed"],
    ["NotAllowedError", "The request is not allowed by the user agent", "unknown", "denied"],
    ["NotAllowedError", "Permission denied by system", "granted", "system"],
    ["SecurityError", "", "unknown", "denied"],
    ["NotFoundError", "Requested device not found", "granted", "missing"],
    ["OverconstrainedError", "", "granted", "missing"],
    ["NotReadableError", "Could not start video source", "granted", "busy"],
    ["AbortError", "Starting failed", "granted", "busy"],
    ["TypeError", "", "unknown", "unknown"],
  ]);
  for (const [name, message, permission, expected] of table) {
    equal(trouble(new DOMException(message, name), permission), expected, `${name} ${message} ${permission}`);
  }
});

test("what was thrown need not be an error", () => {
  equal(trouble(null, "unknown"), "unknown");
  equal(trouble("no", "unknown"), "unknown");
});
