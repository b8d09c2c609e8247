import { equal, ok, test } from "../harness.js";
import { pieces } from "../../../static/js/chat/markup.js";

const text = (/** @type {string} */ said) => ({ kind: "text", text: said });

test("plain text is one piece, with its lines", () => {
  equal(pieces("hello there\nhow are you"), [text("hello there\nhow are you")]);
  equal(pieces("h"), [text("h")]);
});

test("emphasis, code and a block", () => {
  equal(pieces("this is *very* `short()`"), [text("this is "), { kind: "emphasis", text: "very" }, text(" "), { kind: "code", text: "short()" }]);
  equal(pieces("see\n```js\nlet a = *1*;\n```"), [text("see\n"), { kind: "block", text: "let a = *1*;" }]);
});

test("what is not closed, or has spaces inside, is text", () => {
  for (const said of ["2 * 3 * 4", "a ` b", "**", "``", "```", "``` never closed", "*over\nlines*"]) {
    equal(pieces(said).map(({ kind }) => kind).filter((kind) => kind !== "text" && kind !== "code"), []);
  }
});

test("links of http and https only, without what ends the sentence", () => {
  equal(pieces("see https://example.org/a?b=1."), [
    text("see "),
    { kind: "link", text: "https://example.org/a?b=1", url: "https://example.org/a?b=1" },
    text("."),
  ]);
  for (const said of [
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "ftp://example.org",
    "https://",
    "https://user:word@example.org/",
  ]) {
    ok(
      pieces(said).every(({ kind }) => kind !== "link"),
      said,
    );
  }
});

test("a name that looks like another one is shown in punycode", () => {
  const [link] = pieces("https://раураl.com/login");
  equal(link, { kind: "link", text: "https://xn--l-7sba6dbr.com/login", url: "https://xn--l-7sba6dbr.com/login" });
  const [deceptive] = pieces("https://example。org");
  equal(deceptive, { kind: "link", text: "https://example.org/", url: "https://example.org/" });
});

test("nothing is lost, whatever is written", () => {
  const alphabet = ["*", "`", "```", "h", "http://a.b/", "\n", " ", "x", "<b>", "&"];
  for (let seed = 1; seed < 500; seed += 1) {
    const said = Array.from({ length: 12 }, (_, place) => alphabet[(seed * 7919 * (place + 3) + seed) % alphabet.length]).join("");
    const kept = pieces(said).map((piece) => piece.text).join("");
    equal(kept.replace(/[`*\s]/g, "").replaceAll("/", ""), said.replace(/[`*\s]/g, "").replaceAll("/", ""), said);
  }
});

test("a message of thousands of pieces has a few hundred, and all of its words", () => {
  for (const [bomb, word] of [["*a*", "a"], ["`a` ", "a"], ["http://a.b ", "http://a.b"], ["```a```", "a"]]) {
    const found = pieces(bomb.repeat(400));
    ok(found.length <= 201, `${found.length}`);
    equal(found.map((piece) => piece.text).join("").split(word).length, 401);
  }
});

test("a message that is made to be slow is not", () => {
  for (const bomb of ["*", "`", "*a ", "http://", "h", "``` "]) ok(pieces(bomb.repeat(4000).slice(0, 4000)).length >= 1);
});
