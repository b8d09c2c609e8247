import { equal, test } from "../harness.js";
import { left, rate, share, size } from "../../../static/js/ui/file-words.js";

test("sizes have three digits and a unit", () => {
  const table = [
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1000, "1 kB"],
    [1234, "1.2 kB"],
    [123_456, "123 kB"],
    [999_499, "999 kB"],
    [999_500, "1 MB"],
    [5_000_000_000, "5 GB"],
    [2 ** 53 - 1, "9 PB"],
  ];
  for (const [bytes, words] of table) equal(size(Number(bytes)), words);
  equal([rate(75), rate(12_345_678)], ["0.1 kB/s", "12.3 MB/s"]);
});

test("a file is complete when all of it is there, one of 0 bytes too", () => {
  equal([share(0, 10), share(9_999, 10_000), share(10, 10), share(0, 0)], ["0%", "99%", "100%", "100%"]);
});

test("the time that is left is rounded up", () => {
  const table = [
    [0, "1 second left"],
    [1.2, "2 seconds left"],
    [59.4, "60 seconds left"],
    [61, "2 minutes left"],
    [3600, "1 hour left"],
    [1e9, "more than four days left"],
  ];
  for (const [seconds, words] of table) equal(left(Number(seconds)), words);
});
