/**
 * What the room page asks the browser for before the page is there: the devices that were on the last time, a socket, and a certificate
 * for all peer connections. These take longer than the rest of the page. Nothing here needs an element of the page but its data.
 *
 * @typedef {{slug: string, name: string, link: string, socket: string, person: string, guest: boolean, role: string,
 *   admission: "enter" | "knock" | "barred", locked: boolean, capacity: number, urls: Record<string, string>,
 *   frame?: Frame}} RoomData `frame`: in a page for a frame of another site
 * @import { Frame } from "../signaling/frame-cookie.js"
 */

import { storage } from "../lib/storage.js";
import { Devices } from "../media/devices.js";
import { LocalMedia } from "../media/local-media.js";
import { Preferences } from "../preferences/preferences.js";
import { makeCertificates } from "../rtc/signal/certificates.js";
import { SignalingClient } from "../signaling/client.js";
import { frameCookie } from "../signaling/frame-cookie.js";
import { Ticket } from "../signaling/ticket.js";

const { mediaDevices, permissions } = navigator;

export const room = /** @type {RoomData} */ (JSON.parse(document.getElementById("room-data")?.textContent ?? ""));
/** Ends when the page turns out to be of no use in this browser. */
export const page = new AbortController();
const kept = storage("localStorage");
export const preferences = new Preferences(kept);
export const devices = new Devices({ mediaDevices, storage: kept, signal: page.signal });
export const local = new LocalMedia({ mediaDevices, permissions, devices, signal: page.signal });
const cookie = room.frame && frameCookie(room.slug, room.frame, kept);
export const ticket = new Ticket(storage("sessionStorage"), room.slug);

/** @returns {SignalingClient} for one meeting */
export const connection = () => new SignalingClient({ url: room.socket, storage: ticket, cookie, network: window });
export const first = connection();

/** @type {RTCCertificate[]} */
export let certificates = [];

// Whoever has a ticket may have it from another tab: then nothing is opened unasked.
if (room.admission !== "barred" && !ticket.get()) {
  first.prepare();
  void local.open(preferences.inputs);
}
void makeCertificates().then((made) => (certificates = made), () => {});
