import { addDays, dayOf, type Instant, startOfDay } from '#kernel';
import { inTransaction } from '#platform/db';
import type { MonitorDependencies } from '../dependencies.ts';
import { Comparison } from '../model/comparison.ts';
import { comparisonsOf, nextComparedCases, saveComparison, takeComparison } from '../store.pg/comparisons.ts';
import { walkIndexes } from '../store.pg/query-plans.ts';

const pageCases = 5000;

/** Reads on in every comparison of a candidate with a reference version. @returns pairs read. */
export async function advanceComparisons(deps: MonitorDependencies, now: Instant): Promise<number> {
  const db = deps.database.db;
  let read = 0;
  for (const { id } of await comparisonsOf(db)) {
    for (let isBehind = true; isBehind; ) {
      isBehind = await inTransaction(db, async (tx) => {
        const record = await takeComparison(tx, id);
        if (!record) return false;
        await walkIndexes(tx);
        const page = { maturedBefore: startOfDay(dayOf(now)), limit: pageCases };
        const pairs = await nextComparedCases(tx, record, page);
        const last = pairs.at(-1);
        const comparison = new Comparison(record, record);
        for (const pair of pairs) comparison.step(pair);
        // After a page that is not full, everything mature has been looked at: what comes later than that is late.
        const end = { predictedAt: addDays(page.maturedBefore, -record.horizonDays), caseId: '' };
        const cursor =
          last && pairs.length === pageCases ? { predictedAt: last.predictedAt, caseId: last.caseId } : end;
        if (record.cursor && cursor.predictedAt < record.cursor.predictedAt) return false;
        if (last || cursor.predictedAt > record.countsFrom) {
          await saveComparison(tx, { ...record, cursor, process: comparison.save(), reading: comparison.reading() });
        }
        read += pairs.length;
        return pairs.length === pageCases;
      });
    }
  }
  return read;
}
