import { addDays, type Instant } from '#kernel';
import type { MonitorDependencies } from '../dependencies.ts';
import { type UnplacedBatch, unplacedBatches } from '../store.pg/batches.ts';
import { setBatchLedgerIndex } from '../store.pg/intake.ts';

const pageEntries = 100;
/** Longer than any request takes: entries lie in the order of their transactions' ends, batches know their beginnings. */
const searchedBackDays = 1;

/**
 * Notes the place in the ledger of batches that a stop or a failing database cut off between being sequenced and
 * noting it. Cost: that of the latest entries, because only what was under way then can be missing.
 * @returns how many still wait, because the ledger does not have them yet.
 */
export async function resumeBatches(deps: MonitorDependencies): Promise<number> {
  const unplaced = await unplacedBatches(deps.database.db);
  let waiting = 0;
  for (const kind of new Set(unplaced.map((batch) => batch.kind))) {
    waiting += await placeBatches(
      deps,
      kind,
      unplaced.filter((batch) => batch.kind === kind),
    );
  }
  return waiting;
}

async function placeBatches(
  { database, ledger }: MonitorDependencies,
  kind: UnplacedBatch['kind'],
  batches: UnplacedBatch[],
): Promise<number> {
  const waiting = new Set(batches.map((batch) => batch.id));
  const searchedBackTo = addDays(Math.min(...batches.map((batch) => batch.receivedAt)) as Instant, -searchedBackDays);
  const asked = { chain: `batches:${kind}`, order: 'newest' as const, limit: pageEntries };
  for (let after: number | undefined; waiting.size > 0; ) {
    const { entries, next } = await ledger.questions.entries(after === undefined ? asked : { ...asked, after });
    for (const { index, statement } of entries) {
      const batchId = statement?.subjects[0]?.name;
      if (batchId === undefined || !waiting.delete(batchId)) continue;
      await setBatchLedgerIndex(database.db, batchId, index);
    }
    if (next === undefined || (entries.at(-1)?.occurredAt ?? searchedBackTo) < searchedBackTo) break;
    after = next;
  }
  return waiting.size;
}
