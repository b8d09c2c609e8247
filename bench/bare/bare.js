/**
 * The least that a mesh call can take: no server, no roster; connections in one page hand each other their descriptions
 * and candidates directly. The same four media slots and devices as the product.
 */

/** @type {["audio" | "video", "camera" | "microphone" | null][]} */
const SLOTS = [["audio", "microphone"], ["video", "camera"], ["video", null], ["audio", null]];

/** @type {{microphone: MediaStreamTrack, camera: MediaStreamTrack}} */
let devices;

/** @param {RTCPeerConnection} from @param {RTCPeerConnection} to */
function trickle(from, to) {
  from.addEventListener("icecandidate", ({ candidate }) => {
    if (candidate) to.addIceCandidate(candidate);
  });
}

/** @param {RTCPeerConnection} connection @param {boolean} counted whether its pictures are what one waits for */
function show(connection, counted) {
  connection.addEventListener("track", ({ track, transceiver }) => {
    if (transceiver.mid !== "1") return;
    const video = document.createElement("video");
    video.muted = true;
    video.autoplay = true;
    video.toggleAttribute("data-uncounted", !counted);
    video.srcObject = new MediaStream([track]);
    document.querySelector("main")?.append(video);
  });
}

/**
 * One pair of people.
 *
 * @param {boolean} counted whether the first of them is the newcomer
 */
async function connect(counted) {
  const newcomer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  const resident = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  trickle(newcomer, resident);
  trickle(resident, newcomer);
  show(newcomer, counted);
  show(resident, false);
  newcomer.createDataChannel("control", { negotiated: true, id: 0 });
  resident.createDataChannel("control", { negotiated: true, id: 0 });
  for (const [kind, device] of SLOTS) {
    const transceiver = newcomer.addTransceiver(kind, { direction: "sendrecv" });
    if (device) transceiver.sender.replaceTrack(devices[device]);
  }
  await newcomer.setLocalDescription();
  await resident.setRemoteDescription(/** @type {RTCSessionDescription} */ (newcomer.localDescription));
  resident.getTransceivers().forEach((transceiver, index) => {
    const device = SLOTS[index][1];
    transceiver.direction = "sendrecv";
    if (device) transceiver.sender.replaceTrack(devices[device]);
  });
  await resident.setLocalDescription();
  await newcomer.setRemoteDescription(/** @type {RTCSessionDescription} */ (resident.localDescription));
}

async function prepare() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 1280, height: 720 } });
  devices = { microphone: stream.getAudioTracks()[0], camera: stream.getVideoTracks()[0] };
}

/**
 * @param {number} pairs
 * @param {boolean} counted
 * @returns {number} when it began
 */
function connectAll(pairs, counted) {
  const began = performance.now();
  for (let pair = 0; pair < pairs; pair++) connect(counted);
  return began;
}

Object.assign(window, { prepare, connect: connectAll });

const pairs = Number(new URLSearchParams(location.search).get("pairs"));
if (pairs) prepare().then(() => connectAll(pairs, true));
