import { equal, ok, test } from "../harness.js";
import {
  hashOf, isPiece, lengthOf, manifestLength, MOST_SIZE, nameOf, pieceCount, pieceLength, sizeIn, writeManifest,
} from "../../../static/js/files/manifest.js";
import { PieceMap } from "../../../static/js/files/piece-map.js";

const KIB = 1024;
const GIB = 1024 ** 3;

test("a piece has 256 KiB, and more only where there would be more than 4096 pieces", () => {
  equal([0, 1, 256 * KIB, 256 * KIB + 1].map(pieceCount), [0, 1, 1, 2]);
  equal([GIB, GIB + 1, 2 * GIB, 5 * GIB, MOST_SIZE].map(pieceLength), [256 * KIB, 512 * KIB, 512 * KIB, 2048 * KIB, 16 * 1024 * KIB]);
  equal([GIB, GIB + 1, MOST_SIZE].map(pieceCount), [4096, 2049, 4096]);
  equal([lengthOf(600_000, 0), lengthOf(600_000, 2), manifestLength(600_000), manifestLength(0)], [262_144, 75_712, 56, 8]);
});

test("a manifest says the size and the hashes of the pieces, and its name is its hash", async () => {
  const pieces = [new Uint8Array(262_144).fill(7), new Uint8Array([1, 2, 3])];
  const size = 262_147;
  const manifest = writeManifest(size, await Promise.all(pieces.map((piece) => hashOf(piece))));
  equal(sizeIn(manifest), size);
  ok(await isPiece(manifest, 0, pieces[0]));
  ok(await isPiece(manifest, 1, pieces[1]));
  ok(!(await isPiece(manifest, 1, new Uint8Array([1, 2, 4]))));
  ok(/^[\w-]{22}$/.test(await nameOf(manifest)));
  equal(await nameOf(writeManifest(0, [])), await nameOf(new Uint8Array(8)));
});

test("what is no manifest is none", () => {
  const manifest = (/** @type {number[]} */ ...bytes) => sizeIn(new Uint8Array(bytes));
  equal([manifest(), manifest(0, 0, 0), manifest(0, 0, 0, 0, 0, 0, 0, 1), manifest(...Array(8).fill(255))], [null, null, null, null]);
  equal(sizeIn(new Uint8Array(25)), null);
  equal(sizeIn(new Uint8Array(8)), 0);
});

test("a map of pieces is text and back, and counts bytes", () => {
  const size = 262_144 * 9 + 1000;
  const map = new PieceMap(size);
  for (const piece of [0, 8, 9]) map.add(piece);
  equal([map.text, map.held, map.bytes], ["gMA", 3, 2 * 262_144 + 1000]);
  const again = PieceMap.read(map.text, size);
  equal([again?.held, again?.has(8), again?.has(7)], [3, true, false]);
  map.delete(0);
  map.delete(0);
  map.add(10);
  equal([map.held, map.has(10), map.isFull], [2, false, false]);
  equal([PieceMap.full(size).isFull, PieceMap.full(size).bytes, new PieceMap(0).isFull], [true, size, true]);
});

test("a map of another length, or with pieces that the file does not have, is none", () => {
  const size = 262_144 * 9;
  for (const text of ["", "gA", "gAAA", "gEA", "!"]) equal(PieceMap.read(text, size), null, text);
  equal(PieceMap.read("", 0)?.isFull, true);
});
