// What a server sends of itself over server-sent events, for as long as somebody looks at the page.

/** Asked again so many milliseconds after the server refused: it may have been away. */
const AGAIN = 15_000;

/**
 * @param {string} url answers with server-sent events
 * @param {(text: string) => void} show
 * @param {(live: boolean) => void} tell whether what is shown is kept up to date
 */
export function follow(url, show, tell) {
  /** @type {EventSource | null} */
  let source = null;
  let timer = 0;

  function open() {
    close();
    source = new EventSource(url);
    source.addEventListener("message", ({ data }) => {
      show(data);
      tell(true);
    });
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      tell(false);
      timer = window.setTimeout(open, AGAIN);
    });
  }

  function close() {
    window.clearTimeout(timer);
    source?.close();
    source = null;
  }

  // A browser has few connections to a server: pages in the background give theirs back.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  if (!document.hidden) open();
}
