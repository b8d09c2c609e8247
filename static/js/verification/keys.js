/**
 * Signatures: ECDSA with P-256 and SHA-256 by WebCrypto, which all browsers of `docs/browsers.md` have (Ed25519: Chromium 137). Keys and
 * signatures are text: base64url without padding, of the raw formats.
 *
 * @typedef {{key: string, sign: (purpose: string, text: string) => Promise<string>}} Signer `key` is the public half
 */

import { fromBase64url, toBase64url } from "../lib/base64url.js";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const ECDSA = { name: "ECDSA", hash: "SHA-256" };
const HASH_BYTES = 16;

/** What is signed is a purpose and a text, so that a signature is good for nothing else. */
export const ENTRY = "conference chat 1\n";
export const CERTIFICATE = "conference certificate 1\n";
const ATTESTATION = "conference attestation 1\n";

const encoder = new TextEncoder();

/**
 * A new key pair, whose private half nobody can read, this page included.
 *
 * @param {SubtleCrypto} subtle
 * @returns {Promise<Signer>}
 */
export async function makeSigner(subtle) {
  const { privateKey, publicKey } = await subtle.generateKey(P256, false, ["sign"]);
  const key = toBase64url(await subtle.exportKey("raw", publicKey));
  return { key, sign: async (purpose, text) => toBase64url(await subtle.sign(ECDSA, privateKey, encoder.encode(purpose + text))) };
}

/**
 * Checks signatures. Keys that were used are kept.
 */
export class Verifier {
  #subtle;
  /** @type {Map<string, Promise<CryptoKey | null>>} */
  #keys = new Map();

  /** @param {SubtleCrypto} subtle */
  constructor(subtle) {
    this.#subtle = subtle;
  }

  /** The first 128 bits of SHA-256. @param {string} text */
  async hash(text) {
    const digest = await this.#subtle.digest("SHA-256", encoder.encode(text));
    return toBase64url(digest.slice(0, HASH_BYTES));
  }

  /** @param {string} key @param {string} purpose @param {string} text @param {string} signature */
  async isSigned(key, purpose, text, signature) {
    const [imported, bytes] = [await this.#import(key), fromBase64url(signature)];
    return imported !== null && bytes !== null && this.#subtle.verify(ECDSA, imported, bytes, encoder.encode(purpose + text));
  }

  /** @param {readonly string[]} keys of the server @param {string} statement @param {string} signature */
  async isAttested(keys, statement, signature) {
    const checks = await Promise.all(keys.map((key) => this.isSigned(key, ATTESTATION, statement, signature)));
    return checks.includes(true);
  }

  /** @param {string} key @returns {Promise<CryptoKey | null>} null if it is none */
  #import(key) {
    const known = this.#keys.get(key);
    if (known) return known;
    const bytes = fromBase64url(key);
    const imported = bytes ? this.#subtle.importKey("raw", bytes, P256, false, ["verify"]).catch(() => null) : Promise.resolve(null);
    this.#keys.set(key, imported);
    return imported;
  }
}
