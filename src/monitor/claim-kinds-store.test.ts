import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { sha256Hex } from '#kernel';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import { aMonitor, anOutcome, aPrediction, type MonitorBench, problemOf } from './testing.ts';

/* Goal: what further kinds of claims read is kept as it was sent, and other rows stay what they were. Method: the service on a real database. */

const stored = async (bench: MonitorBench): Promise<Record<string, unknown>[]> => {
  const found = await sql<Record<string, unknown>>`select p.case_id as "caseId", vendor, scanner,
      age_band as "ageBand", prediction_set as "predictionSet", abstained, failed, candidates,
      encode(p.content, 'hex') as content, o.lesions
    from monitor_prediction p left join monitor_outcome o on o.case_id = p.case_id order by p.case_id`.execute(
    bench.monitor.deps.database.db,
  );
  return found.rows;
};

const further = {
  vendor: 'Siemens',
  scanner: 'Skyra 3T',
  ageBand: 65,
  predictionSet: 'both',
  abstained: true,
  failed: false,
  candidates: 2,
};

describeOnEveryDatabase('the further fields of a case', (open) => {
  it('are kept as sent, from JSON and from CSV, and part of what makes two rows the same', async () => {
    const bench = await aMonitor(await open());
    const row = aPrediction(bench.version, 'c1', further);
    const lesions = { modelVersionId: bench.version.id, found: [true, false], falsePositives: 1 };
    await bench.predict([row]);
    await bench.report([anOutcome('c1', { lesions })]);
    const columns = ['caseId', 'site', 'pseudonym', 'predictedAt', 'modelVersionId', 'probability'];
    const values = ['c2', 'NORTH', 'ps-c2', '2020-01-01T00:00:00Z', bench.version.id, '0.3'];
    const table = [
      [...columns, ...Object.keys(further)].join(','),
      [...values, ...Object.values(further)].join(','),
      [...values.map((value) => value.replace('c2', 'c3')), ...Object.values(further).map(() => '')].join(','),
    ].join('\n');
    expect(await bench.stream('predictions', table, 'text/csv')).toMatchObject({ accepted: 2 });
    const [first, second, third] = await stored(bench);
    expect(first).toMatchObject({ ...further, lesions });
    expect(second).toMatchObject({ ...further, lesions: null });
    expect(third).toMatchObject({ vendor: null, ageBand: null, failed: null });
    const other = await problemOf(bench.predict([{ ...row, candidates: 3 }]));
    expect(other.code).toBe('duplicate-content');
  });

  it('leave the digest of rows without them as it was before these fields existed', async () => {
    const bench = await aMonitor(await open());
    await bench.predict([{ ...aPrediction(bench.version, 'c1'), modelVersionId: bench.version.id }]);
    const at = Date.UTC(2020, 0, 1);
    const before = ['c1', 'NORTH', 'ps-c1', bench.version.id, 0.3, null, false, at, null, null, null, null, null];
    expect((await stored(bench))[0]?.content).toBe(sha256Hex(JSON.stringify(before)).slice(0, 32));
  });

  it.each([
    ['ageBand', 67],
    ['ageBand', 125],
    ['vendor', 'Siemens; serial 41-223/7'],
    ['predictionSet', 'maybe'],
    ['candidates', -1],
  ])('are refused by field where %s is %s', async (field, value) => {
    const bench = await aMonitor(await open());
    const refused = await problemOf(bench.predict([aPrediction(bench.version, 'c1', { [field]: value })]));
    expect(refused.errors[0]).toMatchObject({ line: 1, pointer: `/${field}` });
  });
});
