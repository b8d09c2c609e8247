import { h, icon, write } from "../lib/dom.js";
import { gettext } from "../lib/gettext.js";

/**
 * Shows a picture or a PDF that somebody sent, in a dialog. A picture is drawn and runs nothing. A PDF is shown in a frame by the browser's
 * own viewer, which is isolated from the page (`docs/decisions/pdf-in-the-browsers-viewer.md`). The type is the one that we give, never one
 * that is guessed.
 */
export class FilePreview extends HTMLElement {
  #title = h("h2", { id: "file-preview-title", dir: "auto" });
  #place = h("div", { class: "file-preview-place" });
  #dialog = h("dialog", { class: "dialog file-preview", "aria-labelledby": "file-preview-title" });
  #url = "";

  connectedCallback() {
    if (this.childElementCount) return;
    const close = h(
      "button",
      { type: "button", class: "button button-quiet button-icon button-small", "aria-label": gettext("Close"), title: gettext("Close") },
      icon("close"),
    );
    close.addEventListener("click", () => this.#dialog.close());
    this.#dialog.append(h("div", { class: "dialog-body" }, h("header", { class: "dialog-title" }, this.#title, close), this.#place));
    this.#dialog.addEventListener("close", () => this.#clear());
    this.append(this.#dialog);
  }

  disconnectedCallback() {
    this.#clear();
  }

  /**
   * @param {Blob} file
   * @param {string} name
   * @param {string} type one that `isShown` permits
   */
  show(file, name, type) {
    this.#clear();
    this.#url = URL.createObjectURL(file.slice(0, file.size, type));
    write(this.#title, name);
    this.#place.replaceChildren(type === "application/pdf" ? this.#document(name) : this.#picture(name));
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** @param {string} name */
  #picture(name) {
    const picture = h("img", { src: this.#url, alt: name });
    picture.addEventListener("error", () =>
      picture.replaceWith(h("p", { role: "status" }, gettext("This picture cannot be shown. Save it to look at it."))),
    );
    return picture;
  }

  /** @param {string} name */
  #document(name) {
    return h("iframe", { src: this.#url, title: name });
  }

  /** Nothing of it stays in memory. */
  #clear() {
    this.#place.replaceChildren();
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = "";
  }
}

customElements.define("file-preview", FilePreview);
