import { z } from 'zod';
import { actKinds, originKinds } from './model.ts';

/** Shapes of what the ledger says over HTTP, shared with the web app. Bytes are base64, times ISO 8601 in UTC. */

const base64 = z.string();
const isoInstant = z.string();
const index = z.int().min(0);
const asked = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const ledgerKey = z.object({
  origin: z.string(),
  kind: z.enum(originKinds),
  vkey: z.string(),
  createdAt: isoInstant,
});

/** Offline, the same is checked by `verifyEntry` of the transparency-log format, from `bytes` and a proof. */
export const ledgerEntry = z.object({
  index,
  kind: z.enum(actKinds),
  chain: z.string(),
  chainSeq: z.int(),
  occurredAt: isoInstant,
  recordedAt: isoInstant,
  leafHash: z.string(),
  /** Decoded for reading; `bytes` is what was signed. */
  statement: z
    .object({
      subjects: z.array(z.object({ name: z.string(), sha256: z.string() })),
      predicateType: z.string(),
      predicate: z.record(z.string(), z.json()),
    })
    .nullable(),
});

export const ledgerEntryWithBytes = ledgerEntry.extend({ bytes: base64 });

export const entriesQuery = z.object({
  after: asked.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  order: z.enum(['newest', 'oldest']).default('newest'),
  kind: z.enum(actKinds).optional(),
  chain: z.string().max(200).optional(),
});

export const entriesPage = z.object({ size: index, entries: z.array(ledgerEntry), next: index.nullable() });

export const entryParams = z.object({ index: asked });

export const proofQuery = z.object({ size: asked.optional() });

export const inclusionProof = z.object({
  index,
  size: index,
  /** Sibling hashes from leaf to root. */
  hashes: z.array(base64),
  /** The signed note of exactly this size; null if this size was never signed. */
  checkpoint: z.string().nullable(),
});

export const consistencyQuery = z.object({ from: asked, to: asked.optional() });

export const consistencyProof = z.object({ from: index, to: index, hashes: z.array(base64) });

export type LedgerKeyBody = z.infer<typeof ledgerKey>;
export type LedgerEntryBody = z.infer<typeof ledgerEntry>;
export type LedgerEntryWithBytesBody = z.infer<typeof ledgerEntryWithBytes>;
export type EntriesPageBody = z.infer<typeof entriesPage>;
export type InclusionProofBody = z.infer<typeof inclusionProof>;
export type ConsistencyProofBody = z.infer<typeof consistencyProof>;
