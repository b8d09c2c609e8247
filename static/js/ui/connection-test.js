import { gettext } from "../lib/gettext.js";
import { h, part, put, write } from "../lib/dom.js";

/**
 * A list of tests, each with its result and what to do about it, and a report to copy. Its button and list come with the page.
 *
 * Event: `test` when the person starts it. Attribute `data-state`: idle, running, done; on each step: running, good, bad, unknown.
 *
 * @typedef {{name: string, state: "running" | "good" | "bad" | "unknown", detail: string, remedy: string}} Step
 */
export class ConnectionTest extends HTMLElement {
  connectedCallback() {
    part(this, "[data-part=start]", HTMLButtonElement).addEventListener("click", () => this.dispatchEvent(new CustomEvent("test")));
  }

  /** @param {boolean} running */
  set running(running) {
    put(this, "data-state", running ? "running" : "done");
    const button = part(this, "[data-part=start]", HTMLButtonElement);
    button.disabled = running;
    put(button, "aria-busy", running ? "true" : null);
    part(this, "copy-button", HTMLElement).hidden = running;
  }

  /** @param {readonly Step[]} steps */
  set steps(steps) {
    part(this, "[data-part=steps]", HTMLElement).replaceChildren(...steps.map(row));
    put(part(this, "copy-button", HTMLElement), "value", report(steps));
  }

  /** @param {string} text */
  set summary(text) {
    write(part(this, "[data-part=summary]", HTMLElement), text);
  }
}

/** @param {Step} step */
function row({ name, state, detail, remedy }) {
  const words = h("span", { class: "trial-words" }, h("strong", {}, name), h("span", { class: "muted small" }, detail));
  if (remedy) words.append(h("span", { class: "small" }, remedy));
  return h("li", { class: "trial", "data-state": state }, h("span", { class: "badge", "data-tone": tone(state) }, verdict(state)), words);
}

/** @param {Step["state"]} state */
function tone(state) {
  return { running: "", good: "success", bad: "danger", unknown: "" }[state];
}

/** @param {Step["state"]} state */
function verdict(state) {
  return { running: gettext("Testing…"), good: gettext("Works"), bad: gettext("Does not work"), unknown: gettext("Not tested") }[state];
}

/** @param {readonly Step[]} steps */
function report(steps) {
  const lines = steps.map(({ name, state, detail, remedy }) => [`${name}: ${verdict(state)}`, detail, remedy].filter(Boolean).join(" – "));
  return [new Date().toISOString(), navigator.userAgent, ...lines].join("\n");
}

customElements.define("connection-test", ConnectionTest);
