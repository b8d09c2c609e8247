/**
 * What a host can do with everybody: a row of buttons at the top of the list of people, the same in the menu of the bar, and a key. What a
 * host can do with one person is in `host-actions.js`.
 *
 * @import { SignalingClient } from "../signaling/client.js"
 * @import { People } from "../signaling/people.js"
 * @import { CallControls } from "../ui/call-controls.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { PeoplePanel } from "../ui/people-panel.js"
 * @import { Action } from "../ui/person-menu.js"
 * @import { HostForm } from "./host-form.js"
 * @import { Moderation } from "./moderation.js"
 * @import { RightsEditor } from "./rights-editor.js"
 */

import { h, icon, part } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";
import { isHost } from "../signaling/protocol.js";
import { PersonMenu } from "../ui/person-menu.js";
import { QuestionDialog } from "../ui/question-dialog.js";

/** By command: the right that it needs. */
const COMMANDS = /** @type {const} */ ([["mute-all", "restrict"], ["end-all", "end"]]);

export class HostTools {
  #client;
  #people;
  #controls;
  #moderation;
  #rights;
  #form;
  #notices;
  #menu = new PersonMenu();
  #question = new QuestionDialog();
  #row;
  /** In the menu of the bar. @type {HTMLElement[]} */
  #items;

  /**
   * @param {object} options
   * @param {HTMLElement} options.root
   * @param {Pick<SignalingClient, "send">} options.client
   * @param {EventTarget & Pick<People, "may" | "present" | "room">} options.people
   * @param {CallControls} options.controls
   * @param {PeoplePanel} options.panel
   * @param {Pick<Moderation, "stop">} options.moderation
   * @param {Pick<RightsEditor, "open">} options.rights
   * @param {Pick<HostForm, "toggleLock" | "has">} options.form
   * @param {CallNotices} options.notices
   * @param {AbortSignal} options.signal
   */
  constructor({ root, client, people, controls, panel, moderation, rights, form, notices, signal }) {
    this.#client = client;
    this.#people = people;
    this.#controls = controls;
    this.#moderation = moderation;
    this.#rights = rights;
    this.#form = form;
    this.#notices = notices;
    const [muteAll, more] = [button(icon("microphone-off"), gettext("Mute all")), button(icon("more"), gettext("Tools for hosts"))];
    muteAll.addEventListener("click", () => this.obey("mute-all"));
    more.addEventListener("click", () => this.#open(more));
    this.#row = h("div", { class: "host-tools", role: "group", "aria-label": gettext("Tools for hosts"), hidden: true }, muteAll, more);
    this.#items = [
      item("mute-all", icon("microphone-off"), gettext("Mute all"), "x"),
      item("end-all", icon("leave"), gettext("End the meeting for everybody…")),
    ];
    part(panel, ".panel-title", HTMLElement).after(this.#row);
    part(controls, "#more", HTMLElement).append(...this.#items);
    root.append(this.#menu, this.#question);
    people.addEventListener("change", () => this.#show(), { signal });
    signal.addEventListener("abort", () => [this.#row, this.#menu, this.#question, ...this.#items].forEach((element) => element.remove()));
    this.#show();
  }

  /** @param {string} command of the bar */
  obey(command) {
    if (command === "mute-all" && this.#people.may("restrict"))
      this.#stop("microphone", gettext("Everybody but hosts is muted. Everybody can turn on their microphone again."));
    if (command === "end-all" && this.#people.may("end")) this.#askToEnd();
  }

  #show() {
    this.#row.hidden = !this.#people.may("restrict");
    for (const [command, right] of COMMANDS) this.#controls.offer(command, this.#people.may(right));
    if (this.#menu.isOpen) this.#menu.shown = this.#shown();
  }

  /** @param {HTMLElement} opener */
  #open(opener) {
    this.#menu.shown = this.#shown();
    this.#menu.open(opener);
  }

  #shown() {
    return { label: gettext("Tools for hosts"), actions: this.#actions() };
  }

  /** @returns {(Action | null)[]} */
  #actions() {
    return [
      {
        icon: "camera-off",
        label: gettext("Turn off all cameras"),
        run: () => this.#stop("camera", gettext("All cameras but those of hosts are off.")),
      },
      {
        icon: "screen",
        label: gettext("Stop all shared screens"),
        run: () => this.#stop("screen", gettext("Only hosts still share a screen, if any.")),
      },
      this.#form.has("uses") ? { icon: "settings", label: gettext("Allow or forbid for everybody…"), run: () => this.#rights.open() } : null,
      this.#people.may("lock") && this.#form.has("uses")
        ? { icon: "lock", label: gettext("Lock the meeting"), on: this.#people.room?.locked ?? false, run: () => this.#form.toggleLock() }
        : null,
      this.#people.may("end") ? { icon: "leave", label: gettext("End the meeting for everybody…"), run: () => this.#askToEnd() } : null,
    ];
  }

  /** Stops everybody but hosts, although an owner could stop hosts, too. @param {"microphone" | "camera" | "screen"} use @param {string} done */
  #stop(use, done) {
    const ids = [...this.#people.present.values()].filter(({ role }) => !isHost(role)).map(({ id }) => id);
    if (!ids.length) return this.#notices.say(gettext("Nobody but hosts is here."), { key: "stopped" });
    this.#moderation.stop(use, ids);
    this.#notices.say(done, { key: "stopped" });
  }

  #askToEnd() {
    const run = () => void this.#client.send({ type: "end" });
    this.#question.ask({
      question: gettext("End the meeting for everybody?"),
      text: gettext("Everybody leaves at once. The room stays, and people can come back."),
      verb: gettext("End the meeting"),
      run,
    });
  }
}

/** @param {SVGElement} face @param {string} label */
function button(face, label) {
  return h("button", { type: "button", class: "button button-small" }, face, label);
}

/** @param {string} command @param {SVGElement} face @param {string} label @param {string} [key] */
function item(command, face, label, key) {
  const names = { "data-command": command, "data-key": key, "aria-keyshortcuts": key };
  const popover = { popovertarget: "more", popovertargetaction: "hide" };
  return h("button", { type: "button", class: "menu-item", ...names, ...popover, hidden: true }, face, label);
}
