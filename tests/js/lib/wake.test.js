import { equal, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { onWake } from "../../../static/js/lib/wake.js";

/** @param {AbortSignal} signal */
function page(signal) {
  const clock = new ManualClock();
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const state = { slept: 0, woken: 0 };
  const wall = () => clock.now() + state.slept;
  onWake({ document: /** @type {any} */ (document), clock, wall, signal, wake: () => (state.woken += 1) });
  return { clock, document, state };
}

test("a machine that slept is known by the wall clock", ({ signal }) => {
  const { clock, state } = page(signal);
  clock.advance(60_000);
  equal(state.woken, 0);
  state.slept = 300_000;
  clock.advance(2000);
  equal(state.woken, 1);
  clock.advance(60_000);
  equal(state.woken, 1);
});

test("a page that is thawed or looked at again is back", ({ signal }) => {
  const { document, state } = page(signal);
  document.dispatchEvent(new Event("resume"));
  document.visibilityState = "hidden";
  document.dispatchEvent(new Event("visibilitychange"));
  equal(state.woken, 1);
  document.visibilityState = "visible";
  document.dispatchEvent(new Event("visibilitychange"));
  equal(state.woken, 2);
});
