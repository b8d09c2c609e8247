import { becomes, equal, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import "../../../static/js/ui/local-time.js";
import { SiteNotice } from "../../../static/js/ui/site-notice.js";

/**
 * @param {HTMLElement} stage
 * @param {Record<string, string>} [data] of a notice that came with the page
 * @param {string} [text]
 */
function page(stage, data = {}, text = "") {
  document.cookie = "notice=; path=/; max-age=0";
  const notice = new SiteNotice();
  Object.assign(notice.dataset, data);
  notice.append(h("p", { role: "status" }, text));
  stage.append(notice);
  const said = () => notice.querySelector("p")?.textContent;
  const close = () => /** @type {HTMLButtonElement} */ (notice.querySelector("button")).click();
  return { notice, said, close };
}

test("a notice comes, and goes when it is withdrawn", ({ element }) => {
  const { notice, said } = page(element);
  equal(notice.querySelector("button"), null);
  notice.show({ id: "n1", text: "<b>Tonight</b>" });
  equal([said(), notice.getAttribute("role"), notice.querySelectorAll("button").length], ["<b>Tonight</b>", "region", 1]);
  notice.show({ id: "n2", text: "Tomorrow" });
  equal([said(), notice.querySelectorAll("button").length], ["Tomorrow", 1]);
  notice.withdraw();
  equal([said(), notice.getAttribute("role"), notice.querySelector("button")], ["", null, null]);
});

test("a time is shown by the reader's clock", ({ element }) => {
  const { notice, said } = page(element);
  notice.show({ id: "n1", text: "Maintenance:", at: 1_796_000_000 });
  const time = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { dateStyle: "medium", timeStyle: "short" }).format(
    1_796_000_000_000,
  );
  equal(said(), `Maintenance: ${time}`);
});

test("whoever closes it does not see it again, but the next one", ({ element }) => {
  const { notice, said, close } = page(element, { id: "n1", seconds: "60" }, "Tonight");
  close();
  equal(said(), "");
  notice.show({ id: "n1", text: "Tonight" });
  equal(said(), "");
  notice.show({ id: "n2", text: "Tomorrow" });
  equal(said(), "Tomorrow");
  notice.show({ id: "n1", text: "Tonight" });
  equal(said(), "");
});

test("nor in a frame whose browser keeps no cookies", ({ element }) => {
  const { notice, said, close } = page(element, { id: "n1", seconds: "60" }, "Tonight");
  close();
  document.cookie = "notice=; path=/; max-age=0";
  notice.show({ id: "n1", text: "Tonight" });
  equal(said(), "");
});

test("the same notice again is not announced again", ({ element }) => {
  const { notice } = page(element, { id: "n1", seconds: "60" }, "Tonight");
  const text = notice.querySelector("p")?.firstChild;
  notice.show({ id: "n1", text: "Tonight" });
  equal(notice.querySelector("p")?.firstChild === text, true);
});

test("one that came with the page ends at its time", async ({ element }) => {
  const { said } = page(element, { id: "n1", seconds: "0" }, "Tonight");
  await becomes(said, "");
});

test("the page knows how much room it takes", async ({ element }) => {
  const { notice } = page(element);
  notice.style.display = "block";
  notice.show({ id: "n1", text: "Tonight" });
  const height = () => document.body.style.getPropertyValue("--notice");
  await becomes(height, `${notice.offsetHeight}px`);
  notice.remove();
  equal(height(), "0px");
});
