import { equal, nextTask, test } from "../harness.js";
import { keepAwake } from "../../../static/js/media/wake-lock.js";

/** A page whose screen lock can be watched. */
class Screen extends EventTarget {
  visibilityState = "visible";
  held = 0;
  refuse = false;

  async request() {
    if (this.refuse) throw new DOMException("low battery", "NotAllowedError");
    this.held += 1;
    return { release: () => (this.held -= 1) };
  }
}

/**
 * @param {Screen} screen
 * @param {AbortSignal} signal
 */
function keep(screen, signal) {
  keepAwake({ document: /** @type {any} */ (screen), wakeLock: /** @type {any} */ (screen), signal });
}

test("the screen is kept on, and let go at the end", async ({ signal }) => {
  const screen = new Screen();
  const call = new AbortController();
  keep(screen, AbortSignal.any([call.signal, signal]));
  await nextTask();
  equal(screen.held, 1);
  call.abort();
  equal(screen.held, 0);
});

test("it is asked for again when the page is seen again", async ({ signal }) => {
  const screen = new Screen();
  screen.visibilityState = "hidden";
  keep(screen, signal);
  await nextTask();
  equal(screen.held, 0);
  screen.visibilityState = "visible";
  screen.dispatchEvent(new Event("visibilitychange"));
  await nextTask();
  equal(screen.held, 1);
});

test("a refusal, or a browser without it, is fine", async ({ signal }) => {
  const screen = new Screen();
  screen.refuse = true;
  keep(screen, signal);
  keepAwake({ document, wakeLock: undefined, signal });
  await nextTask();
  equal(screen.held, 0);
});
