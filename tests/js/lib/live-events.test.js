import { equal, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { follow } from "../../../static/js/lib/live-events.js";

/** A connection that does what the test says. */
class Source extends EventTarget {
  /** @type {number} */
  readyState = EventSource.OPEN;

  close() {
    this.readyState = EventSource.CLOSED;
  }

  /** @param {string} data */
  send(data) {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  /** @param {number} readyState */
  fail(readyState) {
    this.readyState = readyState;
    this.dispatchEvent(new Event("error"));
  }
}

function page() {
  const clock = new ManualClock();
  const document = Object.assign(new EventTarget(), { hidden: false });
  /** @type {Source[]} */
  const sources = [];
  /** @type {unknown[]} */
  const seen = [];
  const connect = () => sources[sources.push(new Source()) - 1];
  const given = { document: /** @type {any} */ (document), clock, connect: /** @type {any} */ (connect) };
  follow("/events", (text) => seen.push(text), (live) => seen.push(live), given);
  const look = (/** @type {boolean} */ hidden) => {
    document.hidden = hidden;
    document.dispatchEvent(new Event("visibilitychange"));
  };
  return { clock, sources, seen, look, open: () => sources.filter(({ readyState }) => readyState !== EventSource.CLOSED).length };
}

test("what is sent is shown, and streams that end by themselves are no failure", () => {
  const { clock, sources, seen } = page();
  for (const text of ["one", "two"]) {
    sources[0].send(text);
    clock.advance(30_000);
    sources[0].fail(EventSource.CONNECTING);
    clock.advance(250);
  }
  equal(seen, ["one", true, "two", true]);
  equal(sources.length, 1);
});

test("a server that refuses is asked again later", () => {
  const { clock, sources, seen } = page();
  sources[0].fail(EventSource.CLOSED);
  equal(seen, [false]);
  clock.advance(14_999);
  equal(sources.length, 1);
  clock.advance(1);
  sources[1].send("one");
  equal(seen, [false, false, "one", true]);
});

test("a server that the browser does not reach is said to be away, however often it tries", () => {
  const { clock, sources, seen, open } = page();
  sources[0].send("one");
  for (let second = 0; second < 15; second += 1) {
    sources[0].fail(EventSource.CONNECTING);
    clock.advance(1000);
  }
  equal(seen, ["one", true, false]);
  equal([sources.length, open()], [2, 1]);
});

test("a connection that is dead without a word is made anew", () => {
  const { clock, sources, seen, open } = page();
  sources[0].send("one");
  clock.advance(44_999);
  equal(seen, ["one", true]);
  clock.advance(1);
  equal(seen, ["one", true, false]);
  equal([sources.length, open()], [2, 1]);
});

test("a page that nobody looks at has no connection, and waits for none", () => {
  const { clock, sources, seen, look, open } = page();
  look(true);
  clock.advance(100_000);
  equal([open(), clock.pending], [0, 0]);
  look(false);
  sources[1].send("one");
  equal(seen, ["one", true]);
});
