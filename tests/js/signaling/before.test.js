import { equal, ok, test } from "../harness.js";
import { parse } from "../../../static/js/signaling/protocol.js";
import { parse as parseBefore } from "../../wire/before/protocol.js";

/**
 * What a server has told, frame by frame (`tests/browser/record_wire.py`).
 *
 * @param {string} path
 * @returns {Promise<Record<string, any>[][]>}
 */
async function told(path) {
  /** @type {{direction: string, frame: Record<string, any>[]}[]} */
  const entries = await (await fetch(`/tests/wire/${path}`)).json();
  return entries.filter(({ direction }) => direction === "server").map(({ frame }) => frame);
}

test("what a server of the release before tells is understood", async () => {
  const frames = await told("before/recorded.json");
  ok(frames.length > 10);
  for (const frame of frames) equal(parse(JSON.stringify(frame)), { messages: frame, refused: 0 });
});

/** What the server of today tells, and a browser of the release before does not know. */
const NEW = ["rights", "chat", "hosted"];

test("a browser of the release before understands all that is not new", async () => {
  const frames = await told("recorded.json");
  ok(frames.length > 10);
  const types = new Set(frames.flat().map(({ type }) => type));
  ok(NEW.every((type) => types.has(type)));
  for (const frame of frames) {
    // A server tells capabilities to browsers only that have named theirs.
    const plain = frame.map((fact) => /** @type {Record<string, any>} */ ({ ...fact, capabilities: undefined }));
    const known = JSON.parse(JSON.stringify(plain.filter(({ type }) => !NEW.includes(type))));
    equal(parseBefore(JSON.stringify(plain)), { messages: known, refused: plain.length - known.length });
  }
});

test("it would not understand a `welcomed` with capabilities", async () => {
  const frame = (await told("recorded.json")).flat().filter(({ type }) => type === "welcomed");
  ok(frame.every(({ capabilities }) => capabilities.includes("rights")));
  equal(parseBefore(JSON.stringify(frame)), { messages: [], refused: frame.length });
});

test("it drops the hands, the lobby and the restrictions that are told, and nothing else of the frame", () => {
  const lobby = [{ type: "lobby", place: 1, opens: "never" }, { type: "queue", waits: "guests", opens: "never", notes: {} }];
  const restrictions = { type: "restrictions", everyone: ["screen"], people: { carol: { chat: "forbidden" } } };
  const frame = JSON.stringify([
    { type: "hands", ids: ["carol"] },
    ...lobby,
    restrictions,
    { type: "asked", use: "camera", by: "alice" },
    { type: "pong" },
  ]);
  equal(parseBefore(frame), { messages: [{ type: "pong" }], refused: 5 });
});
