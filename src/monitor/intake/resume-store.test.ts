import { expect, it } from 'vitest';
import { describeOnEveryDatabase } from '../../platform/db/testing.ts';
import { aMonitor, aPrediction } from '../testing.ts';

// Goal: a batch that was sequenced by a server which was killed before it noted the place learns its place at the next
// start. Method: take the note away, as it is missing after such a kill, and resume.

describeOnEveryDatabase('resuming', (open) => {
  it('notes the place in the ledger of every batch from what the ledger says', async () => {
    const database = await open();
    const bench = await aMonitor(database);
    const reports = [];
    for (let i = 0; i < 4; i++) reports.push(await bench.predict([aPrediction(bench.version, `case_${i}`)]));
    const lost = [reports[1]!.batchId, reports[3]!.batchId];
    await database.pool.query('update monitor_batch set ledger_index = null where id = any($1)', [lost]);
    await bench.monitor.resume();
    const { rows } = await database.pool.query<{ id: string; ledger_index: string }>(
      'select id, ledger_index from monitor_batch order by batch_no',
    );
    expect(rows).toEqual(
      reports.map(({ batchId, ledgerIndex }) => ({ id: batchId, ledger_index: String(ledgerIndex) })),
    );
  });
});
