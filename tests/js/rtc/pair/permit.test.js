import { equal, ok, test, until } from "../../harness.js";
import { connected, peerOf, Wire } from "../wire.js";
import { couple } from "./couple.js";

const EVERYTHING = { microphone: true, camera: true, screen: true, sound: true };
const NOTHING = { microphone: false, camera: false, screen: false, sound: false };
const LARGE = { camera: { height: 720, rate: 30 }, screen: { height: 1080, rate: 15 } };

/**
 * Alice hears and sees Bob.
 *
 * @param {AbortSignal} signal
 */
async function setting(signal) {
  const wire = new Wire(signal);
  wire.run();
  const [alice, bob] = await couple(wire);
  const [of, to] = [peerOf(alice, "bob"), peerOf(bob, "alice")];
  await connected(of, to);
  bob.setMedia(EVERYTHING);
  of.want(LARGE);
  await until(() => of.media.screen && to.demand?.camera.height === 720, "both know of each other");
  const audible = () => of.pc?.getReceivers().map(({ track }) => track).filter(({ kind, enabled }) => kind === "audio" && enabled).length ?? 0;
  return { wire, alice, bob, of, to, audible };
}

test("of what is not permitted nothing is played, shown or demanded, whatever the peer says", async ({ signal }) => {
  const { of, to, bob, audible } = await setting(signal);
  equal(audible(), 2);
  /** @type {string[]} */
  const told = [];
  for (const type of ["media", "tracks"]) of.addEventListener(type, () => told.push(type));
  of.permit({ ...EVERYTHING, microphone: false, camera: false });
  equal([of.media, audible()], [{ ...EVERYTHING, microphone: false, camera: false }, 1]);
  equal([of.tracks.microphone, of.tracks.camera], [null, null]);
  ok(of.tracks.screen && of.tracks.sound, "the screen is received");
  equal(told, ["tracks", "media"]);
  await until(() => to.demand?.camera.height === 0, "the camera is not demanded");
  equal(to.demand?.screen, LARGE.screen);
  bob.setMedia({ ...EVERYTHING, screen: false });
  await until(() => !of.media.screen, "what Bob says of what is permitted");
  bob.setMedia(EVERYTHING);
  await until(() => of.media.screen, "counts as before");
  equal([of.media.microphone, audible()], [false, 1]);
});

test("what is permitted again is as the peer says, and as we wanted it", async ({ signal }) => {
  const { of, to, audible } = await setting(signal);
  of.permit(NOTHING);
  equal(audible(), 0);
  await until(() => to.demand?.camera.height === 0, "nothing is demanded");
  of.want({ ...LARGE, camera: { height: 360, rate: 30 } });
  of.permit(EVERYTHING);
  equal([of.media, audible(), of.tracks.camera !== null], [EVERYTHING, 2, true]);
  await until(() => to.demand?.camera.height === 360, "what is shown now is demanded");
});

test("it holds on a new connection", async ({ signal }) => {
  const { of, to, audible } = await setting(signal);
  of.permit(NOTHING);
  const { pc } = of;
  await of.offer();
  await until(() => of.pc !== pc && of.state === "connected" && to.state === "connected", "a new connection");
  equal([of.media, audible()], [NOTHING, 0]);
});

test("a microphone that is not received is not repaired when no sound comes", async ({ signal }) => {
  const { wire, of, alice } = await setting(signal);
  wire.run(10);
  await until(() => alice.silent.includes("bob"), "Bob says that his microphone is on, and sends nothing");
  of.permit(NOTHING);
  await until(() => !alice.silent.includes("bob"), "nothing is missed");
  ok(!of.isSilent);
});
