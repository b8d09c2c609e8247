/**
 * Texts for a person whose device did not open: the problem, and what they can do.
 *
 * @import { Trouble } from "./sources/capture-error.js"
 * @import { Input } from "./sources/device-capture.js"
 * @typedef {{problem: string, remedy: string}} Advice
 */

import { gettext } from "../lib/gettext.js";

/**
 * @param {readonly Input[]} inputs what has this trouble: one, or both
 * @param {Trouble} trouble
 * @returns {Advice}
 */
export function advice(inputs, trouble) {
  const subject = inputs.length > 1 ? "both" : inputs[0];
  return { problem: problems()[trouble][subject], remedy: remedies()[trouble] };
}

/** @returns {Record<Trouble, Record<Input | "both", string>>} */
function problems() {
  return {
    denied: {
      microphone: gettext("The browser does not let this page use your microphone."),
      camera: gettext("The browser does not let this page use your camera."),
      both: gettext("The browser does not let this page use your camera and microphone."),
    },
    dismissed: {
      microphone: gettext("The question about your microphone was closed without an answer."),
      camera: gettext("The question about your camera was closed without an answer."),
      both: gettext("The question about your camera and microphone was closed without an answer."),
    },
    system: {
      microphone: gettext("Your computer does not let the browser use the microphone."),
      camera: gettext("Your computer does not let the browser use the camera."),
      both: gettext("Your computer does not let the browser use camera and microphone."),
    },
    missing: {
      microphone: gettext("No microphone was found."),
      camera: gettext("No camera was found."),
      both: gettext("No camera and no microphone were found."),
    },
    busy: {
      microphone: gettext("The microphone did not start. Another program may be using it."),
      camera: gettext("The camera did not start. Another program may be using it."),
      both: gettext("Camera and microphone did not start. Another program may be using them."),
    },
    insecure: {
      microphone: gettext("Microphones only work over a secure connection."),
      camera: gettext("Cameras only work over a secure connection."),
      both: gettext("Cameras and microphones only work over a secure connection."),
    },
    unknown: {
      microphone: gettext("The microphone did not start."),
      camera: gettext("The camera did not start."),
      both: gettext("Camera and microphone did not start."),
    },
  };
}

/** @returns {Record<Trouble, string>} */
function remedies() {
  return {
    denied: gettext("Allow it with the icon beside the address of this page, then try again."),
    dismissed: gettext("Try again and choose “Allow”."),
    system: gettext("Allow the browser in your computer's privacy settings, then try again."),
    missing: gettext("Plug one in and try again."),
    busy: gettext("Close the other program, then try again."),
    insecure: gettext("Open this page with an address that starts with https://."),
    unknown: gettext("Try again, or choose another device."),
  };
}
