import { equal, test, until } from "../harness.js";
import { ManualClock } from "../clock.js";
import { h } from "../../../static/js/lib/dom.js";
import { RoomNotice } from "../../../static/js/pages/notice.js";
import { SiteNotice } from "../../../static/js/ui/site-notice.js";

/**
 * @param {HTMLElement} stage
 * @param {AbortSignal} signal
 */
function room(stage, signal) {
  document.cookie = "notice=; path=/; max-age=0";
  const element = new SiteNotice();
  element.append(h("p", { role: "status" }));
  stage.append(element);
  const clock = new ManualClock();
  const client = new EventTarget();
  new RoomNotice({ element, clock }).follow(client, signal);
  const hear = (/** @type {any} */ fact) => client.dispatchEvent(new CustomEvent(fact.type, { detail: fact }));
  return { clock, hear, said: () => element.querySelector("p")?.textContent };
}

const tonight = { type: "notice", id: "n1", text: "Tonight" };

test("what the server tells is shown, until it takes it back", async ({ element, signal }) => {
  const { hear, said } = room(element, signal);
  hear({ type: "notice", id: "", text: "" });
  equal(said(), "");
  hear(tonight);
  await until(() => said() === "Tonight");
  hear({ type: "notice", id: "", text: "" });
  await until(() => said() === "");
});

test("after coming back to a server that tells of none, there is none", async ({ element, signal }) => {
  const { clock, hear, said } = room(element, signal);
  hear({ type: "welcomed" });
  hear(tonight);
  clock.advance(1000);
  await until(() => said() === "Tonight");
  hear({ type: "welcomed" });
  equal(said(), "Tonight");
  clock.advance(1000);
  await until(() => said() === "");
});
