import { equal, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { ChatAlerts } from "../../../static/js/meeting/chat-alerts.js";

test("messages that come together are announced once, and count until they are read", ({ element, signal }) => {
  const clock = new ManualClock();
  /** @type {string[]} */
  const said = [];
  /** @type {number[]} */
  const counts = [];
  const notices = /** @type {any} */ ({ announce: (/** @type {string} */ text) => said.push(text) });
  const preferences = /** @type {any} */ ({ chimes: false });
  const sound = /** @type {any} */ ({ isOn: true });
  const alerts = new ChatAlerts({
    header: element,
    notices,
    preferences,
    sound,
    open: () => {},
    unread: (count) => counts.push(count),
    clock,
    signal,
  });
  alerts.arrive("Alice: hello", "", false);
  clock.advance(999);
  alerts.arrive("Carol, only to you: psst", "carol", false);
  clock.advance(1);
  alerts.arrive("Alice: bye", "", true);
  clock.advance(1000);
  equal(said, ["2 new messages in the chat", "Alice: bye"]);
  equal([alerts.count(""), alerts.count("carol")], [1, 1]);
  alerts.read("carol");
  equal(counts, [1, 2, 1]);
});
