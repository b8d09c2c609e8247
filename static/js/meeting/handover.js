/**
 * Asks the last host who leaves whether the member who has been here longest shall host. Nobody becomes a host by staying.
 *
 * @import { People } from "../signaling/people.js"
 * @import { CallNotices } from "../ui/call-notices.js"
 * @import { HostForm } from "./host-form.js"
 */

import { gettext, interpolate } from "../lib/gettext.js";
import { QuestionDialog } from "../ui/question-dialog.js";

export class Handover {
  #people;
  #form;
  #notices;
  #question = new QuestionDialog();

  /**
   * @param {{root: HTMLElement, people: Pick<People, "heir">, form: Pick<HostForm, "has" | "post">, notices: Pick<CallNotices, "say">,
   *   signal: AbortSignal}} options
   */
  constructor({ root, people, form, notices, signal }) {
    this.#people = people;
    this.#form = form;
    this.#notices = notices;
    root.append(this.#question);
    signal.addEventListener("abort", () => this.#question.remove());
  }

  /** @param {() => void} leave */
  ask(leave) {
    const heir = this.#people.heir;
    if (!heir || !this.#form.has("role")) return leave();
    const { id, name } = heir;
    const failed = () => this.#notices.say(gettext("This could not be changed. Try again."), { key: "role" });
    this.#question.ask({
      question: gettext("Who hosts when you have left?"),
      text: interpolate(gettext("You are the last host here. Of the members, %(name)s has been here longest."), { name }),
      verb: interpolate(gettext("Make %(name)s a host, and leave"), { name }),
      run: () => void this.#form.post("role", { id, role: "host" }).then(leave, failed),
      other: { verb: gettext("Only leave"), run: leave },
    });
  }
}
