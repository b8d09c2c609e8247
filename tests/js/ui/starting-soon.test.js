import { equal, test, until } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { StartingSoon, when } from "../../../static/js/ui/starting-soon.js";

const ALGEBRA = { pk: 1, title: "Algebra", room: "Year 7", url: "/abc-defg-hij", begins_in: 290, ends_in: 3000 };
const CHEMISTRY = { pk: 2, title: "Chemistry", room: "Lab", url: "/klm-nopq-rst", begins_in: 600, ends_in: 3000 };

/** @param {HTMLElement} stage */
function shown(stage) {
  const element = new StartingSoon();
  element.append(h("ul", {}));
  stage.append(element);
  return element;
}

test("it says how long it is until then, as the server does", () => {
  const texts = { 301: "Starts in 6 minutes", 60: "Starts in 1 minute", 0: "Starts now", "-59": "Starts now", "-60": "Began 1 minute ago" };
  for (const [seconds, text] of Object.entries(texts)) equal(when(Number(seconds)), text);
});

test("a meeting has a title, a time and a way in", ({ element: stage }) => {
  const element = shown(stage);
  element.show([ALGEBRA]);
  equal(element.querySelector("p")?.textContent, "Algebra Starts in 5 minutes Year 7");
  equal(element.querySelector("a")?.getAttribute("href"), "/abc-defg-hij");
});

test("what is shown already keeps its place and the focus", ({ element: stage }) => {
  const element = shown(stage);
  element.show([ALGEBRA]);
  const link = element.querySelector("a");
  link?.focus();
  element.show([{ ...ALGEBRA, title: "Geometry", begins_in: 100 }, CHEMISTRY]);
  equal(document.activeElement, link);
  equal([...element.querySelectorAll("strong")].map((title) => title.textContent), ["Geometry", "Chemistry"]);
  element.show([CHEMISTRY]);
  equal([...element.querySelectorAll("strong")].map((title) => title.textContent), ["Chemistry"]);
});

test("a meeting that is over is gone", ({ element: stage }) => {
  const element = shown(stage);
  element.show([{ ...ALGEBRA, begins_in: -100, ends_in: 0 }]);
  equal(element.querySelectorAll("li").length, 0);
});

test("who looks at the page again sees what the server says now", async ({ element: stage, signal }) => {
  const { fetch } = window;
  signal.addEventListener("abort", () => (window.fetch = fetch));
  const answers = [new Response("", { status: 403 }), new Response(JSON.stringify({ meetings: [ALGEBRA] }))];
  window.fetch = async () => answers.shift() ?? Promise.reject(new TypeError("the network is away"));
  const element = shown(stage);
  for (let times = 0; times < 3; times += 1) document.dispatchEvent(new Event("visibilitychange"));
  await until(() => element.querySelector("li"));
  equal(answers.length, 0);
});
