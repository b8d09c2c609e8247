import { equal, test } from "../harness.js";
import { lookAlikes, skeleton } from "../../../static/js/lib/look-alike.js";

test("names that look alike have one skeleton", () => {
  for (const other of ["alice", "ALICE", "Аlice", "Alíce", "A1ice", "AIice", "A l i c e", "Alice.", "Al\u200bice", "Ａｌｉｃｅ", "Аӏісе"])
    equal(skeleton(other), skeleton("Alice"), other);
  for (const [one, other] of [["Bob", "B0b"], ["Mallory", "Мallоry"], ["Emma", "Ernrna"], ["Ωmega", "ωmega"]])
    equal(skeleton(one), skeleton(other), other);
});

test("other names have another", () => {
  for (const other of ["Alicia", "Malice", "Ali", "李雷", ""]) equal(skeleton(other) === skeleton("Alice"), false, other);
  equal(skeleton("李雷") === skeleton("李磊"), false);
});

test("who is no host, and is called like one, is marked; hosts and others are not", () => {
  const people = [
    { id: "a", name: "Alice", isHost: true },
    { id: "b", name: "Аlice", isHost: false },
    { id: "c", name: "Carol", isHost: false },
    { id: "d", name: "ALICE", isHost: true },
    { id: "e", name: "...", isHost: true },
    { id: "f", name: "!?", isHost: false },
  ];
  equal([...lookAlikes(people)], ["b"]);
});
