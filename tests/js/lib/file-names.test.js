import { equal, ok, test } from "../harness.js";
import { extension, safeFileName } from "../../../static/js/lib/file-names.js";

test("a name of a file that is harmless stays", () => {
  for (const name of [
    "report.pdf", "Ämter & Co (2).tar.gz", "履歴書.docx", "می\u200cخواهم.txt", "👩\u200d🚀.png", "README", "a - b.c",
    "com.txt", "console.log",
  ])
    equal(safeFileName(name), name);
});

test("a name says where nothing goes, hides nothing, and is no device", () => {
  const table = [
    ["../x", "x"],
    ["../../etc/passwd", "passwd"],
    ["C:\\Windows\\evil.dll", "evil.dll"],
    ["a/..", "file"],
    ["", "file"],
    [" . ", "file"],
    ["\u200d\u0301", "file"],
    [".bashrc", "bashrc"],
    ["...x", "x"],
    ["x.txt. . ", "x.txt"],
    ["con", "_con"],
    ["CON.txt", "_CON.txt"],
    ["nul .tar.gz", "_nul .tar.gz"],
    ["lpt¹", "_lpt¹"],
    ["a:b|c?.txt", "a_b_c_.txt"],
    ["x.txt:stream", "x.txt_stream"],
    ["photo\u202egnp.exe", "photognp.exe"],
    ["photo\u2066gnp\u2069.exe", "photognp.exe"],
    ["a\u0000b\nc\u200b.txt", "abc.txt"],
    ["bill.pdf       \u00a0         .exe", "bill.pdf .exe"],
    ["lone \ud800.txt", "lone .txt"],
    ["Zoe\u0308.txt", "Zo\u00eb.txt"],
  ];
  for (const [name, safe] of table) equal(safeFileName(name), safe, JSON.stringify(name));
});

test("a name of 10,000 characters is cut, and keeps its extension", () => {
  const bytes = (/** @type {string} */ name) => new TextEncoder().encode(name).length;
  equal(safeFileName(`${"x".repeat(10_000)}.pdf`), `${"x".repeat(196)}.pdf`);
  const wide = safeFileName(`${"履".repeat(10_000)}.docx`);
  ok(wide.endsWith("履.docx") && bytes(wide) <= 200);
  equal(safeFileName(`x.${"y".repeat(10_000)}`).length, 200);
  equal(safeFileName("🦊".repeat(5000)), "🦊".repeat(50));
  equal(safeFileName(`${".".repeat(10_000)}/${" ".repeat(10_000)}`), "file");
});

test("what is made safe is safe", () => {
  for (const name of ["../x", "con", `con${"x".repeat(400)}`, `${"a ".repeat(300)}.`, `${"x".repeat(190)} .${"y".repeat(12)}`])
    equal(safeFileName(safeFileName(name)), safeFileName(name), name);
});

test("an extension is short and stands behind a name", () => {
  for (const [name, found] of [
    ["a.PDF", "pdf"], ["a.tar.gz", "gz"], [".bashrc", ""], ["a.", ""], ["a. b", ""], ["a", ""],
    [`a.${"x".repeat(17)}`, ""],
  ])
    equal(extension(name), found, name);
});
