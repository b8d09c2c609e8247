/**
 * Whether one's own video is shown mirrored: that of every camera but the one at the back of a phone.
 *
 * @param {Pick<MediaStreamTrack, "getSettings" | "label">} track of a camera
 */
export function isMirrored(track) {
  const { facingMode } = track.getSettings();
  return facingMode ? facingMode !== "environment" : !/\b(back|rear)\b/i.test(track.label);
}
