import { type Clock, canonicalJson, type Json, sha256Hex } from '#kernel';
import type { Ledger } from '#ledger';
import type { Tx } from '#platform/db';
import type { Identity } from './model.ts';

/** What people need of the ledger: to put an act beside its own rows, in the same transaction. */
export type ActRecorder = Pick<Ledger, 'record'>;

/** Who acts: the recorded actor of an act. `system` is the installation itself, at its first start. */
export type Actor = Pick<Identity, 'id' | 'roles' | 'organisationId'>;

export const systemActor: Actor = { id: 'system', roles: [], organisationId: undefined };

const chain = 'people';

/** @returns the ledger entry that waits for its place. */
export type WriteAct = (
  tx: Tx,
  by: Actor,
  act: { subject: string; predicate: { action: string; [key: string]: Json } },
) => Promise<string>;

/** Acts on people bind somebody, or some machine, to what they may do. Names stay out of the ledger; ids are random. */
export function actWriter(ledger: ActRecorder, clock: Clock): WriteAct {
  return async (tx, by, { subject, predicate }) => {
    const role = by.roles[0];
    return ledger.record(tx, {
      kind: 'key-binding',
      subjects: [{ name: subject, sha256: sha256Hex(canonicalJson({ subject, ...predicate })) }],
      chain,
      predicate,
      actor: { id: by.id, ...(role === undefined ? {} : { role }) },
      occurredAt: clock.now(),
    });
  };
}
