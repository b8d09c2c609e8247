/**
 * Whether the same person is in the meeting already, in another window or on another device.
 *
 * @param {string} url
 * @param {Pick<Window, "fetch">} network
 * @returns {Promise<boolean>} false also when the server does not say
 */
export async function isElsewhere(url, network) {
  try {
    const response = await network.fetch(url);
    return response.ok && (await response.json()).elsewhere === true;
  } catch {
    return false;
  }
}
