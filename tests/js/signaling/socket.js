/**
 * A WebSocket that records, and does what a test says the network did.
 */
export class RecordingSocket extends EventTarget {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSED = 3;
  /** @type {RecordingSocket[]} */
  static made = [];

  readyState = RecordingSocket.CONNECTING;
  /** @type {any[][]} every frame sent */
  frames = [];
  /** @type {number | undefined | null} what it was closed with */
  closed = null;

  /** @param {string} url */
  constructor(url) {
    super();
    this.url = url;
    RecordingSocket.made.push(this);
  }

  /** @param {string} text */
  send(text) {
    if (this.readyState !== RecordingSocket.OPEN) throw new DOMException("not open", "InvalidStateError");
    this.frames.push(JSON.parse(text));
  }

  /** @param {number} [code] */
  close(code) {
    this.closed = code;
    this.readyState = RecordingSocket.CLOSED;
  }

  open() {
    this.readyState = RecordingSocket.OPEN;
    this.dispatchEvent(new Event("open"));
  }

  /** @param {...object} facts */
  hear(...facts) {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(facts) }));
  }

  /** @param {number} code */
  fail(code) {
    this.readyState = RecordingSocket.CLOSED;
    this.dispatchEvent(new CloseEvent("close", { code }));
  }
}
