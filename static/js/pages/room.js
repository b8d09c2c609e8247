/**
 * The room page: green room, waiting, meeting, end, and again. The page and the media last until it is closed; a meeting from joining to
 * leaving.
 *
 * @import { Fact } from "../signaling/protocol.js"
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { Told } from "./lobby.js"
 */

import { certificates, connection, devices, first, local, page, preferences, room, ticket } from "./room-early.js";
import { Ignored } from "../chat/ignored.js";
import { claimDirectory } from "../files/tab.js";
import { systemClock } from "../lib/clock.js";
import { part, write } from "../lib/dom.js";
import { gettext, interpolate, ngettext } from "../lib/gettext.js";
import { Later } from "../lib/later.js";
import { Lazy } from "../lib/lazy.js";
import { listener } from "../lib/listen.js";
import { tidy } from "../lib/names.js";
import { storage } from "../lib/storage.js";
import { onWake } from "../lib/wake.js";
import { Level } from "../media/levels.js";
import { SoundOutput } from "../media/sound-output.js";
import { Meeting } from "../meeting/meeting.js";
import { Claim } from "../signaling/claim.js";
import { CallControls } from "../ui/call-controls.js";
import { CallNotices } from "../ui/call-notices.js";
import { GreenRoom } from "../ui/green-room.js";
import "../ui/copy-button.js";
import { DeviceControls } from "./device-controls.js";
import { isElsewhere } from "./elsewhere.js";
import { countDown, ending } from "./ending.js";
import { RoomNotice } from "./notice.js";
import { Views } from "./views.js";

/** When the page is drawn and the devices are opening: what is asked of the server before that delays whoever joins at once. */
const SETTLED_MS = 300;

const root = part(document, "main", HTMLElement);
const green = part(root, "green-room", GreenRoom);
const notices = part(root, "call-notices", CallNotices);
const controls = part(root, "call-controls", CallControls);
const shortcuts = part(root, "[data-part=shortcuts]", HTMLInputElement);

const { signal } = page;
const level = new Level({ AudioContext: globalThis.AudioContext });
const media = { devices, local, level };
const sound = new SoundOutput(storage("sessionStorage"));
const deviceControls = new DeviceControls({ root, ...media, sound, preferences, notices, green, signal });
const claim = new Claim({ locks: navigator.locks, signal });
const views = new Views(root);
const notice = new RoomNotice({ element: part(document, "site-notice", HTMLElement), clock: systemClock });
if (document.querySelector("local-time")) void import("../ui/local-time.js");
/** A key pair for as long as the page is open, made when it is needed. */
const signer = new Lazy(async () => (await import("../verification/keys.js")).makeSigner(crypto.subtle));
const ignored = new Ignored(storage("sessionStorage"), room.slug);
/** Tells the site in whose frame this page is, and obeys it. */
const embedding = room.frame?.site ? embed(room.frame.site) : null;
claimDirectory(storage("sessionStorage"), navigator.locks);

/** Of the meeting, or of the next one. */
let client = first;
/** @type {Meeting | null} */
let meeting = null;
/** The next meeting, made while the green room is shown, so that joining does not wait for it. @type {ReturnType<typeof make> | null} */
let next = null;
const preparation = new Later(() => void (meeting || (next ??= make())), signal);

start();

function start() {
  if (document.documentElement.hasAttribute("data-unsupported")) return page.abort();
  listen();
  useShortcuts(preferences.shortcuts);
  root.dataset.surface = preferences.surface;
  green.name = preferences.name;
  const held = ticket.get();
  if (held) void resume(held.id);
  else arrive();
}

function listen() {
  const on = listener(signal);
  on(green, "enter", ({ name, isSilent }) => enter(name, isSilent));
  for (const type of ["pointerenter", "pointerdown"])
    part(green, "[data-part=join]", HTMLElement).addEventListener(type, () => client.prepare(), { signal });
  shortcuts.addEventListener("change", () => useShortcuts(shortcuts.checked), { signal });
  root.addEventListener("click", ({ target }) => target instanceof Element && openDialog(target.closest("[data-opens]")), { signal });
  for (const button of root.querySelectorAll("[data-part=leave]")) button.addEventListener("click", () => client.leave(), { signal });
  part(root, "[data-view=left] a[href='']", HTMLElement).addEventListener("click", (event) => (event.preventDefault(), arrive()), { signal });
  onWake({ document, clock: systemClock, wall: () => Date.now(), signal, wake });
}

/** What a browser keeps back of a page that nobody looks at, it lets go now. */
function wake() {
  level.resume();
  meeting?.wake();
}

// The ways in

/** @param {string} id of the participant that this tab has, or the one that it is a copy of */
async function resume(id) {
  if (!(await claim.take(id))) return arrive({ elsewhere: true });
  if (!canConnect()) return refuse();
  begin(() => client.resume({ name: tidy(preferences.name) || undefined }));
  views.show("call");
}

/** The green room: from here on, one joins by asking to. */
function arrive({ elsewhere = false } = {}) {
  sound.turn(true);
  if (room.admission !== "barred") void deviceControls.open();
  part(green, "[data-part=elsewhere]", HTMLElement).hidden = !elsewhere;
  green.joining = false;
  green.waiting = false;
  views.show("green");
  green.focusFirst();
  green.elsewhere = false;
  requestAnimationFrame(() => preparation.ask());
  if (!elsewhere) systemClock.after(SETTLED_MS, () => meeting || void askElsewhere(), signal);
}

/** Joining with sound on two devices in one room makes an echo. */
async function askElsewhere() {
  green.elsewhere = Boolean(room.urls.elsewhere) && (await isElsewhere(room.urls.elsewhere, window));
}

/**
 * @param {string} name a guest's
 * @param {boolean} isSilent whether nothing is to be heard here, neither from others nor from us
 */
function enter(name, isSilent) {
  if (room.guest) preferences.name = name;
  if (!canConnect()) return refuse();
  sound.turn(!isSilent);
  if (isSilent) void local.turn("microphone", false);
  begin(() => client.join({ name: name || undefined }));
  green.joining = true;
}

/** There may be a constructor that only throws: switched off by whoever manages the device, or by an extension. */
function canConnect() {
  try {
    new RTCPeerConnection().close();
    return true;
  } catch {
    return false;
  }
}

function refuse() {
  next?.lifetime.abort();
  page.abort();
  part(root, "[data-lacks=webrtc]", HTMLElement).hidden = false;
  document.documentElement.setAttribute("data-unsupported", "");
  part(root, ".unsupported > h1", HTMLElement).focus();
}

// The meeting

function make() {
  const lifetime = new AbortController();
  const made = new Meeting({
    root, client, media, signer, sound, preferences, ignored, notices,
    name: room.name,
    certificates: () => certificates,
    signal: lifetime.signal,
  });
  return { made, lifetime };
}

/**
 * The request is sent first: if the meeting has not been made yet, it is made while the server answers.
 *
 * @param {() => void} join
 */
function begin(join) {
  join();
  const { made, lifetime } = next ?? make();
  [meeting, next] = [made, null];
  embedding?.then((one) => one.follow({ client, people: made.people, signal: lifetime.signal }));
  follow(client, made, lifetime);
}

/**
 * @param {SignalingClient} client
 * @param {Meeting} made
 * @param {AbortController} lifetime of the meeting
 */
function follow(client, made, lifetime) {
  const on = listener(lifetime.signal);
  notice.follow(client, lifetime.signal);
  /** The last fact that explains an end. @type {Fact | null} */
  let last = null;
  let isIn = false;
  /** Offers come before the layout of the call. */
  const arrival = new Later(() => views.show("call"), lifetime.signal);
  for (const type of ["welcomed", "waiting"]) on(client, type, settle);
  on(client, "welcomed", () => (isIn = true));
  on(client, "welcomed", () => made.offered.then(() => arrival.ask()));
  on(client, "waiting", () => wait());
  /** These come with `waiting`, before the script that shows them. @type {Told} */
  const told = {};
  for (const type of /** @type {const} */ (["hosted", "lobby"])) on(client, type, (fact) => (told[type] = fact));
  const lobby = new Lazy(async () => {
    const { Lobby } = await import("./lobby.js");
    lifetime.signal.throwIfAborted();
    return new Lobby({ form: part(green, "form[data-while=waiting]", HTMLFormElement), client, told, signal: lifetime.signal });
  });
  const wait = () => {
    views.show("waiting");
    green.waiting = true;
    lobby.get().catch(() => {});
  };
  for (const type of ["denied", "removed", "refused"]) on(client, type, (fact) => (last = fact));
  // A join that was not understood would be tried again and again.
  on(client, "refused", ({ code }) => code === "invalid" && !isIn && (client.leave(), views.show("broken")));
  on(client, "state", ({ state, code }) => {
    if (state !== "idle" && state !== "closed") return;
    lifetime.abort();
    meeting = null;
    if (state === "idle") arrive();
    else end(code, last, isIn);
  });
}

/** @param {{id: string}} fact */
function settle({ id }) {
  claim.hold(id);
  void deviceControls.open();
}

/**
 * @param {number | undefined} code
 * @param {Fact | null} last
 * @param {boolean} wasIn
 */
function end(code, last, wasIn) {
  claim.release();
  deviceControls.close();
  client = connection();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  notices.replaceChildren();
  const words = last?.type === "denied" && last.reason !== "denied" ? last.reason : "";
  write(part(root, "[data-part=words]", HTMLElement), words);
  const reason = ending(code, last, wasIn);
  embedding?.then((one) => one.end(reason));
  views.show(reason);
  if (last?.type === "refused" && last.seconds) countDown(last.seconds, showWait, systemClock, signal);
}

/** @param {number} seconds */
function showWait(seconds) {
  const text = seconds
    ? interpolate(ngettext("You can ask again in %(count)s second.", "You can ask again in %(count)s seconds.", seconds), { count: seconds })
    : gettext("You can ask again now.");
  write(part(root, "[data-part=wait]", HTMLElement), text);
}

/** @param {string} site */
async function embed(site) {
  const { embedding } = await import("../meeting/embedding.js");
  return embedding({ root, site, local, signal });
}

// Dialogs

/** @param {boolean} on */
function useShortcuts(on) {
  preferences.shortcuts = on;
  controls.listensToKeys = on;
  shortcuts.checked = on;
}

/** @param {Element | null} opener */
function openDialog(opener) {
  const dialog = document.getElementById(opener?.getAttribute("data-opens") ?? "");
  if (dialog?.popover) return dialog.showPopover();
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  if (dialog.id === "connection") void prepareTest();
  dialog.showModal();
}

/** Few people test their connection: the script of it is fetched for those who do. */
const test = new Lazy(async () => {
  const { ConnectionTest, Preflight } = await import("../preflight/connection-test.js");
  const places = { socket: room.socket, ice: room.urls.ice ?? "", capacity: room.capacity };
  return new Preflight({ element: part(root, "connection-test", ConnectionTest), places, local, signal });
});

async function prepareTest() {
  try {
    await test.get();
  } catch {
    notices.say(gettext("The test could not be loaded. Check your connection, then open it again."));
  }
}
