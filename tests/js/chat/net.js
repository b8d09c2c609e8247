/** What is between people who chat: a server that attests their keys, and channels. */

const { subtle } = crypto;
const encoder = new TextEncoder();
const base64url = (/** @type {ArrayBuffer} */ data) =>
  btoa(String.fromCharCode(...new Uint8Array(data))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** Attests as the server does. */
export async function server() {
  const { privateKey, publicKey } = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  const keys = [base64url(await subtle.exportKey("raw", publicKey))];
  /** @param {object} fields */
  const attest = async (fields) => {
    const statement = JSON.stringify({ room: "7", role: "member", time: 100, ...fields });
    const data = encoder.encode(`conference attestation 1\n${statement}`);
    const signature = base64url(await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, data));
    return { type: /** @type {const} */ ("attested"), statement, signature, keys };
  };
  return { attest };
}

/** The channels of people: a message to somebody who is connected arrives later, as other JSON. */
export class Net {
  /** @type {Map<string, Set<string>>} */
  links = new Map();
  /** @type {Map<string, any>} */
  ends = new Map();
  /** @type {[from: string, to: string, message: any][]} */
  sent = [];

  /** @param {string} id */
  end(id) {
    const channel = Object.assign(new EventTarget(), {
      post: (/** @type {string} */ to, /** @type {object} */ message) => this.links.get(id)?.has(to) && this.carry(id, to, message),
    });
    this.ends.set(id, channel);
    this.links.set(id, new Set());
    return channel;
  }

  /** @param {string} from @param {string} to @param {any} message */
  carry(from, to, message) {
    this.sent.push([from, to, message]);
    const detail = { from, message: JSON.parse(JSON.stringify(message)) };
    queueMicrotask(() => this.ends.get(to).dispatchEvent(new CustomEvent("message", { detail })));
  }

  /** @param {string} one @param {string} other */
  connect(one, other) {
    this.links.get(one)?.add(other);
    this.links.get(other)?.add(one);
    for (const [id, detail] of [[one, other], [other, one]]) this.ends.get(id).dispatchEvent(new CustomEvent("open", { detail }));
  }

  /** @param {string} one @param {string} other */
  cut(one, other) {
    this.links.get(one)?.delete(other);
    this.links.get(other)?.delete(one);
  }

  /** @param {string} type */
  count(type) {
    return this.sent.filter(([, , message]) => message.type === type).length;
  }
}
