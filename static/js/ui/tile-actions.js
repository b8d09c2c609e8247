import { gettext, interpolate } from "../lib/gettext.js";
import { h, icon, put } from "../lib/dom.js";

/**
 * What one can do with a tile: buttons that it shows while one points at it, or it has the focus.
 *
 * Event, bubbling: `act` {action, opener}, `opener` being the button.
 *
 * @typedef {"pin" | "spotlight" | "picture" | "enlarge" | "more"} TileAction `more`: what else one can do with the person
 * @typedef {{name: string, pinned: boolean, spotlit: boolean, offered: readonly TileAction[]}} ActionState
 *   `name`: of the tile; `spotlit`: by oneself
 */
export class TileActions extends HTMLElement {
  /** @type {Map<TileAction, HTMLButtonElement>} */
  #buttons = new Map();

  connectedCallback() {
    if (this.#buttons.size) return;
    for (const action of /** @type {const} */ (["pin", "spotlight", "picture", "enlarge", "more"])) this.append(this.#button(action));
  }

  /** @param {ActionState} state */
  set state({ name, pinned, spotlit, offered }) {
    const pressed = new Map([["pin", pinned], ["spotlight", spotlit]]);
    for (const [action, button] of this.#buttons) {
      button.hidden = !offered.includes(action);
      put(button, "aria-label", interpolate(labels()[action], { name }));
      if (pressed.has(action)) put(button, "aria-pressed", String(pressed.get(action)));
    }
  }

  /** @param {TileAction} action */
  #button(action) {
    const button = h("button", { type: "button", title: titles()[action] }, icon(action));
    button.addEventListener("click", () => this.dispatchEvent(new CustomEvent("act", { detail: { action, opener: button }, bubbles: true })));
    this.#buttons.set(action, button);
    return button;
  }
}

/** @returns {Record<TileAction, string>} */
function titles() {
  return {
    pin: gettext("Pin"),
    spotlight: gettext("Spotlight for everyone"),
    picture: gettext("Picture in picture"),
    enlarge: gettext("Full screen"),
    more: gettext("More"),
  };
}

/** @returns {Record<TileAction, string>} */
function labels() {
  return {
    pin: gettext("Pin %(name)s"),
    spotlight: gettext("Spotlight %(name)s for everyone"),
    picture: gettext("Picture in picture: %(name)s"),
    enlarge: gettext("Full screen: %(name)s"),
    more: gettext("Actions for %(name)s"),
  };
}

customElements.define("tile-actions", TileActions);
