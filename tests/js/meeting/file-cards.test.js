import { equal, ok, test, until } from "../harness.js";
import { ManualClock } from "../clock.js";
import { Refused } from "../../../static/js/files/transfer.js";
import { FileCards } from "../../../static/js/meeting/file-cards.js";
import { CallNotices } from "../../../static/js/ui/call-notices.js";

/** @import { FileState } from "../../../static/js/files/transfer.js" */

const OFFER = { id: "f".repeat(22), name: "report.pdf", size: 100, type: "application/pdf" };

/** The files of a meeting as the cards see them: one file, whose state the test sets. */
class OneFile extends EventTarget {
  /** @type {FileState} */
  now = { phase: "offered", held: 0, size: 100, rate: 0, secondsLeft: null, reason: "", holders: ["alice"], whole: [], receivers: [], deceivers: [] };
  /** @type {string[]} */
  calls = [];
  refused = "";
  /** @type {{resolve: (offer: typeof OFFER) => void, reject: (error: unknown) => void}[]} */
  offers = [];

  state() {
    return this.now;
  }

  /** @param {Partial<FileState>} changes */
  set(changes) {
    this.now = { ...this.now, ...changes };
    this.dispatchEvent(new CustomEvent("change", { detail: OFFER.id }));
  }

  /** @param {string} peer */
  refuses(peer) {
    return peer === this.refused;
  }

  /** @param {File} file @param {string} _ @param {AbortSignal} signal @param {(bytes: number) => void} progress */
  offer(file, _, signal, progress) {
    progress(file.size / 2);
    signal.addEventListener("abort", () => this.offers.shift()?.reject(new Refused("aborted")));
    return new Promise((resolve, reject) => this.offers.push({ resolve, reject }));
  }

  accept = () => this.calls.push("accept");
  pause = () => this.calls.push("pause");
  resume = () => this.calls.push("resume");
  cancel = () => this.calls.push("cancel");
  save = async () => {
    throw new Refused("full");
  };
  open = async () => new File(["%PDF-"], "report.pdf");
}

/** @param {HTMLElement} element @param {AbortSignal} signal @param {{isSeen?: boolean, isOwn?: boolean}} [how] */
function bob(element, signal, { isSeen = true, isOwn = false } = {}) {
  const [files, notices, clock] = [new OneFile(), new CallNotices(), new ManualClock()];
  /** @type {string[]} */
  const withdrawn = [];
  element.append(notices);
  const options = {
    root: element,
    nameOf: (/** @type {string} */ id) => id.toUpperCase(),
    isSeen: () => isSeen,
    open: () => {},
    withdraw: (/** @type {string} */ id) => withdrawn.push(id),
  };
  const cards = new FileCards({ ...options, files: /** @type {any} */ (files), notices, clock, signal });
  const card = cards.card({ id: "m1", offer: OFFER, from: "alice", isOwn });
  element.append(card);
  const press = (/** @type {string} */ action) => /** @type {HTMLElement} */ (card.querySelector(`[data-file=${action}]`)).click();
  const said = () => [...notices.children].map((line) => line.textContent);
  return { files, cards, card, notices, clock, withdrawn, press, said };
}

test("a card does what is pressed", ({ element, signal }) => {
  const { files, cards, card, press } = bob(element, signal);
  for (const action of ["get", "pause", "resume", "cancel"]) press(action);
  equal(files.calls, ["accept", "pause", "resume", "cancel"]);
  equal(cards.card({ id: "m1", offer: OFFER, from: "alice", isOwn: false }), card);
});

test("the beginning and the end are read out, not what is between", ({ element, signal }) => {
  const { files, said } = bob(element, signal);
  files.set({ phase: "waiting" });
  for (let held = 0; held < 100; held += 10) files.set({ phase: "fetching", held });
  files.set({ phase: "waiting" });
  files.set({ phase: "fetching" });
  files.set({ phase: "complete", held: 100 });
  equal(said(), ["Getting report.pdf", "report.pdf is complete."]);
});

test("what was complete before a reload is not news", ({ element, signal }) => {
  const { files, said } = bob(element, signal);
  files.set({ phase: "complete", held: 100 });
  equal(said(), []);
});

test("who looks elsewhere sees that a file is complete, or why it is not", ({ element, signal }) => {
  const { files, notices } = bob(element, signal, { isSeen: false });
  files.set({ phase: "fetching" });
  files.set({ phase: "failed", reason: "full" });
  const shown = () => [...notices.querySelectorAll(".notice > p")].map(({ textContent }) => textContent);
  equal(shown(), ["report.pdf: There is too little space on this device. Free some, then try again."]);
  files.set({ phase: "waiting" });
  files.set({ phase: "complete" });
  equal(shown(), ["report.pdf is complete."]);
});

test("whose browser lies is named, once", ({ element, signal }) => {
  const { files, said } = bob(element, signal);
  files.set({ phase: "fetching", deceivers: ["mallory"] });
  files.set({ held: 10 });
  equal(said().filter((line) => line?.includes("MALLORY")).length, 1);
});

test("who offers a file learns who has how much, and withdraws it", ({ element, signal }) => {
  const { files, card, clock, withdrawn, press, said } = bob(element, signal, { isOwn: true });
  files.set({ phase: "complete", holders: [], receivers: [{ id: "carol", held: 0 }, { id: "dave", held: 0 }] });
  clock.advance(1000);
  files.set({ receivers: [{ id: "carol", held: 50 }, { id: "dave", held: 25 }] });
  equal(card.querySelector(".file-note")?.textContent, "2 people get it · 0.1 kB/s · 2 seconds left");
  equal([...card.querySelectorAll("li")].map(({ textContent }) => textContent), ["CAROL has 50%", "DAVE has 25%"]);
  files.set({ whole: ["carol", "dave"], receivers: [] });
  clock.advance(1000);
  equal(said(), ["CAROL and DAVE have report.pdf now."]);
  press("withdraw");
  equal(withdrawn, ["m1"]);
});

test("what cannot be saved says why", async ({ element, signal }) => {
  const { files, press, notices } = bob(element, signal);
  files.set({ phase: "complete" });
  press("save");
  await until(() => notices.textContent?.includes("too little space"), "the reason");
});

test("a PDF is shown in a frame, as a PDF, and is gone afterwards", async ({ element, signal }) => {
  const { files, press } = bob(element, signal);
  files.set({ phase: "complete" });
  press("show");
  const frame = await until(() => element.querySelector("file-preview iframe"), "the frame");
  ok(frame instanceof HTMLIFrameElement && frame.src.startsWith("blob:"));
  const dialog = /** @type {HTMLDialogElement} */ (element.querySelector("dialog"));
  ok(dialog.open);
  dialog.close();
  await until(() => !element.querySelector("iframe"), "an empty dialog");
});

test("files are prepared one after another, can be cancelled, and say why they cannot be offered", async ({ element, signal }) => {
  const { files, cards, notices } = bob(element, signal);
  const place = (/** @type {HTMLElement} */ card) => element.append(card);
  const offered = ["one", "two", "three"].map((name) => cards.prepare(new File(["1234"], name), "", place));
  const shown = () => [...element.querySelectorAll("file-card")].slice(1);
  await until(() => files.offers.length, "the first");
  equal(shown().map((card) => card.querySelector(".file-note")?.textContent), ["Preparing, 50%", "Preparing, 0%", "Preparing, 0%"]);
  files.offers.shift()?.resolve(OFFER);
  equal(await offered[0], OFFER);
  await until(() => files.offers.length, "the second");
  /** @type {HTMLElement} */ (shown()[0].querySelector("[data-file=cancel]")).click();
  equal([await offered[1], notices.childElementCount], [null, 0]);
  await until(() => files.offers.length, "the third");
  files.offers.shift()?.reject(new Refused("large"));
  equal([await offered[2], shown().length], [null, 0]);
  ok(notices.textContent?.startsWith("three: The file is too large"));
});
