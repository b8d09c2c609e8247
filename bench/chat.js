/**
 * Notes in a page of the product when a message was sent and when its row had been shown, in ms since 1970 to fractions, and when the
 * chat's channel opened first. With `opensChat` the page opens the panel as soon as it can.
 */
{
  const now = () => performance.timeOrigin + performance.now();
  /** @type {{opened: number, sent: Record<string, number>, shown: Record<string, number>, complete: number, wanted: number}} */
  const times = { opened: 0, sent: {}, shown: {}, complete: 0, wanted: Infinity };
  Object.assign(window, { chatTimes: times });

  const native = RTCPeerConnection.prototype.createDataChannel;
  RTCPeerConnection.prototype.createDataChannel = function (label, options) {
    const channel = native.call(this, label, options);
    if (label === "chat") channel.addEventListener("open", () => (times.opened ||= now()));
    return channel;
  };

  document.addEventListener("keydown", ({ key, target }) => {
    if (key === "Enter" && target instanceof HTMLTextAreaElement) times.sent[target.value] = now();
  }, true);

  /** @param {() => void} note called when the next frame has been shown */
  const onceShown = (note) => requestAnimationFrame(() => setTimeout(note));

  const look = () => {
    const last = document.querySelector("chat-panel li:last-child");
    const text = last?.querySelector(".chat-text")?.textContent;
    if (text && !(text in times.shown)) onceShown(() => (times.shown[text] ??= now()));
    if (Number(last?.getAttribute("aria-setsize")) >= times.wanted) onceShown(() => (times.complete ||= now()));
    const button = document.querySelector("call-controls [data-command=chat][aria-pressed=false]:not([hidden])");
    if (Reflect.get(window, "opensChat") && button instanceof HTMLElement && button.checkVisibility()) button.click();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributeFilter: ["hidden", "aria-setsize"] });
}
