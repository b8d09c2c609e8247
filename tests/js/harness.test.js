import { equal, nextTask, ok, test, throws, until } from "./harness.js";

test("equal compares plain data deeply", async () => {
  equal({ a: [1, { b: null }] }, { a: [1, { b: null }] });
  await throws(() => equal({ a: 1 }, { a: 1, b: undefined }), /not equal/);
  await throws(() => equal([1], { 0: 1 }), /not equal/);
});

test("throws wants something thrown, and the right thing", async () => {
  await throws(() => throws(() => 1), /nothing thrown/);
  await throws(() => throws(() => ok(0, "zero"), /one/), /thrown, but not/);
});

test("until waits, and names what did not come", async () => {
  let turns = 0;
  equal(await until(() => ++turns > 2), true);
  await throws(() => until(() => false, "never", 20), /never/);
});

test("the stage is in the document", async ({ element, signal }) => {
  await nextTask();
  ok(element.isConnected);
  ok(!signal.aborted);
});
