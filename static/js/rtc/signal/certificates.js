/**
 * The certificate that all peers of a mesh share. Worth making while there is time: before joining.
 *
 * @param {typeof globalThis.RTCPeerConnection} [RTCPeerConnection]
 */
export async function makeCertificates(RTCPeerConnection = globalThis.RTCPeerConnection) {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  return [await RTCPeerConnection.generateCertificate(algorithm)];
}
