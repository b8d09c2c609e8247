/**
 * What one can do about files with one person: *Send files*, and *Refuse files*, after which nothing that they offer is fetched or shown as
 * something to get.
 *
 * @import { People } from "../signaling/people.js"
 * @import { ChatLoader } from "./chat-loader.js"
 * @import { FilesLoader } from "./files-loader.js"
 * @import { Offer } from "./person-actions.js"
 */

import { gettext } from "../lib/gettext.js";

/** @param {Pick<People, "hasChat">} people @param {Pick<ChatLoader, "pickFor">} chat @returns {Offer} */
export const sendFiles = (people, chat) => ({ person: { id }, isSelf }) =>
  isSelf || !people.hasChat ? null : { icon: "attach", label: gettext("Send files"), run: () => void chat.pickFor(id) };

/** @param {Pick<People, "hasChat">} people @param {Pick<FilesLoader, "unwanted">} files @returns {Offer} */
export const refuseFiles = (people, { unwanted }) => ({ person: { id }, isSelf }) => {
  const on = unwanted.has(id);
  return isSelf || !people.hasChat ? null : { icon: "file", label: gettext("Refuse files"), on, run: () => unwanted.set(id, !on) };
};
