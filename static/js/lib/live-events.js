/**
 * What a server sends of itself over server-sent events, for as long as somebody looks at the page.
 *
 * @import { Clock } from "./clock.js"
 */

import { systemClock } from "./clock.js";

/** In milliseconds: how long after a failure, which the browser mends by itself, the connection is given up and made anew. */
const AGAIN = 15_000;
/** A stream lasts 30 s and begins with the whole state. When none has begun for so long, the connection is dead, although no error was reported. */
const SILENCE = 45_000;

/**
 * @param {string} url answers with server-sent events
 * @param {(text: string) => void} show
 * @param {(live: boolean) => void} tell whether what is shown is kept up to date
 * @param {object} [given]
 * @param {Document} [given.document]
 * @param {Clock} [given.clock]
 * @param {(url: string) => EventSource} [given.connect]
 */
export function follow(url, show, tell, { document = window.document, clock = systemClock, connect = (to) => new EventSource(to) } = {}) {
  const { signal } = new AbortController();
  /** @type {EventSource | null} */
  let source = null;
  let failing = false;
  let forget = () => {};

  function open() {
    close();
    source = connect(url);
    expect(SILENCE);
    source.addEventListener("message", ({ data }) => {
      failing = false;
      expect(SILENCE);
      show(data);
      tell(true);
    });
    source.addEventListener("error", () => {
      if (source?.readyState === EventSource.CLOSED) tell(false);
      if (!failing) expect(AGAIN);
      failing = true;
    });
  }

  function close() {
    forget();
    source?.close();
    source = null;
    failing = false;
  }

  /** @param {number} within */
  function expect(within) {
    forget();
    forget = clock.after(within, giveUp, signal);
  }

  function giveUp() {
    tell(false);
    open();
  }

  // A browser has few connections to a server: pages in the background give theirs back.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  if (!document.hidden) open();
}
