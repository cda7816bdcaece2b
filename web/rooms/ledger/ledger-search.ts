import { z } from 'zod';
import { ledgerEntry } from '../../../src/ledger/contract.ts';

/** Every kind of act that an entry may have. */
export const actKinds = ledgerEntry.shape.kind.options;

/** The view of the ledger in the address. `after` is the place from which a further page goes on. */
export const ledgerSearch = z.object({
  kind: z.enum(actKinds).optional().catch(undefined),
  chain: z.string().max(200).optional().catch(undefined),
  order: z.enum(['oldest']).optional().catch(undefined),
  after: z.coerce.number().int().min(0).optional().catch(undefined),
});

export type LedgerSearch = z.output<typeof ledgerSearch>;
