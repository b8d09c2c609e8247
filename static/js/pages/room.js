/**
 * The room page: green room, waiting, call, end. The only page that knows both the mesh and the elements.
 *
 * @import { Fact } from "../signaling/protocol.js"
 */

import { certificates, client, devices, local, page, preferences, room, ticket } from "./room-early.js";
import { systemClock } from "../lib/clock.js";
import { part, write } from "../lib/dom.js";
import { onGesture } from "../lib/gestures.js";
import { gettext, interpolate, ngettext } from "../lib/gettext.js";
import { Later } from "../lib/later.js";
import { listener } from "../lib/listen.js";
import { tidy } from "../lib/names.js";
import { onWake } from "../lib/wake.js";
import { keepAwake } from "../media/wake-lock.js";
import { Level } from "../media/levels.js";
import { Fanout } from "../rtc/encoding/fanout.js";
import { Claim } from "../signaling/claim.js";
import { People } from "../signaling/people.js";
import { CallControls } from "../ui/call-controls.js";
import { CallNotices } from "../ui/call-notices.js";
import { keepFocus } from "../ui/focus-keeper.js";
import { GreenRoom } from "../ui/green-room.js";
import { PeoplePanel } from "../ui/people-panel.js";
import { QualityCard } from "../ui/quality-card.js";
import { RoomGraph } from "../ui/room-graph.js";
import { PictureWindow } from "../ui/picture-window.js";
import { TileGrid } from "../ui/tile-grid.js";
import { TilePager } from "../ui/tile-pager.js";
import "../ui/copy-button.js";
import { Call } from "../meeting/call.js";
import { DeviceControls } from "./device-controls.js";
import { countDown, ending } from "./ending.js";
import { SocketStatus } from "../meeting/socket-status.js";
import { Lock } from "../meeting/lock.js";
import { Quality } from "../meeting/quality.js";
import { Removal } from "../meeting/removal.js";
import { DataSaverMenu } from "../meeting/data-saver-menu.js";
import { Stage } from "../meeting/stage/stage.js";
import { DataSaver } from "../preferences/data-saver.js";
import { Tiles } from "../meeting/stage/tiles.js";
import { Views } from "./views.js";

const root = part(document, "main", HTMLElement);
const green = part(root, "green-room", GreenRoom);
const notices = part(root, "call-notices", CallNotices);
const panel = part(root, "people-panel", PeoplePanel);
const controls = part(root, "call-controls", CallControls);
const shortcuts = part(root, "[data-part=shortcuts]", HTMLInputElement);
const sound = part(root, "[data-part=sound]", HTMLButtonElement);

const { signal } = page;
const on = listener(signal);
const { locks, wakeLock } = navigator;

const level = new Level({ AudioContext: globalThis.AudioContext });
const deviceControls = new DeviceControls({ root, devices, local, level, preferences, notices, green, signal });
const claim = new Claim({ locks, signal });
new SocketStatus({ element: part(root, "[data-part=line]", HTMLElement), client, network: window, clock: systemClock, signal });
const people = new People(client, signal);
const views = new Views(root);
const grid = part(root, "tile-grid", TileGrid);
const pictures = new PictureWindow();
const tiles = new Tiles({ grid, pictures, signal });
const stage = new Stage({ grid, pager: part(root, "tile-pager", TilePager), controls, tiles, pictures, preferences, notices, signal });
const dataSaver = new DataSaver(preferences);
const card = part(root, "quality-card", QualityCard);
const graph = part(panel, "room-graph", RoomGraph);
const quality = new Quality({ people, tiles, card, graph, room: part(panel, "[data-part=headroom]", HTMLElement), notices, clock: systemClock, signal });

const fanout = Fanout.make();
signal.addEventListener("abort", () => fanout?.close());
new DataSaverMenu({ root, dataSaver, local, notices, signal });
new Call({ client, people, local, level, tiles, stage, panel, notices, quality, dataSaver, fanout, certificates: () => certificates, network: window, signal });

new Removal({ panel, client, notices, network: window, signal });

const lock = root.querySelector("form[data-part=lock]");
if (lock instanceof HTMLFormElement) new Lock({ form: lock, people, notices, network: window, signal });

/** Offers come before the layout of the call. */
const arrival = new Later(() => views.show("call"), signal);

/** The last fact that explains an end. @type {Fact | null} */
let last = null;

start();

function start() {
  if (document.documentElement.hasAttribute("data-unsupported")) return page.abort();
  listen();
  useShortcuts(preferences.shortcuts);
  green.name = preferences.name;
  tiles.sink = devices.preferred("speaker");
  const held = ticket.get();
  if (held) void resume(held.id);
  else arrive();
}

/** @param {string} id of the participant that this tab has, or the one that it is a copy of */
async function resume(id) {
  if (!(await claim.take(id))) return arrive({ elsewhere: true });
  if (!canConnect()) return refuse();
  views.show("call");
  client.resume({ name: tidy(preferences.name) || undefined });
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
  page.abort();
  part(root, "[data-lacks=webrtc]", HTMLElement).hidden = false;
  document.documentElement.setAttribute("data-unsupported", "");
  part(root, ".unsupported > h1", HTMLElement).focus();
}

/** The green room: from here on, one joins by asking to. */
function arrive({ elsewhere = false } = {}) {
  if (room.admission !== "barred") void deviceControls.open();
  part(green, "[data-part=elsewhere]", HTMLElement).hidden = !elsewhere;
  views.show("green");
  green.focusFirst();
}

function listen() {
  on(green, "enter", ({ name }) => enter(name));
  for (const type of ["pointerenter", "pointerdown"]) part(green, "[data-part=join]", HTMLElement).addEventListener(type, () => client.prepare(), { signal });
  onWake({ document, clock: systemClock, wall: () => Date.now(), signal, wake });
  on(client, "state", follow);
  for (const type of ["welcomed", "waiting"]) on(client, type, settle);
  on(client, "welcomed", () => arrival.ask());
  client.addEventListener("welcomed", () => keepAwake({ document, wakeLock, signal }), { once: true, signal });
  on(client, "waiting", () => views.show("waiting"));
  on(client, "hosted", showHosted);
  on(client, "locked", ({ locked }) => notices.announce(locked ? gettext("The meeting is locked") : gettext("The meeting is unlocked")));
  for (const type of ["denied", "removed", "refused"]) on(client, type, explain);
  on(people, "change", showRoom);
  on(people, "knocked", ({ participant }) => void announceKnock(participant));
  keepFocus({ root, refuge: () => part(controls, "button", HTMLElement), signal });
  on(controls, "command", ({ command }) => commands[command]?.());
  on(panel, "close", () => togglePanel(false));
  on(deviceControls, "speaker", (id) => (tiles.sink = id));
  on(devices, "change", () => (tiles.sink = devices.preferred("speaker")));
  root.addEventListener("blocked", () => (sound.hidden = false), { signal });
  root.addEventListener("unsinkable", () => notices.say(gettext("The speaker that you chose cannot be used now. Sound comes from another one."), { key: "speaker" }), { signal });
  onGesture(document, playSound, signal);
  shortcuts.addEventListener("change", () => useShortcuts(shortcuts.checked), { signal });
  root.addEventListener("click", ({ target }) => target instanceof Element && openDialog(target.closest("[data-opens]")), { signal });
  for (const button of root.querySelectorAll("[data-part=leave]")) button.addEventListener("click", () => client.leave(), { signal });
}

/** @param {string} name a guest's */
function enter(name) {
  if (room.guest) preferences.name = name;
  if (!canConnect()) return refuse();
  green.joining = true;
  client.join({ name: name || undefined });
}

/**
 * A join that was not understood would be tried again and again.
 *
 * @param {Fact} fact
 */
function explain(fact) {
  last = fact;
  if (fact.type !== "refused" || fact.code !== "invalid" || people.self) return;
  client.leave();
  views.show("broken");
}

/** @param {{hosted: boolean}} fact */
function showHosted({ hosted }) {
  const text = hosted
    ? gettext("A host in the meeting sees that you are here. You come in as soon as they let you in.")
    : gettext("No host is in the meeting now. You come in when a host arrives and lets you in; you can leave this page open.");
  write(part(root, "[data-part=hosted]", HTMLElement), text);
}

/** @param {{id: string}} fact */
function settle({ id }) {
  claim.hold(id);
  void deviceControls.open();
}

/** @type {Record<string, () => void>} */
const commands = {
  people: () => togglePanel(Boolean(panel.hidden)),
  leave: () => client.leave(),
  audio: () => dataSaver.toggle("audio"),
  save: () => dataSaver.toggle("save"),
  notify: () => void Notification.requestPermission().then(showRoom),
};

/** Without the script the notice and the title have to do. @param {{name: string}} participant */
async function announceKnock({ name }) {
  const text = interpolate(gettext("%(name)s would like to come in"), { name });
  const { AudioContext, Notification } = globalThis;
  await import("../meeting/doorbell.js").then(({ ring }) => ring(text, { AudioContext, Notification, document }), () => {});
}

/** @param {boolean} on */
function useShortcuts(on) {
  preferences.shortcuts = on;
  controls.listensToKeys = on;
  shortcuts.checked = on;
}

/** @param {boolean} open */
function togglePanel(open) {
  panel.hidden = !open;
  controls.press("people", open);
  if (open) part(panel, "[tabindex='-1']", HTMLElement).focus();
  else if (!document.activeElement?.checkVisibility()) part(controls, "[data-command=people]", HTMLElement).focus();
}

/** @param {Element | null} opener */
function openDialog(opener) {
  const dialog = document.getElementById(opener?.getAttribute("data-opens") ?? "");
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  if (dialog.id === "connection") void prepareTest();
  dialog.showModal();
}

/** @type {Promise<void> | null} */
let test = null;

/** Few people test their connection: the script of it is fetched for those who do. */
async function prepareTest() {
  const places = { socket: room.socket, ice: room.urls.ice ?? "", capacity: room.capacity };
  test ??= import("../preflight/connection-test.js").then(({ ConnectionTest, Preflight }) => {
    new Preflight({ element: part(root, "connection-test", ConnectionTest), places, local, signal });
  });
  try {
    await test;
  } catch {
    test = null;
    notices.say(gettext("The test could not be loaded. Check your connection, then open it again."));
  }
}

async function playSound() {
  if (!sound.hidden) sound.hidden = await tiles.play();
}

/** What a browser keeps back of a page that nobody looks at, it lets go now. */
function wake() {
  client.check();
  level.resume();
  void tiles.play();
}

function showRoom() {
  const count = people.present.size;
  const [waits] = people.waiting.values();
  const title = waits ? gettext("%(person)s would like to come in · %(name)s") : gettext("%(name)s (%(count)s)");
  document.title = interpolate(title, { name: room.name, count, person: waits?.name });
  part(controls, "[data-command=notify]", HTMLElement).hidden = globalThis.Notification?.permission !== "default" || !people.may("admit");
  for (const element of root.querySelectorAll("[data-part=count]")) write(element, String(count));
  root.toggleAttribute("data-alone", count === 1);
  root.toggleAttribute("data-locked", people.room?.locked ?? false);
  part(controls, "[data-part=knocks]", HTMLElement).hidden = people.waiting.size === 0;
}

/** @param {{state: string, code?: number}} status */
function follow({ state, code }) {
  if (state === "idle") arrive();
  if (state === "closed") end(code);
}

/** @param {number | undefined} code */
function end(code) {
  page.abort();
  level.close();
  document.title = room.name;
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  notices.replaceChildren();
  views.show(ending(code, last));
  if (last?.type === "refused" && last.seconds) countDown(last.seconds, showWait, systemClock, new AbortController().signal);
}

/** @param {number} seconds */
function showWait(seconds) {
  const text = seconds
    ? interpolate(ngettext("You can ask again in %(count)s second.", "You can ask again in %(count)s seconds.", seconds), { count: seconds })
    : gettext("You can ask again now.");
  write(part(root, "[data-part=wait]", HTMLElement), text);
}
