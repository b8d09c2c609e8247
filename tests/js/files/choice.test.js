import { equal, ok, test } from "../harness.js";
import { choose, owner } from "../../../static/js/files/choice.js";
import { PieceMap } from "../../../static/js/files/piece-map.js";

const PIECES = 300;
const SIZE = PIECES * 262_144;

/** @param {Iterable<number>} pieces */
function holding(pieces) {
  const map = new PieceMap(SIZE);
  for (const piece of pieces) map.add(piece);
  return map;
}

const all = PieceMap.full(SIZE);
/** @param {string} id @param {Partial<import("../../../static/js/files/choice.js").Holder>} [fields] */
const holder = (id, fields = {}) => ({ id, map: all, free: 4, isIdle: true, isSpare: true, ...fields });
/** @param {Partial<import("../../../static/js/files/choice.js").Situation>} fields */
const asks = (fields) =>
  choose({ held: holding([]), pending: new Set(), late: [], self: "bob", seekers: ["bob"], isBehind: false, holders: [holder("alice")], ...fields });
/** @param {import("../../../static/js/files/choice.js").Ask[]} found @param {string} peer */
const of = (found, peer) => found.filter((ask) => ask.peer === peer).map(({ piece }) => piece);

test("who seeks alone asks for everything, in order, as much as it may ask", () => {
  equal(of(asks({}), "alice"), [0, 1, 2, 3]);
  equal(of(asks({ held: holding([0, 2]), pending: new Set([1]) }), "alice"), [3, 4, 5, 6]);
  equal(asks({ holders: [holder("alice", { free: 0, isIdle: false })] }), []);
  equal(asks({ held: all }), []);
});

test("several who have everything share the work", () => {
  const found = asks({ holders: [holder("alice"), holder("carol")] });
  equal([of(found, "alice").length, of(found, "carol").length, new Set(found.map(({ piece }) => piece)).size], [4, 4, 8]);
  const few = asks({ held: holding(Array(PIECES - 2).keys()), holders: [holder("alice"), holder("carol")] });
  equal([of(few, "alice"), of(few, "carol")], [[298], [299]]);
});

test("each piece belongs to one of those who seek, about as many to each, and everybody finds the same", () => {
  const seekers = ["bob", "carol", "dave"];
  const owners = Array.from(Array(PIECES).keys(), (piece) => owner(piece, seekers));
  equal(owners, Array.from(Array(PIECES).keys(), (piece) => owner(piece, seekers.toReversed())));
  for (const seeker of seekers) ok(owners.filter((one) => one === seeker).length > PIECES / 5, seeker);
  // As a client of another maker finds it, from the page of the protocol.
  equal(owners.slice(0, 6), ["dave", "carol", "carol", "bob", "carol", "carol"]);
});

test("who seeks with others asks the source for its own pieces, and the others for theirs", () => {
  const seekers = ["bob", "carol", "dave"];
  const carols = [...Array(PIECES).keys()].filter((piece) => owner(piece, seekers) === "carol").slice(0, 3);
  const found = asks({ seekers, holders: [holder("alice"), holder("carol", { map: holding(carols) }), holder("dave", { map: holding([]) })] });
  ok(of(found, "alice").every((piece) => owner(piece, seekers) === "bob"), "own pieces");
  equal([of(found, "alice").length, of(found, "carol"), of(found, "dave")], [4, carols, []]);
});

test("who has had all of its own for a while asks the source for a few of the others', the last first, and those that nobody else has", () => {
  const seekers = ["bob", "carol"];
  const own = [...Array(PIECES).keys()].filter((piece) => owner(piece, seekers) === "bob");
  const others = [...Array(PIECES).keys()].filter((piece) => owner(piece, seekers) === "carol");
  const last = others.slice(-3);
  const carol = holder("carol", { map: holding([last[2]]), free: 0, isIdle: false });
  equal(of(asks({ seekers, held: holding(own), holders: [holder("alice"), carol] }), "alice"), [last[1], last[0]]);
  equal(asks({ seekers, held: holding(own), holders: [holder("alice", { isSpare: false }), carol] }), []);
  const slow = { seekers, held: holding([...own, ...others.slice(0, -1)]), holders: [holder("alice"), carol] };
  equal(asks(slow), []);
  equal(of(asks({ ...slow, isBehind: true }), "alice"), [last[2]]);
});

test("near the end, who has nothing to do is asked for what somebody else has not sent for a while", () => {
  const held = holding(Array(PIECES - 2).keys());
  const pending = new Set([298, 299]);
  const holders = [holder("alice", { isIdle: false }), holder("carol")];
  equal(asks({ held, pending, holders }), []);
  equal(asks({ held, pending, late: [298, 299], holders }), [{ peer: "carol", piece: 298, isOwn: true }]);
});
