import { ed25519 } from '@noble/curves/ed25519.js';

/** Checks an Ed25519 signature. The command line plugs in the platform's faster one; the rules are the same. */
export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** Signs a message with a key that the caller holds; 64 bytes. */
export type Sign = (message: Uint8Array) => Uint8Array;

/**
 * Checks an Ed25519 signature, in node and in the browser.
 * @param publicKey 32 bytes.
 * @param message the signed bytes.
 * @param signature 64 bytes; any other length, and any malformed point, is simply not a signature.
 * @returns true only if it verifies by the strict rules (canonical points, no cofactor).
 * **Source** RFC 8032 §5.1.7. Oracle: node:crypto, which signs what this verifies.
 */
export const verifyEd25519: VerifySignature = (publicKey, message, signature) => {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
};
