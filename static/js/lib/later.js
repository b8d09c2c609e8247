/**
 * Work that runs once in a task of its own, however often it was requested before. Unlike a timer, it is not throttled while the page is
 * hidden.
 */
export class Later {
  #channel = new MessageChannel();
  #isAsked = false;

  /**
   * @param {() => void} work
   * @param {AbortSignal} signal ends it
   */
  constructor(work, signal) {
    this.#channel.port1.onmessage = () => {
      this.#isAsked = false;
      work();
    };
    signal.addEventListener("abort", () => this.#channel.port1.close(), { once: true });
  }

  ask() {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#channel.port2.postMessage(null);
  }
}
