/**
 * What a host can do with a person (see `person-actions.js`).
 *
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People } from "../signaling/people.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { Call } from "./call.js"
 * @import { HostForm } from "./host-form.js"
 * @import { Moderation } from "./moderation.js"
 * @import { Offer } from "./person-actions.js"
 * @import { RightsEditor } from "./rights-editor.js"
 */

import { gettext, interpolate } from "../lib/gettext.js";

/**
 * @typedef {object} Means
 * @property {Pick<SignalingClient, "send">} client
 * @property {Pick<People, "may" | "hands" | "limit">} people
 * @property {Pick<Call, "peers">} call
 * @property {Pick<Moderation, "stop">} moderation
 * @property {Pick<RightsEditor, "open">} rights
 * @property {Pick<HostForm, "has" | "post">} form
 * @property {Pick<CallNotices, "say" | "announce">} notices
 */

/** @param {Means} means @returns {Offer[]} */
export function hostActions(means) {
  return [
    stop(means, "microphone", "microphone-off", gettext("Mute for everyone"), gettext("%(name)s is muted for everyone.")),
    askToSpeak(means),
    giveTheFloor(means),
    stop(means, "camera", "camera-off", gettext("Turn off the camera"), gettext("The camera of %(name)s is off for everyone.")),
    stop(means, "screen", "screen", gettext("Stop the shared screen"), gettext("The screen of %(name)s is not shared any more.")),
    allow(means),
    changeRole(means),
  ];
}

/**
 * @param {Means} means
 * @param {"microphone" | "camera" | "screen"} use
 * @param {string} icon
 * @param {string} label
 * @param {string} done
 * @returns {Offer}
 */
const stop = ({ people, call, moderation, notices }, use, icon, label, done) => ({ person: { id, name, role }, isSelf }) => {
  if (isSelf || !people.may("restrict", role) || !call.peers.get(id)?.media[use]) return null;
  const run = () => {
    moderation.stop(use, [id]);
    notices.announce(interpolate(done, { name }));
  };
  return { icon, label, run };
};

/** @param {Means} means @returns {Offer} */
const askToSpeak = ({ client, people, call, notices }) => ({ person: { id, name, role }, isSelf }) => {
  const limit = people.limit(id, "microphone");
  if (isSelf || !people.may("ask", role) || call.peers.get(id)?.media.microphone || (limit && limit !== "stopped")) return null;
  return { icon: "microphone", label: gettext("Ask to turn on the microphone"), run: () => ask(client, notices, id, name) };
};

/** Lets somebody who has raised a hand speak. A restriction of everybody stays. @param {Means} means @returns {Offer} */
const giveTheFloor = ({ client, people, notices }) => ({ person: { id, name, role }, isSelf }) => {
  if (isSelf || !people.hands.includes(id) || !people.may("lower") || !people.may("ask", role)) return null;
  const limit = people.limit(id, "microphone");
  if (limit === "everyone") return null;
  const run = () => {
    client.send({ type: "lower", id });
    if (limit) client.send({ type: "free", use: "microphone", ids: [id] });
    ask(client, notices, id, name);
  };
  return { icon: "hand", label: gettext("Give the floor"), run };
};

/** @param {Means} means @returns {Offer} */
const allow = ({ people, rights }) => ({ person: { id, role }, isSelf }) =>
  isSelf || !people.may("restrict", role) ? null : { icon: "settings", label: gettext("Allow or forbid…"), run: () => rights.open(id) };

/** Who is a guest may have an account all the same: only the server knows. @param {Means} means @returns {Offer} */
const changeRole = ({ people, form, notices }) => ({ person: { id, name, role }, isSelf }) => {
  const isHost = role === "host";
  const may = isSelf ? isHost && people.may("demote") : people.may(isHost ? "demote" : "promote", role);
  if (!may || !form.has("role")) return null;
  const done = isHost ? gettext("%(name)s is no host any more.") : gettext("%(name)s is a host now.");
  const vain = gettext("%(name)s has no account, and cannot be a host.");
  const said = (/** @type {boolean} */ isDone) => notices.say(interpolate(isDone ? done : vain, { name }), { key: "role" });
  const failed = () => notices.say(gettext("This could not be changed. Try again."), { key: "role" });
  const run = () => form.post("role", { id, role: isHost ? "member" : "host" }).then(said, failed);
  const label = isSelf ? gettext("Step down as a host") : isHost ? gettext("Take the role of host away") : gettext("Make a host");
  return { icon: "people", label, run: () => void run() };
};

/** @param {Means["client"]} client @param {Means["notices"]} notices @param {string} id @param {string} name */
function ask(client, notices, id, name) {
  client.send({ type: "ask", id, use: "microphone" });
  notices.announce(interpolate(gettext("%(name)s is asked to turn on the microphone."), { name }));
}
