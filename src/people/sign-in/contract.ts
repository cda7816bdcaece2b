import { z } from 'zod';
import { newTokenSchema } from '../contract.ts';
import { localPath } from './placement.ts';

/** Bodies and answers of sign-in, shared with the web app. */

export const waysToSignInSchema = z.object({
  providers: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      /** Invented people of the embedded provider. */
      isDemonstration: z.boolean(),
      /** Whether the provider can be asked for a second factor. */
      canStepUp: z.boolean(),
    }),
  ),
  stepUpMinutes: z.number(),
});

/** A page of this installation, never another site: `/monitor/claims?site=A`. */
const returnToSchema = z
  .string()
  .max(2000)
  .transform((text, context) => {
    const path = localPath(text);
    if (path !== undefined) return path;
    context.addIssue({ code: 'custom', message: 'must be the path of a page here' });
    return z.NEVER;
  });

export const beginSignInSchema = z.strictObject({
  returnTo: returnToSchema.default('/'),
  /** Asks for a second factor of whoever is signed in. */
  stepUp: z.boolean().default(false),
  /** The secret of an invitation: the account that signs in is bound to the person who was invited. */
  invitation: z.string().max(64).optional(),
  /** Id of a demo person who is shown first. */
  person: z.string().max(64).optional(),
});
/** Where the browser goes on. */
export const begunSignInSchema = z.object({ url: z.string() });

export const signedOutSchema = z.object({
  /** Where the session at the provider is ended, if that is wanted. */
  continueAt: z.string().optional(),
});

export const sessionsSchema = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      provider: z.string(),
      strength: z.enum(['single-factor', 'multi-factor']),
      startedAt: z.string(),
      lastSeenAt: z.string(),
      /** The one that asks. */
      isThis: z.boolean(),
    }),
  ),
});
export const endedSessionsSchema = z.object({ ended: z.number() });

export const invitationSchema = z.object({ secret: z.string(), expiresAt: z.string() });

const base64url = z.string().regex(/^[A-Za-z0-9_-]{1,2000}$/, 'must be base64url');
const keyShape = {
  kid: z.string().max(200).optional(),
  alg: z.string().max(40).optional(),
  use: z.literal('sig').optional(),
  key_ops: z.array(z.literal('verify')).max(1).optional(),
  // Written by browsers that export a key.
  ext: z.boolean().optional(),
};
const curve = z.string().max(20);

/**
 * A public key as a JWK, and nothing beside it: neither a private part nor an address from which a certificate would have
 * to be fetched. Source: RFC 7517 §4; RFC 7518 §6; RFC 8037 §2.
 */
const publicKeySchema = z.discriminatedUnion('kty', [
  z.strictObject({ ...keyShape, kty: z.literal('RSA'), n: base64url, e: base64url }),
  z.strictObject({ ...keyShape, kty: z.literal('EC'), crv: curve, x: base64url, y: base64url }),
  z.strictObject({ ...keyShape, kty: z.literal('OKP'), crv: curve, x: base64url }),
]);

export const newClientSchema = newTokenSchema.extend({
  /** How the machine proves who it is: a secret (shown once), its public keys, or the certificate a proxy sees. */
  proof: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('secret') }),
      z.strictObject({
        kind: z.literal('keys'),
        jwks: z.strictObject({ keys: z.array(publicKeySchema).min(1).max(10) }),
      }),
      z.strictObject({
        kind: z.literal('certificate'),
        /** SHA-256 of the certificate, 64 hex digits. */
        sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
      }),
    ])
    .default({ kind: 'secret' }),
});

export const clientSchema = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  proof: z.enum(['secret', 'keys', 'certificate']),
  createdBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  lastUsedAt: z.string().optional(),
  revokedAt: z.string().optional(),
});
/** The only answer that ever holds the secret, where there is one. */
export const registeredClientSchema = clientSchema.extend({ secret: z.string().optional() });
export const clientsSchema = z.object({ clients: z.array(clientSchema) });
