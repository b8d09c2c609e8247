/**
 * One tab stop for a list whose items have controls of their own. Arrow up and down, Home and End move between the items; Enter or arrow
 * right into the controls of one, arrow left and Escape out of them; Escape on an item leaves the list. This is the roving `tabindex` of the
 * ARIA Authoring Practices Guide (Developing a Keyboard Interface). The items and their controls come with `tabindex="-1"`.
 */

const CONTROLS = "a[href], button:not([hidden])";

/** @typedef {HTMLElement | null | undefined} Place */

export class RovingFocus {
  #list;
  #earlier;
  #leave;
  /** @type {Place} */
  #stop = null;

  /**
   * @param {object} options
   * @param {HTMLElement} options.list of which each child is an item
   * @param {() => void} options.earlier one has reached the first item: more may be shown before it
   * @param {() => void} options.leave
   */
  constructor({ list, earlier, leave }) {
    this.#list = list;
    this.#earlier = earlier;
    this.#leave = leave;
    list.addEventListener("focusin", ({ target }) => this.#rest(this.#item(target)));
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  /** The items have changed: one of them, the last if need be, can be reached by Tab. */
  update() {
    this.#rest(this.#stop?.parentElement === this.#list ? this.#stop : this.#last);
  }

  /** @returns {Place} */
  get #last() {
    return /** @type {Place} */ (this.#list.lastElementChild);
  }

  /** @param {EventTarget | null} target @returns {Place} */
  #item(target) {
    return /** @type {HTMLElement[]} */ ([...this.#list.children]).find((item) => target instanceof Node && item.contains(target));
  }

  /** @param {Place} item */
  #rest(item) {
    if (item === this.#stop) return;
    if (this.#stop) this.#stop.tabIndex = -1;
    if (item) item.tabIndex = 0;
    this.#stop = item;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const item = this.#item(event.target);
    if (!item || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing) return;
    if (event.key === "Escape" && event.target === item) this.#leave();
    else if (!this.#move(event.key, item, /** @type {HTMLElement} */ (event.target))) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {string} key @param {HTMLElement} item @param {HTMLElement} from @returns {boolean} whether the key is one of ours */
  #move(key, item, from) {
    const places = [item, .../** @type {NodeListOf<HTMLElement>} */ (item.querySelectorAll(CONTROLS))];
    const place = places.indexOf(from);
    if (key === "Enter" && place > 0) return false;
    /** @type {Record<string, () => Place>} */
    const ways = {
      ArrowUp: () => this.#before(item),
      ArrowDown: () => /** @type {Place} */ (item.nextElementSibling),
      Home: () => /** @type {Place} */ (this.#list.firstElementChild),
      End: () => this.#last,
      Enter: () => places[1],
      ArrowRight: () => places[place + 1],
      ArrowLeft: () => places[place - 1],
      Escape: () => item,
    };
    if (!Object.hasOwn(ways, key)) return false;
    ways[key]()?.focus();
    return true;
  }

  /** @param {HTMLElement} item @returns {Place} */
  #before(item) {
    if (!item.previousElementSibling) this.#earlier();
    return /** @type {Place} */ (item.previousElementSibling);
  }
}
