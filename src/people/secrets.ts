import { randomBytes } from 'node:crypto';
import { sha256Hex } from '#kernel';

/** Starts every secret this house makes, so that a leaked one can be recognised by scanners, and by our own log. */
const secretPrefix = 'hortus_';

/** A new secret (256 random bits) and the digest under which it is kept. The secret itself is shown once, to its owner. */
export function newSecret(): { secret: string; sha256: string } {
  const secret = `${secretPrefix}${randomBytes(32).toString('base64url')}`;
  return { secret, sha256: digestOfSecret(secret) };
}

/**
 * A plain digest is enough here: 256 random bits cannot be guessed, so there is nothing that a slow hash would slow.
 * Looking it up by an index leaks, by its timing, only the digest.
 */
export const digestOfSecret = (secret: string): string => sha256Hex(secret);

/** True for text that can be a secret of ours: keeps arbitrary input away from the database. */
export const looksLikeSecret = (text: string): boolean => /^hortus_[A-Za-z0-9_-]{43}$/.test(text);
