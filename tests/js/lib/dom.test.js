import { equal, ok, test, throws } from "../harness.js";
import { h, icon, part, put, write } from "../../../static/js/lib/dom.js";

test("nodes are built with attributes, and text stays text", () => {
  const node = h("p", { class: "note", hidden: true, title: null, lang: undefined, dir: false }, "<b>", h("em", {}, "x"), null);
  equal(node.outerHTML, '<p class="note" hidden="">&lt;b&gt;<em>x</em></p>');
});

test("only what differs is touched", async ({ element }) => {
  put(element, "title", "a");
  write(element, "text");
  /** @type {MutationRecord[]} */
  const seen = [];
  const observer = new MutationObserver((records) => seen.push(...records));
  observer.observe(element, { attributes: true, childList: true, characterData: true });
  put(element, "title", "a");
  write(element, "text");
  equal(observer.takeRecords().length, 0);
  put(element, "title", null);
  ok(!element.hasAttribute("title"));
});

test("an icon comes from the page's sprite, and says nothing", () => {
  equal([icon("close").querySelector("use")?.getAttribute("href"), icon("close").getAttribute("aria-hidden")], ["#icon-close", "true"]);
});

test("a part that is missing, or is something else, is told", async ({ element }) => {
  const button = element.appendChild(h("button"));
  ok(part(element, "button", HTMLButtonElement) === button);
  await throws(() => part(element, "button", HTMLInputElement), /no HTMLInputElement button/);
  await throws(() => part(element, "input", HTMLInputElement), /no HTMLInputElement input/);
});
