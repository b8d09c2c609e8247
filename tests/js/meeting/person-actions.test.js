import { equal, test } from "../harness.js";
import { Ignored } from "../../../static/js/chat/ignored.js";
import { KeptIds } from "../../../static/js/lib/kept-ids.js";
import { shownName } from "../../../static/js/lib/names.js";
import { personActions } from "../../../static/js/meeting/person-actions.js";
import { PersonMenus } from "../../../static/js/meeting/person-menus.js";
import { Voices } from "../../../static/js/meeting/voices.js";
import { VideoTile } from "../../../static/js/ui/video-tile.js";

/**
 * Alice's page, in a meeting with Bob, a member, and Carol, a guest with a raised hand.
 *
 * @param {import("../harness.js").Stage} stage
 * @param {Record<string, string[]>} rights
 */
function alice({ element, signal }, rights = {}, { hasChat = true, setsVolume = true } = {}) {
  /** @type {any[]} */
  const done = [];
  const somebody = (/** @type {string} */ id, /** @type {any} */ role) =>
    /** @type {any} */ ([id, { id, role, link: "attached", ...shownName({ name: id, role }) }]);
  /** @type {any} */
  const people = Object.assign(new EventTarget(), {
    self: "alice",
    present: new Map([somebody("alice", "host"), somebody("bob", "member"), somebody("carol", "guest")]),
    hands: ["carol"],
    hasChat,
    may: (/** @type {string} */ right, /** @type {string} */ role) => Boolean(rights[right]) && (role === undefined || rights[right].includes(role)),
  });
  const all = new Map(["self", "bob", "carol"].map((key) => [key, new VideoTile()]));
  element.append(...all.values());
  const tiles = /** @type {any} */ (Object.assign(new EventTarget(), { all, of: (/** @type {string} */ key) => all.get(key) }));
  const stage = {
    act: (/** @type {string} */ action, /** @type {any} */ tile) => {
      done.push([action, [...all].find(([, one]) => one === tile)?.[0]]);
      if (action === "pin") tile.pinned = !("pinned" in tile.dataset);
    },
  };
  const options = {
    client: { send: (/** @type {any} */ message) => Boolean(done.push(message)) },
    call: { spotlit: [] },
    chat: {
      message: (/** @type {string} */ id) => void done.push(["chat", id]),
      pickFor: async (/** @type {string} */ id) => void done.push(["files", id]),
    },
    files: { unwanted: new KeptIds({ getItem: () => null, setItem: () => {} }, "refused-files") },
    ignored: new Ignored({ getItem: () => null, setItem: () => {} }, "room"),
    voices: new Voices({ tiles, signal }),
    removal: { ask: (/** @type {any} */ person) => void done.push(person) },
  };
  const menus = new PersonMenus({
    root: element,
    people,
    tiles,
    offers: personActions({ ...options, people, stage, setsVolume, ofHosts: [] }),
    signal,
  });
  const opener = element.appendChild(document.createElement("button"));
  const menu = /** @type {HTMLElement} */ (element.querySelector("person-menu"));
  const open = (/** @type {string} */ id) => {
    menus.open(id, opener);
    return [...menu.querySelectorAll(".menu-item:not([hidden])")].map(({ textContent }) => textContent);
  };
  const press = (/** @type {string} */ label) => [...menu.querySelectorAll("button")].find(({ textContent }) => textContent === label)?.click();
  return { people, done, menu, open, press };
}

const HOST = { spotlight: [], lower: [], remove: ["member", "guest"], ban: ["guest"] };

test("everybody can pin somebody, hear them otherwise, and write to them", (stage) => {
  const { open } = alice(stage);
  equal(open("carol"), ["Pin", "Mute for me", "Volume for me", "Write a private message", "Send files", "Ignore in the chat", "Refuse files"]);
});

test("a host can do more", (stage) => {
  const { open } = alice(stage, HOST);
  equal(open("carol"), [
    "Pin", "Mute for me", "Volume for me", "Write a private message", "Send files", "Ignore in the chat",
    "Refuse files", "Spotlight for everyone", "Lower hand", "Remove from the meeting…",
  ]);
  equal(open("bob").slice(7), ["Spotlight for everyone", "Remove from the meeting…"]);
});

test("with oneself one can do less", (stage) => {
  const { open } = alice(stage, HOST);
  equal(open("alice"), ["Pin", "Spotlight me for everyone"]);
});

test("what server and browser cannot do is not offered", (stage) => {
  const { open } = alice(stage, {}, { hasChat: false, setsVolume: false });
  equal(open("bob"), ["Pin", "Mute for me"]);
});

test("each does it with the person whose menu it is", (stage) => {
  const { open, press, done } = alice(stage, HOST);
  open("bob");
  press("Write a private message");
  open("bob");
  press("Send files");
  open("carol");
  press("Lower hand");
  open("carol");
  press("Remove from the meeting…");
  open("bob");
  press("Remove from the meeting…");
  open("alice");
  press("Pin");
  equal(done, [
    ["chat", "bob"],
    ["files", "bob"],
    { type: "lower", id: "carol" },
    { id: "carol", name: "Guest carol", bannable: true },
    { id: "bob", name: "bob", bannable: false },
    ["pin", "self"],
  ]);
  equal(open("alice")[0], "Unpin");
});

test("a switch shows what it did at once", (stage) => {
  const { open, press, menu } = alice(stage);
  open("bob");
  press("Mute for me");
  equal(menu.querySelector("[role=switch]")?.getAttribute("aria-checked"), "true");
  open("carol");
  equal(menu.querySelector("[role=switch]")?.getAttribute("aria-checked"), "false");
});

test("an open menu follows the meeting, and closes when the person goes", (stage) => {
  const { people, open, menu } = alice(stage, HOST);
  open("carol");
  const change = () => people.dispatchEvent(new CustomEvent("change", { detail: {} }));
  const labels = () => [...menu.querySelectorAll(".menu-item:not([hidden])")].map(({ textContent }) => textContent);
  people.hands = [];
  change();
  equal(labels().includes("Lower hand"), false);
  people.present.delete("carol");
  change();
  equal(menu.matches(":popover-open"), false);
  open("carol");
  equal(menu.matches(":popover-open"), false);
});
