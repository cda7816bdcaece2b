import { z } from 'zod';
import { originKinds } from '#ledger';

/** Shapes that the composition itself speaks over HTTP. */

export const installationView = z.object({
  name: z.string(),
  /** The present day and instant by the installation's clock; a simulation has its own. */
  today: z.string(),
  now: z.string(),
  data: z.enum(['real', 'simulated', 'demonstration']),
  originKind: z.enum(originKinds),
  origin: z.string(),
  /** Words that stand on every page of data that are not one's own. */
  labels: z.array(z.string()),
  licence: z.string().optional(),
  filling: z
    .object({ done: z.number(), total: z.number(), phase: z.string(), etaSeconds: z.number().nullable() })
    .optional(),
  version: z.string(),
});
export type InstallationView = z.output<typeof installationView>;

export const clockRequest = z.strictObject({
  at: z.iso.datetime({ offset: true }),
  /** Waits until everything that is due by then is counted and judged. */
  settle: z.boolean().default(false),
});
export const clockView = z.object({ now: z.string() });

export const localTokenRequest = z.strictObject({
  name: z.string().trim().min(1).max(120),
  /** Code of a site, or id or name of an organisation: to whom the machine belongs. */
  organisation: z.string().min(1).max(120),
  scopes: z
    .array(z.string().regex(/^[a-z]+:(?:\*|[a-z][a-z0-9-]*)$/))
    .min(1)
    .max(50),
  expiresInDays: z.int().min(1).max(366),
});
export const localTokenView = z.object({ id: z.string(), secret: z.string(), expiresAt: z.string() });

/** Id or name of the person. */
export const signInLinkRequest = z.strictObject({ person: z.string().min(1).max(120) });
export const signInLinkView = z.object({ personId: z.string(), secret: z.string(), expiresAt: z.string() });

export const backupRequest = z.strictObject({ file: z.string().min(1).max(4096) });
