import { equal, ok, test } from "../harness.js";
import { compute, statement, subject } from "../../../static/js/verification/code.js";

const ALICE = { id: "alice", key: "KA", certificate: "AA:AA" };
const BOB = { id: "bob", key: "KB", certificate: "BB:BB" };
/** Each word is its number. */
const LIST = Array.from({ length: 2048 }, (_, number) => String(number));

test("whoever sees the same people has the same code, in whatever order they are", async () => {
  equal(subject("room", [ALICE, BOB]), subject("room", [BOB, ALICE]));
  equal(subject("room", [BOB, ALICE]), "room\nalice KA AA:AA\nbob KB BB:BB");
});

test("another room, key, certificate or person makes another code", () => {
  const codes = [
    subject("room", [ALICE, BOB]),
    subject("other", [ALICE, BOB]),
    subject("room", [ALICE, { ...BOB, key: "KM" }]),
    subject("room", [ALICE, { ...BOB, certificate: "MM:MM" }]),
    subject("room", [ALICE, { ...BOB, id: "bobby" }]),
    subject("room", [ALICE, { ...BOB, key: "", certificate: "" }]),
    subject("room", [ALICE]),
  ];
  equal(new Set(codes).size, codes.length);
});

test("the code is eight words and 25 digits of one value", async () => {
  const { words, digits } = await compute("room\nalice KA AA:AA\nbob KB BB:BB", LIST, crypto.subtle);
  // Python: hashlib.pbkdf2_hmac("sha256", b"room\nalice KA AA:AA\nbob KB BB:BB", b"conference code 1", 262144, 16)
  equal([words.join(" "), digits.join(" ")], ["1833 1754 422 833 1529 1109 1383 1608", "73694 46558 63454 24483 67526"]);
  ok(8 * Math.log2(LIST.length) >= 60 && 25 * Math.log2(10) >= 60);
});

test("what is signed of a certificate names the room and the participant", () => {
  equal(statement("room", "alice", "AA:AA"), "room\nalice\nAA:AA");
});
