import { equal, test } from "../harness.js";
import { ManualClock } from "../clock.js";
import { Control } from "../../../static/js/channels/control.js";

const MEDIA = /** @type {const} */ ({ type: "media", microphone: true, camera: false, screen: false, sound: false });

class RecordingChannel extends EventTarget {
  readyState = "connecting";
  /** @type {unknown[]} */
  sent = [];

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  open() {
    this.readyState = "open";
    this.dispatchEvent(new Event("open"));
  }

  /** @param {unknown} data */
  hear(data) {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

/** @param {AbortSignal} signal */
function control(signal) {
  const channel = new RecordingChannel();
  const control = new Control(/** @type {any} */ (channel), signal);
  /** @type {unknown[]} */
  const heard = [];
  control.addEventListener("told", (event) => heard.push(Reflect.get(event, "detail")));
  return { channel, control, heard };
}

test("what holds is told when the channel opens, and after every change", ({ signal }) => {
  const { channel, control: ours } = control(signal);
  ours.announce({ ...MEDIA, camera: true });
  ours.announce(MEDIA);
  channel.open();
  ours.announce({ ...MEDIA, sound: true });
  equal(channel.sent, [[MEDIA], [{ ...MEDIA, sound: true }]]);
});

test("nothing to tell is nothing told", ({ signal }) => {
  const { channel } = control(signal);
  channel.open();
  equal(channel.sent, []);
});

test("only media states are heard", ({ signal }) => {
  const { channel, heard } = control(signal);
  channel.hear(JSON.stringify([MEDIA]));
  for (const bad of [{ ...MEDIA, camera: 1 }, { ...MEDIA, from: "bob" }, { type: "media" }, { type: "hand" }, 7]) {
    channel.hear(JSON.stringify([bad]));
  }
  channel.hear(new ArrayBuffer(8));
  channel.hear("nonsense");
  equal(heard, [MEDIA]);
});

test("nothing is heard or told after the end", () => {
  const end = new AbortController();
  const { channel, control: ours, heard } = control(end.signal);
  ours.announce(MEDIA);
  end.abort();
  channel.open();
  channel.hear(JSON.stringify([MEDIA]));
  equal([channel.sent, heard], [[], []]);
});

test("a peer that floods is heard at a bounded rate", ({ signal }) => {
  const channel = new RecordingChannel();
  const clock = new ManualClock();
  const ours = new Control(/** @type {any} */ (channel), signal, clock);
  let heard = 0;
  ours.addEventListener("told", () => (heard += 1));
  const flood = () => {
    for (let turn = 0; turn < 500; turn += 1) channel.hear(JSON.stringify([{ type: "hearing", silent: [] }]));
  };
  flood();
  equal(heard, 100);
  clock.advance(1000);
  flood();
  equal(heard, 120);
});

for (const name of ["good", "bad"]) {
  /** @type {{says: string, direction: string, frame?: {type: string}[], text?: string, accepted?: number}[]} */
  const rows = await (await fetch(`/tests/wire/${name}.json`)).json();
  for (const { says, direction, frame, text, accepted } of rows) {
    if (direction !== "control") continue;
    test(`${name}: ${says}`, ({ signal }) => {
      const channel = new RecordingChannel();
      const ours = new Control(/** @type {any} */ (channel), signal);
      let heard = 0;
      ours.addEventListener("told", () => (heard += 1));
      channel.hear(text ?? JSON.stringify(frame));
      equal(heard, name === "good" ? frame?.length : (accepted ?? 0));
    });
  }
}
