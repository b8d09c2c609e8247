import { equal, test } from "../harness.js";
import { MeetingReminders } from "../../../static/js/ui/meeting-reminders.js";

const ANSWER = "/tests/js/ui/meeting-reminders.json";

/**
 * What is shown, once the server has answered.
 *
 * @param {HTMLElement} stage
 * @returns {Promise<MeetingReminders>}
 */
function shown(stage) {
  const element = new MeetingReminders();
  element.setAttribute("src", ANSWER);
  return new Promise((resolve) => {
    new MutationObserver(() => resolve(element)).observe(element, { childList: true });
    stage.append(element);
  });
}

/** @param {HTMLElement} element */
const titles = (element) => [...element.querySelectorAll(".reminder-title")].map((title) => title.textContent);

test("meetings that begin soon are shown with a way to join", async ({ element: stage }) => {
  localStorage.removeItem("reminders");
  const element = await shown(stage);
  equal(titles(element), ["<b>Fractions</b>", "Tea"]);
  equal(element.querySelector("a")?.getAttribute("href"), "/abc-defg-hij");
});

test("what was dismissed is not shown again", async ({ element: stage }) => {
  localStorage.removeItem("reminders");
  const element = await shown(stage);
  element.querySelector("button")?.click();
  equal(titles(element), ["Tea"]);
  equal(titles(await shown(stage)), ["Tea"]);
});

test("what somebody wrote into the storage does no harm", async ({ element: stage }) => {
  for (const text of ["", "null", "{}", '{"told": 5, "dismissed": [{}]}']) {
    localStorage.setItem("reminders", text);
    const element = await shown(stage);
    equal(titles(element), ["<b>Fractions</b>", "Tea"]);
    element.remove();
  }
  localStorage.removeItem("reminders");
});
