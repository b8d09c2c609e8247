/**
 * A page full of guests who speak the product's own signaling and mesh, but are pairs only with those who are measured, not with each
 * other. Their microphones are off until one speaks, their pictures are small, and pictures that come are never decoded.
 *
 * @import { Box } from "../../../static/js/rtc/model/demand.js"
 * @import { Envelope } from "../../../static/js/signaling/protocol.js"
 * @import { Change } from "../../../static/js/signaling/people.js"
 * @import { Glance } from "./glance.js"
 */

import { demand } from "../../../static/js/rtc/model/demand.js";
import { Mesh } from "../../../static/js/rtc/mesh.js";
import { makeCertificates } from "../../../static/js/rtc/signal/certificates.js";
import { SignalingClient } from "../../../static/js/signaling/client.js";
import { People } from "../../../static/js/signaling/people.js";

const MEASURED = /^Person /;
const SIZE = { width: 320, height: 180 };
const RATE = 15;
const OFF = { microphone: false, camera: false, screen: false, sound: false };
const LOUDNESS = 0.3;

const glance = new Worker(new URL("./glance.js", import.meta.url), { type: "module" });
/** @type {Guest[]} */
const guests = [];
/** Of all of them. @type {{camera: MediaStreamTrack | null, voice: MediaStreamTrack | null}} */
const tracks = { camera: null, voice: null };

/** Whatever pictures it receives are looked at only in passing (glance.js): a transform that comes later than this is not taken notice of. */
class Connection extends RTCPeerConnection {
  /**
   * @override
   * @param {MediaStreamTrack | string} of
   * @param {RTCRtpTransceiverInit} [init]
   */
  addTransceiver(of, init) {
    const transceiver = super.addTransceiver(of, init);
    const { receiver } = transceiver;
    if (receiver.track.kind === "video") receiver.transform = new RTCRtpScriptTransform(glance);
    return transceiver;
  }
}

class Guest {
  #client;
  #people;
  #certificates;
  #media = OFF;
  /** @type {Mesh | null} */
  #mesh = null;

  /**
   * @param {string} name
   * @param {string} url
   * @param {RTCCertificate[]} certificates
   */
  constructor(name, url, certificates) {
    this.name = name;
    this.#client = new SignalingClient({ url, storage: { get: () => null, set() {}, clear() {} } });
    this.#people = new People(this.#client, new AbortController().signal);
    this.#certificates = certificates;
    this.#client.addEventListener("signal", (event) => {
      const { from, ...envelope } = /** @type {CustomEvent<Envelope & {from: string}>} */ (event).detail;
      void this.#mesh?.accept(from, envelope);
    });
    this.#people.addEventListener("change", (event) => this.#follow(/** @type {CustomEvent<Change>} */ (event).detail));
    this.#client.join({ name });
  }

  /** How many of those who are measured it is connected to. */
  get connected() {
    return [...(this.#mesh?.peers.values() ?? [])].filter(({ state }) => state === "connected").length;
  }

  /**
   * @param {"camera" | "microphone"} slot
   * @param {MediaStreamTrack} track
   */
  turnOn(slot, track) {
    this.#media = { ...this.#media, [slot]: true };
    void this.#mesh?.setTrack(slot, track);
    this.#mesh?.setMedia(this.#media);
  }

  leave() {
    this.#client.leave();
    this.#mesh?.close();
  }

  /**
   * @param {string} name of somebody who is measured
   * @param {Box | null} camera how large they are shown, or null
   * @param {boolean} speaking
   */
  look(name, camera, speaking) {
    const one = [...this.#people.present.values()].find((participant) => participant.name === name);
    if (one) this.#mesh?.want(one.id, demand({ camera, screen: null, speaking, saving: "none", density: 1 }));
  }

  /** @param {Change} change */
  #follow(change) {
    this.#mesh ??= this.#make();
    void this.#mesh.reconcile([...this.#people.present.values()].filter(({ name }) => MEASURED.test(name)), change);
  }

  #make() {
    const send = (/** @type {string} */ to, /** @type {Envelope} */ envelope) => void this.#client.send({ type: "signal", to, ...envelope });
    const mesh = new Mesh({ id: this.#people.self, send, ice: this.#people.ice, certificates: this.#certificates, RTCPeerConnection: Connection });
    mesh.setMedia(this.#media);
    return mesh;
  }
}

function camera() {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, SIZE);
  const context = canvas.getContext("2d");
  const draw = () => {
    if (!context) return;
    context.fillStyle = `hsl(${Math.random()}turn 50% 50%)`;
    context.fillRect(Math.random() * SIZE.width, Math.random() * SIZE.height, 60, 60);
  };
  setInterval(draw, 1000 / RATE);
  const [track] = canvas.captureStream(RATE).getVideoTracks();
  if (!track) throw new Error("no track");
  return track;
}

/** Of somebody who does not stop. */
function microphone() {
  const context = new AudioContext();
  const [voice, gain, end] = [context.createOscillator(), context.createGain(), context.createMediaStreamDestination()];
  gain.gain.value = LOUDNESS;
  voice.connect(gain).connect(end);
  voice.start();
  const [track] = end.stream.getAudioTracks();
  if (!track) throw new Error("no track");
  return track;
}

/** @returns {Promise<Glance[]>} what has come so far */
function glances() {
  return new Promise((resolve) => {
    glance.addEventListener("message", ({ data }) => resolve(data), { once: true });
    glance.postMessage(null);
  });
}

/** @param {string} slug @returns {Promise<string>} where the room's socket is; whoever has been on its page is a guest */
async function door(slug) {
  const page = new DOMParser().parseFromString(await (await fetch(`/${slug}`)).text(), "text/html");
  return JSON.parse(page.querySelector("#room-data")?.textContent ?? "").socket;
}

Object.assign(window, {
  crowd: {
    /** @param {[string, number, number]} which room; the number of the first; how many */
    async enter([slug, first, count]) {
      const url = await door(slug);
      const certificates = await makeCertificates();
      for (let number = first; number < first + count; number++) guests.push(new Guest(`Guest ${number}`, url, certificates));
    },
    /** @param {number} count whether everybody is connected to so many */
    connected: (count) => guests.every(({ connected }) => connected === count),
    /** The one who came last. */
    leave: () => guests.pop()?.leave(),
    turnOn() {
      const track = (tracks.camera ??= camera());
      for (const guest of guests) guest.turnOn("camera", track);
    },
    /** @param {boolean} speaking @returns {string | undefined} the name of the one who does, or falls silent */
    speak(speaking) {
      const track = (tracks.voice ??= microphone());
      track.enabled = speaking;
      const [guest] = guests;
      guest?.turnOn("microphone", track);
      return guest?.name;
    },
    glances,
    /** @param {[string, Box | null, boolean, number]} what as in `Guest.look`; and how many of them look, the others do not */
    look([name, box, speaking, viewers]) {
      guests.forEach((guest, index) => guest.look(name, index < viewers ? box : null, speaking));
    },
  },
});
