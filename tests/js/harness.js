/**
 * A test harness of one page: modules register with `test`, `run` runs them in order and reports.
 *
 * Each test gets a `Stage`: a signal that is aborted when the test is over, and an empty element in the document.
 */

/** @typedef {{signal: AbortSignal, element: HTMLElement}} Stage */
/** @typedef {{name: string, error: string | null, ms: number}} Report */

/** Only for what does not happen: a loaded machine may be ten times as slow. */
const TEST_MS = 60_000;

/** @type {{name: string, body: (stage: Stage) => unknown}[]} */
const tests = [];

/** @type {string[]} */
const strays = [];

addEventListener("error", (event) => strays.push(describe(event.error ?? event.message)));
addEventListener("unhandledrejection", (event) => strays.push(describe(event.reason)));

/**
 * @param {string} name
 * @param {(stage: Stage) => unknown} body
 */
export function test(name, body) {
  tests.push({ name, body });
}

/** @returns {Promise<Report[]>} */
export async function run() {
  const reports = [];
  for (const { name, body } of tests) reports.push(await report(name, body));
  return reports;
}

/**
 * @param {string} name
 * @param {(stage: Stage) => unknown} body
 * @returns {Promise<Report>}
 */
async function report(name, body) {
  const started = performance.now();
  const error = await failure(body);
  return { name, error, ms: performance.now() - started };
}

/** @param {(stage: Stage) => unknown} body */
async function failure(body) {
  const lifetime = new AbortController();
  const element = document.body.appendChild(document.createElement("div"));
  try {
    await Promise.race([body({ signal: lifetime.signal, element }), overdue(lifetime.signal)]);
  } catch (error) {
    return describe(error);
  } finally {
    lifetime.abort();
    element.remove();
  }
  await nextTask();
  return strays.length ? `not caught: ${strays.splice(0).join("\n")}` : null;
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<never>}
 */
function overdue(signal) {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`took longer than ${TEST_MS} ms`)), TEST_MS);
    signal.addEventListener("abort", () => clearTimeout(timer));
  });
}

/** @param {unknown} error */
function describe(error) {
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}

/** One turn of the event loop, after which every settled promise has been heard. */
export function nextTask() {
  return new Promise((resolve) => setTimeout(resolve));
}

/** @param {number} ms */
export function delay(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Resolves with the first truthy value of `read`.
 *
 * @template T
 * @param {() => T | Promise<T>} read
 * @param {string} [what]
 * @param {number} [ms]
 * @returns {Promise<T>}
 */
export async function until(read, what = String(read), ms = 20_000) {
  const end = performance.now() + ms;
  for (;;) {
    const value = await read();
    if (value) return value;
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await delay(10);
  }
}

/**
 * `equal`, as soon as it is so.
 *
 * @param {() => unknown} read may return a promise
 * @param {unknown} expected
 * @param {string} [what]
 */
export async function becomes(read, expected, what = "not equal") {
  /** @type {unknown} */
  let actual;
  try {
    await until(async () => same((actual = await read()), expected), what);
  } catch (error) {
    equal(actual, expected, what);
    throw error;
  }
}

/**
 * @param {EventTarget} target
 * @param {string} type
 * @returns {Promise<any>} the event
 */
export function once(target, type) {
  return new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
}

/**
 * @param {unknown} value
 * @param {string} [what]
 */
export function ok(value, what = "not truthy") {
  if (!value) throw new Error(`${what}: ${show(value)}`);
}

/**
 * Deep equality of plain data.
 *
 * @param {unknown} actual
 * @param {unknown} expected
 * @param {string} [what]
 */
export function equal(actual, expected, what = "not equal") {
  if (!same(actual, expected)) throw new Error(`${what}\n  actual:   ${show(actual)}\n  expected: ${show(expected)}`);
}

/**
 * @param {() => unknown} body
 * @param {RegExp} [message]
 * @returns {Promise<unknown>} what was thrown
 */
export async function throws(body, message = /.*/) {
  try {
    await body();
  } catch (error) {
    ok(message.test(String(error)), `thrown, but not ${message}: ${error}`);
    return error;
  }
  throw new Error(`nothing thrown, ${message} expected`);
}

/**
 * @param {unknown} a
 * @param {unknown} b
 * @returns {boolean}
 */
function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b) || isNode(a) || isNode(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(Reflect.get(a, key), Reflect.get(b, key)));
}

/** @param {object} value */
function isNode(value) {
  return value instanceof Node;
}

/** @param {unknown} value */
function show(value) {
  if (value === undefined || typeof value === "function") return String(value);
  return JSON.stringify(value)?.slice(0, 600);
}
