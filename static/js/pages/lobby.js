/**
 * What whoever waits is told, and the note that they can leave for the hosts. Loaded with the first `waiting`.
 *
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { Hosted, Lobby as LobbyFact } from "../signaling/protocol.js"
 * @typedef {{hosted?: Hosted, lobby?: LobbyFact}} Told the last of each
 */

import { part, write } from "../lib/dom.js";
import { gettext, interpolate, ngettext } from "../lib/gettext.js";
import { listener } from "../lib/listen.js";

export class Lobby {
  #form;
  #client;
  #told;
  /** What the hosts were told. */
  #note = "";

  /** @param {{form: HTMLFormElement, client: EventTarget & Pick<SignalingClient, "send">, told: Told, signal: AbortSignal}} options */
  constructor({ form, client, told, signal }) {
    this.#form = form;
    this.#client = client;
    this.#told = { ...told };
    const on = listener(signal);
    on(client, "hosted", (hosted) => this.#hear({ hosted }));
    on(client, "lobby", (lobby) => this.#hear({ lobby }));
    // Whoever waits anew, because the server has lost who waited, has no note there.
    on(client, "waiting", () => this.#note && client.send({ type: "note", text: this.#note }));
    on(client, "refused", ({ code }) => this.#complain(code));
    form.addEventListener("submit", (event) => this.#send(event), { signal });
    signal.addEventListener("abort", () => form.reset());
    this.#say("");
    this.#show();
  }

  /** @param {Told} news */
  #hear(news) {
    Object.assign(this.#told, news);
    this.#show();
  }

  #show() {
    const { hosted, lobby } = this.#told;
    if (hosted) write(this.#part("hosted"), prospect(hosted.hosted, lobby));
    write(this.#part("place"), lobby ? place(lobby.place) : "");
    // A server of the release before takes no notes.
    this.#part("note").hidden = !lobby;
  }

  /** @param {SubmitEvent} event */
  #send(event) {
    event.preventDefault();
    const text = part(this.#form, "input", HTMLInputElement).value.trim();
    if (text === this.#note) return;
    this.#note = text;
    const isSent = this.#client.send({ type: "note", text });
    if (!isSent) return this.#say(gettext("There is no connection to the server. Your note is sent when it is back."));
    this.#say(text ? gettext("Hosts who are here, and those who come, see your note.") : gettext("Your note is taken back."));
  }

  /** @param {string} code */
  #complain(code) {
    if (code !== "flood" && code !== "invalid") return;
    this.#note = "";
    this.#say(
      code === "flood"
        ? gettext("That was too often. Wait a few seconds, then send your note again.")
        : gettext("This note cannot be sent. Use one line of ordinary characters."),
    );
  }

  /** @param {string} text */
  #say(text) {
    write(this.#part("noted"), text);
  }

  /** @param {string} name */
  #part(name) {
    return part(this.#form, `[data-part=${name}]`, HTMLElement);
  }
}

/**
 * When one comes in.
 *
 * @param {boolean} hosted whether a host is in the meeting
 * @param {LobbyFact | undefined} lobby
 */
function prospect(hosted, lobby) {
  const isTimed = lobby?.opens === "time" && lobby.at !== undefined;
  const time = isTimed ? moment(lobby.at ?? 0) : "";
  if (hosted && isTimed)
    return interpolate(gettext("A host in the meeting sees that you are here. You come in when they let you in, and at the latest here: %(time)s."), {
      time,
    });
  if (hosted) return gettext("A host in the meeting sees that you are here. You come in as soon as they let you in.");
  if (isTimed)
    return interpolate(gettext("No host is in the meeting now. You come in at this time, or when a host lets you in before: %(time)s."), { time });
  if (lobby?.opens === "host")
    return gettext("No host is in the meeting now. You come in as soon as the first host is there; you can leave this page open.");
  return gettext("No host is in the meeting now. You come in when a host arrives and lets you in; you can leave this page open.");
}

/** @param {number} at Unix time */
function moment(at) {
  return new Intl.DateTimeFormat(document.documentElement.lang || undefined, { dateStyle: "medium", timeStyle: "short" }).format(at * 1000);
}

/** @param {number} number from 1 */
function place(number) {
  const before = number - 1;
  if (before < 1) return gettext("You are the first of those who wait.");
  return interpolate(ngettext("%(count)s person waits before you.", "%(count)s people wait before you.", before), { count: before });
}
