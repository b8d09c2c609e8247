/**
 * Notes when each remote video first shows a decoded frame, by the page's own clock. Runs before the page's scripts, in the
 * product and in the bare page alike.
 */
{
  const remote = new WeakSet();
  const seen = new WeakSet();
  const Native = window.RTCPeerConnection;
  /** @type {number[]} */
  const firstFrames = [];
  Object.assign(window, { firstFrames, clickedAt: 0 });

  window.RTCPeerConnection = class extends Native {
    /** @param {RTCConfiguration} [configuration] */
    constructor(configuration) {
      super(configuration);
      this.addEventListener("track", ({ track }) => remote.add(track));
    }
  };

  /** @param {Event} event */
  const look = ({ target }) => {
    if (!(target instanceof HTMLVideoElement) || target.videoWidth < 3 || "uncounted" in target.dataset) return;
    const stream = target.srcObject;
    if (!(stream instanceof MediaStream)) return;
    const track = stream.getVideoTracks().find((one) => remote.has(one));
    if (!track || seen.has(track)) return;
    seen.add(track);
    firstFrames.push(performance.now());
  };
  for (const type of ["loadeddata", "resize"]) document.addEventListener(type, look, true);
  document.addEventListener("click", () => Object.assign(window, { clickedAt: performance.now() }), true);
}
