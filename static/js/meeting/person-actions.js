/**
 * What one can do with a person, in the order in which it is shown. An action is a function that gives its label and what it does, or null
 * where it does not apply. A new one is a function here and its line in {@link personActions}.
 *
 * @import { Ignored } from "../chat/ignored.js"
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People, Person } from "../signaling/people.js"
 * @import { Action } from "../ui/person-menu.js"
 * @import { RemovalDialog } from "../ui/removal-dialog.js"
 * @import { VideoTile } from "../ui/video-tile.js"
 * @import { Call } from "./call.js"
 * @import { ChatLoader } from "./chat-loader.js"
 * @import { FilesLoader } from "./files-loader.js"
 * @import { Stage } from "./stage/stage.js"
 * @import { Voices } from "./voices.js"
 * @typedef {{person: Person, isSelf: boolean, tile: VideoTile | undefined}} Subject
 * @typedef {(subject: Subject) => Action | null} Offer
 */

import { gettext } from "../lib/gettext.js";
import { refuseFiles, sendFiles } from "./file-actions.js";

/**
 * @param {object} options
 * @param {Pick<SignalingClient, "send">} options.client
 * @param {Pick<People, "may" | "hands" | "hasChat">} options.people
 * @param {Pick<Call, "spotlit">} options.call
 * @param {Pick<Stage, "act">} options.stage
 * @param {Pick<ChatLoader, "message" | "pickFor">} options.chat
 * @param {Pick<FilesLoader, "unwanted">} options.files
 * @param {Ignored} options.ignored
 * @param {Voices} options.voices
 * @param {boolean} options.setsVolume whether this browser can
 * @param {Pick<RemovalDialog, "ask">} options.removal
 * @param {readonly Offer[]} options.ofHosts what hosts can do besides (`host-actions.js`)
 * @returns {Offer[]}
 */
export function personActions({ client, people, call, stage, chat, files, ignored, voices, setsVolume, removal, ofHosts }) {
  return [
    pin(stage),
    mute(voices),
    ...(setsVolume ? [volume(voices)] : []),
    message(people, chat),
    sendFiles(people, chat),
    ignore(people, ignored),
    refuseFiles(people, files),
    ...ofHosts,
    spotlight(people, call, stage),
    lowerHand(people, client),
    remove(people, removal),
  ];
}

/** @param {Pick<Stage, "act">} stage @returns {Offer} */
const pin = (stage) => ({ tile }) => {
  if (!tile) return null;
  const isPinned = "pinned" in tile.dataset;
  return { icon: isPinned ? "unpin" : "pin", label: isPinned ? gettext("Unpin") : gettext("Pin"), run: () => stage.act("pin", tile) };
};

/** @param {Voices} voices @returns {Offer} */
const mute = (voices) => ({ person: { id }, isSelf }) => {
  const { isMuted } = voices.of(id);
  return isSelf ? null : { icon: "sound-off", label: gettext("Mute for me"), on: isMuted, run: () => voices.set(id, { isMuted: !isMuted }) };
};

/** @param {Voices} voices @returns {Offer} */
const volume = (voices) => ({ person: { id }, isSelf }) =>
  isSelf ? null : { icon: "sound", label: gettext("Volume for me"), value: voices.of(id).volume, run: (value) => voices.set(id, { volume: value }) };

/** @param {Pick<People, "hasChat">} people @param {Pick<ChatLoader, "message">} chat @returns {Offer} */
const message = (people, chat) => ({ person: { id }, isSelf }) =>
  isSelf || !people.hasChat ? null : { icon: "chat", label: gettext("Write a private message"), run: () => chat.message(id) };

/** @param {Pick<People, "hasChat">} people @param {Ignored} ignored @returns {Offer} */
const ignore = (people, ignored) => ({ person: { id }, isSelf }) => {
  const on = ignored.has(id);
  return isSelf || !people.hasChat ? null : { icon: "chat", label: gettext("Ignore in the chat"), on, run: () => ignored.set(id, !on) };
};

/** @param {Pick<People, "may">} people @param {Pick<Call, "spotlit">} call @param {Pick<Stage, "act">} stage @returns {Offer} */
const spotlight = (people, call, stage) => ({ person: { id }, isSelf, tile }) => {
  if (!tile || !people.may("spotlight")) return null;
  const on = "spotlit" in tile.dataset && call.spotlit.includes(id);
  return {
    icon: "spotlight",
    label: isSelf ? gettext("Spotlight me for everyone") : gettext("Spotlight for everyone"),
    on,
    run: () => stage.act("spotlight", tile),
  };
};

/** @param {Pick<People, "may" | "hands">} people @param {Pick<SignalingClient, "send">} client @returns {Offer} */
const lowerHand = (people, client) => ({ person: { id }, isSelf }) => {
  if (isSelf || !people.hands.includes(id) || !people.may("lower")) return null;
  return { icon: "hand", label: gettext("Lower hand"), run: () => void client.send({ type: "lower", id }) };
};

/** @param {Pick<People, "may">} people @param {Pick<RemovalDialog, "ask">} removal @returns {Offer} */
const remove = (people, removal) => ({ person: { id, name, role }, isSelf }) => {
  if (isSelf || !people.may("remove", role)) return null;
  return { icon: "remove", label: gettext("Remove from the meeting…"), run: () => removal.ask({ id, name, bannable: people.may("ban", role) }) };
};
