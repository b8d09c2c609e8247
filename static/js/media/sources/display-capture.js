/**
 * Capture of a screen, a window or a tab, with its sound (Screen Capture, section 5).
 */

/** Frames that are captured per second at most. How many of them a peer gets is decided in `rtc/adaptation/`. */
const FRAME_RATE = 30;

/**
 * The sound of the whole system has the voices of the others in it. It is offered only by browsers that can leave out what this page
 * plays; from others, people would hear themselves. The sound of a tab is always offered.
 *
 * @param {Pick<MediaDevices, "getSupportedConstraints">} mediaDevices
 */
function displayConstraints(mediaDevices) {
  const canLeaveOut = Boolean(Reflect.get(mediaDevices.getSupportedConstraints(), "restrictOwnAudio"));
  return {
    video: { frameRate: { ideal: FRAME_RATE } },
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, ...(canLeaveOut ? { restrictOwnAudio: true } : {}) },
    selfBrowserSurface: "exclude",
    surfaceSwitching: "include",
    systemAudio: canLeaveOut ? "include" : "exclude",
  };
}

/** Whether the browser can capture a screen at all; phones cannot. @param {MediaDevices | undefined} mediaDevices */
export function canCaptureDisplay(mediaDevices) {
  return Boolean(mediaDevices?.getDisplayMedia);
}

/**
 * Asks the person what to share.
 *
 * @param {MediaDevices | undefined} mediaDevices
 * @returns {Promise<{screen: MediaStreamTrack | undefined, sound: MediaStreamTrack | undefined}>}
 * @throws {DOMException} if nothing was chosen, or nothing can be
 */
export async function captureDisplay(mediaDevices) {
  if (!mediaDevices || !canCaptureDisplay(mediaDevices)) throw new DOMException("no display", "NotFoundError");
  const stream = await mediaDevices.getDisplayMedia(displayConstraints(mediaDevices));
  return { screen: stream.getVideoTracks()[0], sound: stream.getAudioTracks()[0] };
}
