/**
 * Names what a browser lacks for a meeting, before anything else runs. A classic script in the JavaScript of 2009, because older browsers
 * cannot read the page's modules. What counts as missing is what `docs/browsers.md` lists.
 */

(function () {
  "use strict";
  /** @type {Record<string, boolean>} */
  var has = {
    webrtc: typeof window.RTCPeerConnection === "function",
    cookies: isFramed() || keepsCookies(),
    websocket: typeof window.WebSocket === "function",
    script: "noModule" in document.createElement("script") && "any" in (window.AbortSignal || {}) && "checkVisibility" in document.body,
    style: "popover" in document.body && Boolean(window.CSS && CSS.supports("color", "light-dark(red, red)")),
  };

  // Browsers keep no cookies for a page in a frame of another site, which needs none.
  function isFramed() {
    return window.parent !== window;
  }

  // navigator.cookieEnabled is true in a Chromium that blocks them.
  function keepsCookies() {
    document.cookie = "probe=1; SameSite=Lax";
    var isKept = document.cookie.indexOf("probe=1") >= 0;
    document.cookie = "probe=; SameSite=Lax; Max-Age=0";
    return isKept;
  }

  var isComplete = true;
  for (var name in has) {
    if (has[name]) continue;
    isComplete = false;
    var item = document.querySelector("[data-lacks=" + name + "]");
    if (item) item.removeAttribute("hidden");
  }
  if (!isComplete) document.documentElement.setAttribute("data-unsupported", "");
})();
