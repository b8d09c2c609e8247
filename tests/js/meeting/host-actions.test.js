import { equal, nextTask, test } from "../harness.js";
import { hostActions } from "../../../static/js/meeting/host-actions.js";

/** @import { Role } from "../../../static/js/signaling/protocol.js" */

const SENDING = { microphone: true, camera: true, screen: true, sound: false };
const ALL = { restrict: ["member", "guest"], ask: ["member", "guest"], lower: [], promote: ["member", "guest"], demote: [] };

/**
 * Alice's page, who is a host unless she has other rights.
 *
 * @param {Record<string, string[]>} [rights]
 */
function alice(rights = ALL) {
  /** @type {any[]} */
  const done = [];
  const state = {
    media: { ...SENDING },
    hands: /** @type {string[]} */ ([]),
    limit: /** @type {string | null} */ (null),
    answer: /** @type {boolean | null} */ (true),
  };
  const means = /** @type {any} */ ({
    client: { send: (/** @type {any} */ message) => Boolean(done.push(message)) },
    people: {
      may: (/** @type {string} */ right, /** @type {string} */ role) =>
        Boolean(rights[right]) && (role === undefined || rights[right].includes(role)),
      limit: () => state.limit,
      get hands() {
        return state.hands;
      },
    },
    call: { peers: new Map([["bob", state]]) },
    moderation: { stop: (/** @type {string} */ use, /** @type {string[]} */ ids) => done.push([use, ids]) },
    rights: { open: (/** @type {string} */ id) => done.push(["rights", id]) },
    form: {
      has: () => true,
      post: async (/** @type {string} */ name, /** @type {object} */ fields) => (
        done.push([name, fields]),
        state.answer ?? Promise.reject(new Error())
      ),
    },
    notices: { announce: (/** @type {string} */ text) => done.push(text), say: (/** @type {string} */ text) => done.push(text) },
  });
  const offers = hostActions(means);
  const of = (/** @type {Role} */ role, isSelf = false) =>
    offers.flatMap((offer) => offer({ person: /** @type {any} */ ({ id: "bob", name: "Bob", role }), isSelf, tile: undefined }) ?? []);
  const labels = (/** @type {Role} */ role) => of(role).map(({ label }) => label);
  const press = async (/** @type {string} */ label, /** @type {Role} */ role = "member") => {
    done.length = 0;
    of(role).find((action) => action.label === label)?.run(0);
    await nextTask();
    return done.splice(0);
  };
  return { state, labels, press, of };
}

test("what somebody sends can be stopped, and what they do not send be asked for", async () => {
  const { state, labels, press } = alice();
  equal(labels("member").slice(0, 3), ["Mute for everyone", "Turn off the camera", "Stop the shared screen"]);
  equal((await press("Mute for everyone"))[0], ["microphone", ["bob"]]);
  equal((await press("Stop the shared screen"))[0], ["screen", ["bob"]]);
  state.media = { microphone: false, camera: false, screen: false, sound: false };
  equal(labels("member"), ["Ask to turn on the microphone", "Allow or forbid…", "Make a host"]);
  equal(await press("Ask to turn on the microphone"), [{ type: "ask", id: "bob", use: "microphone" }, "Bob is asked to turn on the microphone."]);
});

test("who may not turn on the microphone is not asked to", () => {
  const { state, labels } = alice();
  state.media.microphone = false;
  state.limit = "forbidden";
  equal(labels("guest").includes("Ask to turn on the microphone"), false);
  state.limit = "stopped";
  equal(labels("guest").includes("Ask to turn on the microphone"), true);
});

test("the floor is given to who raised a hand: the hand is down, the microphone free, and they are asked", async () => {
  const { state, labels, press } = alice();
  equal(labels("guest").includes("Give the floor"), false);
  state.hands = ["bob"];
  state.limit = "forbidden";
  equal(await press("Give the floor", "guest"), [
    { type: "lower", id: "bob" },
    { type: "free", use: "microphone", ids: ["bob"] },
    { type: "ask", id: "bob", use: "microphone" },
    "Bob is asked to turn on the microphone.",
  ]);
  state.limit = null;
  equal((await press("Give the floor", "guest")).length, 3);
  state.limit = "everyone";
  equal(labels("guest").includes("Give the floor"), false);
});

test("somebody with an account becomes a host, and a host a member; it is said if that fails", async () => {
  const { state, press } = alice({ promote: ["member", "guest"], demote: ["host"] });
  equal(await press("Make a host"), [["role", { id: "bob", role: "host" }], "Bob is a host now."]);
  equal(await press("Take the role of host away", "host"), [["role", { id: "bob", role: "member" }], "Bob is no host any more."]);
  state.answer = null;
  equal((await press("Make a host"))[1], "This could not be changed. Try again.");
  state.answer = false;
  equal((await press("Make a host", "guest"))[1], "Bob has no account, and cannot be a host.");
});

test("with a host, oneself, or without rights nothing of it is offered", () => {
  const { of, labels } = alice();
  equal([labels("host"), labels("owner"), of("member", true).length], [[], [], 0]);
  equal(alice({}).labels("guest"), []);
  equal(of("host", true).map(({ label }) => label), ["Step down as a host"]);
});
