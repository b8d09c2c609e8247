import { equal, nextTask, ok, test } from "../harness.js";
import { roundTrip } from "../../../static/js/preflight/signaling-test.js";
import { RecordingSocket } from "../signaling/socket.js";

const WebSocket = /** @type {any} */ (RecordingSocket);

/** @param {AbortSignal} signal */
function trial(signal) {
  RecordingSocket.made = [];
  const result = roundTrip({ url: "wss://test/", WebSocket, signal });
  return { result, socket: /** @type {RecordingSocket} */ (RecordingSocket.made[0]) };
}

test("a server that answers is timed, and nobody joins", async ({ signal }) => {
  const { result, socket } = trial(signal);
  socket.open();
  for (let turn = 0; turn < 5; turn += 1) socket.hear({ type: "pong" });
  socket.fail(1005);
  const ms = await result;
  ok(ms !== null && ms >= 0 && ms < 10_000);
  equal(socket.frames, Array(5).fill([{ type: "ping" }]));
});

test("a server that refuses or is away is no line", async ({ signal }) => {
  const away = trial(signal);
  away.socket.fail(1006);
  equal(await away.result, null);
  const refusing = trial(signal);
  refusing.socket.open();
  refusing.socket.hear({ type: "refused", code: "closed", reason: "" });
  equal(await refusing.result, null);
});

test("it can be given up", async () => {
  const end = new AbortController();
  const { result, socket } = trial(end.signal);
  end.abort();
  await nextTask();
  equal([await result, socket.readyState], [null, RecordingSocket.CLOSED]);
});
