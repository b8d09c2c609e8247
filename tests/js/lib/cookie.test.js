import { equal, test } from "../harness.js";
import { hasCookie, writeCookie } from "../../../static/js/lib/cookie.js";

test("a cookie is there with its whole name and value", () => {
  writeCookie("tried", "one", 60);
  equal(hasCookie("tried", "one"), true);
  equal(hasCookie("tried", "on"), false);
  equal(hasCookie("ried", "one"), false);
});

test("a later value takes the place of an earlier one", () => {
  writeCookie("tried", "one", 60);
  writeCookie("tried", "two", 60);
  equal([hasCookie("tried", "one"), hasCookie("tried", "two")], [false, true]);
});

test("a cookie that is kept for no time is gone", () => {
  writeCookie("tried", "one", 60);
  writeCookie("tried", "one", 0);
  equal(hasCookie("tried", "one"), false);
});
