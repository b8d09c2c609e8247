import { dialogTitle } from "../lib/dialog-title.js";
import { h, put, write } from "../lib/dom.js";
import { gettext, interpolate, ngettext } from "../lib/gettext.js";
import { writeName } from "../lib/name-label.js";
import { tidy } from "../lib/names.js";

/**
 * Opens breakout rooms, and shows those that are open: who is where, ways there, a message to all, and their end. Whoever is no host chooses
 * a room.
 *
 * Events: `divide` {names, how, people, seconds, back, late}, `move` {place, id}, `gather` {seconds}, `broadcast` {text}.
 *
 * @import { ShownName } from "../lib/names.js"
 * @import { Breakout } from "../signaling/protocol.js"
 * @typedef {{id: string, place: string, help: boolean, shown: ShownName}} Row a participant
 * @typedef {object} DialogState
 * @property {readonly Breakout[]} rooms
 * @property {string} place where one is
 * @property {readonly Row[]} people everybody as far as one may know
 * @property {boolean} hosts whether one opens and closes rooms
 * @property {boolean} chooses whether one may choose a room
 * @property {string} left how long; "" if that is open
 * @property {number | null} seconds
 */

const FEWEST = 2;
const MOST = 20;
const MINUTE = 60;
/** So many seconds are added at once. */
const MORE = 5 * MINUTE;

export class BreakoutDialog extends HTMLElement {
  #count = h("input", {
    type: "number", name: "count", id: "breakout-count", min: String(FEWEST), max: String(MOST), value: "2",
    required: true, inputmode: "numeric",
  });
  #names = h("div", { class: "breakout-names" });
  #how = ways();
  #placed = h("fieldset", { class: "breakout-placed", hidden: true }, h("legend", {}, gettext("Who goes where")));
  #minutes = h("input", { type: "number", id: "breakout-minutes", min: "1", max: "1440", inputmode: "numeric" });
  #back = h("input", { type: "checkbox", checked: true });
  #late = h(
    "select",
    { id: "breakout-late" },
    option("main", gettext("Stays in the main room")),
    option("even", gettext("Goes to the room with the fewest people")),
  );
  #plan = h("form", { class: "form breakout-plan" });
  #rooms = h("ul", { class: "breakout-rooms", role: "list" });
  #text = h("input", { id: "breakout-text", maxlength: "500", autocomplete: "off", required: true, dir: "auto" });
  #speech = h("form", { class: "breakout-speech" });
  #left = h("span", { class: "muted" });
  #end = h("div", { class: "dialog-actions" });
  #more = h("button", { type: "button", class: "button" }, gettext("Five more minutes"));
  #live = h("div", { class: "breakout-live" });
  #dialog = h("dialog", { class: "dialog", "aria-labelledby": "breakouts-title", closedby: "any" });
  /** @type {DialogState} */
  #state = { rooms: [], place: "", people: [], hosts: false, chooses: false, left: "", seconds: null };
  /** What the list of rooms was made of. */
  #made = "";

  connectedCallback() {
    if (this.firstChild) return;
    this.#makePlan();
    this.#makeLive();
    const title = dialogTitle(h("h2", { id: "breakouts-title", tabindex: "-1" }, gettext("Breakout rooms")));
    this.#dialog.append(h("div", { class: "dialog-body" }, title, this.#plan, this.#live));
    this.append(this.#dialog);
  }

  open() {
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** @param {DialogState} state */
  set state(state) {
    const wasOpen = this.#state.rooms.length > 0;
    this.#state = state;
    const isOpen = state.rooms.length > 0;
    this.#plan.hidden = isOpen || !state.hosts;
    this.#live.hidden = !isOpen;
    if (this.#dialog.open && !isOpen && (wasOpen || !state.hosts)) this.#dialog.close();
    this.#speech.hidden = this.#end.hidden = !state.hosts;
    this.#more.hidden = state.seconds === null;
    write(this.#left, state.left);
    this.#showRooms();
    this.#showPlaced();
  }

  // To open rooms

  #makePlan() {
    const body = [
      field("breakout-count", gettext("How many rooms"), this.#count),
      h("details", { class: "breakout-naming" }, h("summary", {}, gettext("Names of the rooms")), this.#names),
      this.#how,
      this.#placed,
      field("breakout-minutes", gettext("For how many minutes"), this.#minutes, gettext("Empty: until you close them.")),
      h("label", { class: "field-check" }, this.#back, h("span", {}, gettext("Everybody may go back to the main room by themselves"))),
      field("breakout-late", gettext("Who joins later"), this.#late),
      h("div", { class: "dialog-actions" }, h("button", { class: "button button-primary" }, gettext("Open the rooms"))),
    ];
    this.#plan.append(...body);
    this.#count.addEventListener("input", () => this.#showNames());
    this.#plan.addEventListener("change", () => this.#showPlaced());
    this.#plan.addEventListener("submit", (event) => (event.preventDefault(), this.#divide()));
    this.#showNames();
  }

  #showNames() {
    const count = Math.min(MOST, Math.max(FEWEST, Number(this.#count.value) || FEWEST));
    while (this.#names.childElementCount > count) this.#names.lastElementChild?.remove();
    while (this.#names.childElementCount < count) {
      const name = roomName(this.#names.childElementCount + 1);
      this.#names.append(h("input", { "aria-label": name, placeholder: name, value: name, maxlength: "64", autocomplete: "off", dir: "auto" }));
    }
    this.#showPlaced();
  }

  /** All different. An empty name, or one that is there already, becomes a number: its place, or the next one that is free. */
  get #chosen() {
    const typed = [...this.#names.querySelectorAll("input")].map(({ value }) => tidy(value));
    const isFirst = typed.map((name, index) => name !== "" && typed.indexOf(name) === index);
    const taken = new Set(typed);
    return typed.map((name, index) => (isFirst[index] ? name : numbered(index + 1, taken)));
  }

  get #way() {
    return this.#how.querySelector("input:checked")?.getAttribute("value") ?? "even";
  }

  /** A choice of room for each person, while they are placed by hand. What was chosen stays. */
  #showPlaced() {
    const isByHand = this.#way === "hand" && !this.#plan.hidden;
    this.#placed.hidden = !isByHand;
    this.#late.disabled = this.#way === "choice";
    if (!isByHand) return;
    const names = this.#chosen;
    const before = this.#hand;
    const rows = this.#state.people.map(({ id, shown }, index) => {
      const select = h(
        "select",
        { "data-id": id, id: `breakout-of-${index}` },
        option("", gettext("Main room")),
        ...names.map((name, number) => option(String(number), name)),
      );
      select.value = before.get(id) ?? "";
      if (select.selectedIndex < 0) select.value = "";
      const label = h("label", { for: `breakout-of-${index}`, class: "person-name" }, named(shown));
      return h("div", { class: "breakout-person" }, label, select);
    });
    const made = JSON.stringify([names, this.#state.people.map(({ id, shown }) => [id, shown.name])]);
    if (this.#placed.dataset.made === made) return;
    this.#placed.dataset.made = made;
    this.#placed.replaceChildren(h("legend", {}, gettext("Who goes where")), ...rows);
  }

  /** The number of the room that was chosen for each person, or "". */
  get #hand() {
    return new Map([...this.#placed.querySelectorAll("select")].map((select) => [select.dataset.id ?? "", select.value]));
  }

  #divide() {
    const names = this.#chosen;
    const how = this.#way;
    const placed = [...this.#hand].filter(([, number]) => number !== "" && Number(number) < names.length);
    const people = how === "hand" ? Object.fromEntries(placed.map(([id, number]) => [id, Number(number)])) : undefined;
    this.#emit("divide", {
      names,
      how,
      people,
      seconds: (Number(this.#minutes.value) || 0) * MINUTE,
      back: this.#back.checked,
      late: this.#late.value,
    });
  }

  // While they are open

  #makeLive() {
    const label = h("label", { for: "breakout-text" }, gettext("Say something to all rooms"));
    this.#speech.append(
      h("div", { class: "field" }, label, h("div", { class: "breakout-line" }, this.#text, h("button", { class: "button" }, gettext("Send")))),
    );
    this.#speech.addEventListener("submit", (event) => (event.preventDefault(), this.#speak()));
    const minute = h("button", { type: "button", class: "button" }, gettext("Close in a minute"));
    const now = h("button", { type: "button", class: "button button-danger" }, gettext("Close now"));
    this.#more.addEventListener("click", () => this.#emit("gather", { seconds: (this.#state.seconds ?? 0) + MORE }));
    minute.addEventListener("click", () => this.#emit("gather", { seconds: MINUTE }));
    now.addEventListener("click", () => this.#emit("gather", { seconds: 0 }));
    this.#end.append(this.#left, this.#more, minute, now);
    this.#live.append(this.#rooms, this.#speech, this.#end);
  }

  #speak() {
    const text = this.#text.value.trim();
    if (!text) return;
    this.#emit("broadcast", { text });
    this.#text.value = "";
  }

  /** Made anew only if something in it is another: the focus stays. */
  #showRooms() {
    const { rooms, place, people, hosts, chooses } = this.#state;
    const made = JSON.stringify([rooms, place, hosts, chooses, hosts ? people : []]);
    if (this.#made === made) return;
    this.#made = made;
    const focused = document.activeElement?.getAttribute("data-focus");
    const all = [{ id: "", name: gettext("Main room") }, ...rooms];
    this.#rooms.replaceChildren(...(rooms.length ? all.map((room) => this.#room(room, all)) : []));
    const again = focused && this.#rooms.querySelector(`[data-focus="${focused}"]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /** @param {Breakout} room @param {readonly Breakout[]} all */
  #room({ id, name }, all) {
    const { place, people, hosts, chooses } = this.#state;
    const here = hosts ? people.filter((one) => one.place === id) : [];
    const count = hosts
      ? h("span", { class: "muted" }, interpolate(ngettext("%(count)s person", "%(count)s people", here.length), { count: here.length }))
      : null;
    const go = h(
      "button",
      { type: "button", class: "button button-small", "data-focus": `go ${id}` },
      id === place ? gettext("You are here") : gettext("Go there"),
    );
    put(
      go,
      "aria-label",
      id === place ? interpolate(gettext("You are in %(room)s"), { room: name }) : interpolate(gettext("Go to %(room)s"), { room: name }),
    );
    go.disabled = id === place || !(hosts || chooses);
    go.addEventListener("click", () => this.#emit("move", { place: id }));
    const header = h("div", { class: "breakout-room" }, h("h3", {}, h("bdi", {}, name)), count, go);
    return h("li", {}, header, here.length ? h("ul", { role: "list" }, ...here.map((one) => this.#person(one, all))) : null);
  }

  /** @param {Row} row @param {readonly Breakout[]} all */
  #person({ id, place, help, shown }, all) {
    const name = h("span", { class: "person-name" }, named(shown));
    const select = h(
      "select",
      { "aria-label": interpolate(gettext("Room of %(name)s"), { name: shown.name }), "data-focus": `move ${id}` },
      ...all.map((room) => option(room.id, room.name)),
    );
    select.value = place;
    select.addEventListener("change", () => this.#emit("move", { id, place: select.value }));
    return h("li", { class: "breakout-person" }, name, help ? h("span", { class: "badge breakout-help" }, gettext("Asks for help")) : null, select);
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function ways() {
  const way = (/** @type {string} */ value, /** @type {string} */ text, isChecked = false) =>
    h("label", { class: "field-check" }, h("input", { type: "radio", name: "how", value, checked: isChecked }), h("span", {}, text));
  return h(
    "fieldset",
    { class: "breakout-ways" },
    h("legend", {}, gettext("How people come into the rooms")),
    way("even", gettext("By chance, in rooms of even size; hosts stay"), true),
    way("choice", gettext("Everybody chooses"), false),
    way("hand", gettext("I choose for everybody"), false),
  );
}

/** @param {number} number */
function roomName(number) {
  return interpolate(gettext("Room %(number)s"), { number });
}

/** @param {number} number at least @param {Set<string>} taken names; the new one is added @returns {string} */
function numbered(number, taken) {
  const name = roomName(number);
  if (taken.has(name)) return numbered(number + 1, taken);
  taken.add(name);
  return name;
}

/** @param {string} id @param {string} text @param {HTMLElement} input @param {string} [help] */
function field(id, text, input, help) {
  return h("div", { class: "field" }, h("label", { for: id }, text), input, help ? h("p", { class: "field-help" }, help) : null);
}

/** @param {string} value @param {string} text */
function option(value, text) {
  return h("option", { value, dir: "auto" }, text);
}

/** A name that begins where the names above it do, whatever its direction. @param {ShownName} shown */
function named(shown) {
  const element = h("bdi");
  writeName(element, shown);
  return element;
}

customElements.define("breakout-dialog", BreakoutDialog);
