/** DSSE v1 (https://github.com/secure-systems-lab/dsse): what is signed, and the envelope. */
import { toBase64, toUtf8 } from '../bytes.ts';
import { canonicalize } from '../json/index.ts';

/** Payload type of in-toto statements. */
export const IN_TOTO_TYPE = 'application/vnd.in-toto+json';

/** Pre-authentication encoding: "DSSEv1" SP len(type) SP type SP len(payload) SP payload, lengths in bytes. */
export function pae(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = toUtf8(`DSSEv1 ${toUtf8(payloadType).length} ${payloadType} ${payload.length} `);
  const out = new Uint8Array(head.length + payload.length);
  out.set(head);
  out.set(payload, head.length);
  return out;
}

/** The envelope in its one form: canonical JSON, no key ids (they are unauthenticated hints). */
export function envelope(payloadType: string, payload: Uint8Array, signatures: readonly Uint8Array[]): string {
  return canonicalize({
    payload: toBase64(payload),
    payloadType,
    signatures: signatures.map((sig) => ({ sig: toBase64(sig) })),
  });
}
