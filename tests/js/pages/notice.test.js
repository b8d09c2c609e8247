import { equal, test } from "../harness.js";
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
  const hear = async (/** @type {any} */ fact) => {
    client.dispatchEvent(new CustomEvent(fact.type, { detail: fact }));
    await shown();
  };
  return { clock, hear, said: () => element.querySelector("p")?.textContent };
}

/** The script of the notice is there. */
const shown = () => new Promise((done) => setTimeout(done, 20));
const tonight = { type: "notice", id: "n1", text: "Tonight" };

test("what the server tells is shown, until it takes it back", async ({ element, signal }) => {
  const { hear, said } = room(element, signal);
  await hear({ type: "notice", id: "", text: "" });
  equal(said(), "");
  await hear(tonight);
  equal(said(), "Tonight");
  await hear({ type: "notice", id: "", text: "" });
  equal(said(), "");
});

test("after coming back to a server that tells of none, there is none", async ({ element, signal }) => {
  const { clock, hear, said } = room(element, signal);
  await hear({ type: "welcomed" });
  await hear(tonight);
  clock.advance(1000);
  await shown();
  equal(said(), "Tonight");
  await hear({ type: "welcomed" });
  equal(said(), "Tonight");
  clock.advance(1000);
  await shown();
  equal(said(), "");
});
