/**
 * For pages of other sites: shows a meeting in a frame, tells what happens in it, and does what one can do with its buttons.
 * `docs/embedding.md` describes it. Frame and page only talk to each other: each checks the window and the origin of a message.
 */

const PERMISSIONS = [
  "camera", "microphone", "display-capture", "autoplay", "fullscreen", "picture-in-picture", "clipboard-write",
  "screen-wake-lock", "speaker-selection",
];

export class ConferenceCall extends EventTarget {
  #frame = document.createElement("iframe");
  #origin;
  #isReady = false;
  /** Commands that are sent when the frame is ready. @type {object[]} */
  #waiting = [];

  /**
   * @param {Element} place gets the frame
   * @param {{url: string, title?: string}} options `url`: the link of a room, or a join link
   */
  constructor(place, { url, title = "Meeting" }) {
    super();
    const address = new URL(url, document.baseURI);
    if (!address.pathname.startsWith("/embed/")) address.pathname = `/embed${address.pathname}`;
    address.searchParams.set("site", location.origin);
    this.#origin = address.origin;
    this.#frame.allow = PERMISSIONS.join("; ");
    this.#frame.title = title;
    this.#frame.src = address.href;
    addEventListener("message", this.#receive);
    place.append(this.#frame);
  }

  /** The frame, for styles. */
  get frame() {
    return this.#frame;
  }

  /** Presses the button with which one joins. @param {string} [name] of a guest */
  join(name) {
    this.#send("join", name ? { name } : {});
  }

  leave() {
    this.#send("leave");
  }

  /** Asks a host in the frame whether to end the meeting for everybody. */
  end() {
    this.#send("end");
  }

  mute(on = true) {
    this.#send("mute", { on });
  }

  camera(on = true) {
    this.#send("camera", { on });
  }

  share(on = true) {
    this.#send("share", { on });
  }

  hand(on = true) {
    this.#send("hand", { on });
  }

  /** Removes the frame, and with it whoever is in the meeting. */
  close() {
    removeEventListener("message", this.#receive);
    this.#frame.remove();
  }

  /** @param {string} command @param {object} [fields] */
  #send(command, fields) {
    const message = { conference: command, ...fields };
    if (this.#isReady) this.#post(message);
    else this.#waiting.push(message);
  }

  /** @param {{conference?: string}} message */
  #post(message) {
    const target = this.#frame.contentWindow;
    const options = { targetOrigin: this.#origin };
    // A screen is shared where somebody clicked. In Chromium the click of this page can count for the frame.
    const delegate = message.conference === "share" && navigator.userActivation?.isActive ? { delegate: "display-capture" } : {};
    try {
      target?.postMessage(message, { ...options, ...delegate });
    } catch {
      target?.postMessage(message, options);
    }
  }

  /** @param {MessageEvent} event */
  #receive = ({ source, origin, data }) => {
    if (source !== this.#frame.contentWindow || origin !== this.#origin || typeof data?.conference !== "string") return;
    const { conference: type, ...detail } = data;
    if (type === "ready") {
      this.#isReady = true;
      for (const message of this.#waiting.splice(0)) this.#post(message);
    }
    this.dispatchEvent(new CustomEvent(type, { detail }));
  };
}

Object.assign(globalThis, { ConferenceCall });
