import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { addDays, type LegalEntityId } from '#kernel';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import {
  aMonitor,
  anOutcome,
  aPrediction,
  benchStart,
  everyCase,
  fourEyesOn,
  type MonitorBench,
  problemOf,
} from './testing.ts';

/** Goal: nothing is dropped silently, and what is refused says which line and field. Method: real bodies, real database. */

const header = 'caseId,site,pseudonym,predictedAt,modelVersionId,probability';
const csvRow = (bench: MonitorBench, caseId: string, probability = '0.3'): string =>
  `${caseId},NORTH,ps-${caseId},2020-01-01T00:00:00Z,${bench.version.id},${probability}`;
const ndjson = (...rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

async function rowsOf(bench: MonitorBench, table: 'monitor_prediction' | 'monitor_outcome' | 'monitor_batch') {
  const found = await sql<{ n: string }>`select count(*) as n from ${sql.table(table)}`.execute(
    bench.monitor.deps.database.db,
  );
  return Number(found.rows[0]?.n);
}

describeOnEveryDatabase('the intake of rows', (open) => {
  it('takes CSV in any order of columns, and refuses a table without the columns of the contract', async () => {
    const bench = await aMonitor(await open());
    const table = `${header}\n${csvRow(bench, 'c1')}\n${csvRow(bench, 'c2')}\n`;
    expect(await bench.stream('predictions', table, 'text/csv')).toMatchObject({ accepted: 2 });
    const reversed = header.split(',').toReversed().join(',');
    const row = csvRow(bench, 'c3').split(',').toReversed().join(',');
    expect(await bench.stream('predictions', `${reversed}\r\n${row}`, 'text/csv')).toMatchObject({ accepted: 1 });
    for (const wrong of ['caseId,site,probability', `${header},psa`, '']) {
      const refused = await problemOf(bench.stream('predictions', `${wrong}\n${csvRow(bench, 'c4')}`, 'text/csv'));
      expect(['wrong-columns', 'invalid-input']).toContain(refused.code);
    }
    expect(await rowsOf(bench, 'monitor_prediction')).toBe(3);
  });

  it.each([
    ['0.3 ng/ml', '/probability'],
    ['1.2', '/probability'],
    ['-0.1', '/probability'],
    ['NaN', '/probability'],
    ['0,3', undefined],
    ['', '/probability'],
  ])('refuses the probability "%s" of a CSV row by its line', async (text, pointer) => {
    const bench = await aMonitor(await open());
    const table = [header, csvRow(bench, 'c1'), csvRow(bench, 'c2', text)].join('\n');
    const refused = await problemOf(bench.stream('predictions', table, 'text/csv'));
    expect(refused.errors[0]).toMatchObject({ line: 3, ...(pointer === undefined ? {} : { pointer }) });
    expect(await rowsOf(bench, 'monitor_prediction')).toBe(0);
  });

  it('takes NDJSON however it is cut, with blank lines, a byte order mark and without a last line end', async () => {
    const bench = await aMonitor(await open());
    const text = `\uFEFF${ndjson(aPrediction(bench.version, 'c1'))}\n\r\n${JSON.stringify(aPrediction(bench.version, 'c2'))}`;
    const parts = Array.from({ length: Math.ceil(text.length / 7) }, (_, i) => text.slice(7 * i, 7 * i + 7));
    expect(await bench.stream('predictions', parts)).toMatchObject({ accepted: 2, refused: 0 });
  });

  it('reports a broken line, a line that is no object, and a line without end', async () => {
    const bench = await aMonitor(await open());
    const good = JSON.stringify(aPrediction(bench.version, 'c1'));
    const broken = await problemOf(bench.stream('predictions', `${good}\n{"caseId": "c2"\n[1]\n`));
    expect(broken.errors.map((one) => one.line)).toEqual([2, 3]);
    const huge = await problemOf(bench.stream('predictions', [`${good}\n{"caseId":"`, 'x'.repeat(200_000)]));
    expect(huge.errors[0]).toMatchObject({ line: 2 });
    expect(await rowsOf(bench, 'monitor_prediction')).toBe(0);
  });

  it('refuses a body without rows, and records no batch for it', async () => {
    const bench = await aMonitor(await open());
    for (const text of ['', '\n\n', `\uFEFF`]) {
      expect((await problemOf(bench.stream('predictions', text))).code).toBe('invalid-input');
    }
    expect((await problemOf(bench.predict([]))).detail).toMatch('no rows');
    expect(await rowsOf(bench, 'monitor_batch')).toBe(0);
  });

  it('refuses text that no database can keep, instead of failing on it', async () => {
    const bench = await aMonitor(await open());
    await bench.predict([aPrediction(bench.version, 'c1')]);
    for (const reason of ['with a \0 inside', 'half a \ud800 character']) {
      const correction = aPrediction(bench.version, 'c1', { probability: 0.4, corrects: 0, reason });
      const refused = await problemOf(bench.predict([correction]));
      expect(refused.errors[0]).toMatchObject({ pointer: '/reason' });
    }
  });

  it('takes the same row twice in one body once, and refuses another under its key', async () => {
    const bench = await aMonitor(await open());
    const row = aPrediction(bench.version, 'c1');
    expect(await bench.predict([row, row])).toMatchObject({ accepted: 1, repeated: 1 });
    const [a, b] = [aPrediction(bench.version, 'c2'), aPrediction(bench.version, 'c2', { probability: 0.9 })];
    const refused = await problemOf(bench.predict([a, b]));
    expect(refused.code).toBe('duplicate-content');
    expect(refused.errors).toMatchObject([{ line: 2, pointer: '/caseId' }]);
    expect(await bench.predict([a, b], { mode: 'rows' })).toMatchObject({ accepted: 1, refused: 1 });
  });

  it('knows a row and its correction again after both were recorded, in either order', async () => {
    const bench = await aMonitor(await open());
    const rows = [
      aPrediction(bench.version, 'c1'),
      aPrediction(bench.version, 'c1', { probability: 0.5, corrects: 0, reason: 'wrong units' }),
      aPrediction(bench.version, 'c1', { probability: 0.6, corrects: 1, reason: 'wrong again' }),
    ];
    expect(await bench.predict(rows)).toMatchObject({ accepted: 1, corrected: 2 });
    for (const row of rows)
      expect(await bench.predict([row])).toMatchObject({ repeated: 1, accepted: 0, corrected: 0 });
    const stale = aPrediction(bench.version, 'c1', { probability: 0.7, corrects: 0, reason: 'of the first' });
    expect((await problemOf(bench.predict([stale]))).errors[0]).toMatchObject({ pointer: '/corrects' });
    const outcomes = [anOutcome('c1'), anOutcome('c1', { value: false, corrects: 0, reason: 'second reading' })];
    expect(await bench.report(outcomes)).toMatchObject({ accepted: 1, corrected: 1 });
    expect(await bench.report(outcomes)).toMatchObject({ repeated: 2 });
    expect(await rowsOf(bench, 'monitor_prediction')).toBe(3);
  });

  it('refuses a correction of nothing, and one without a reason', async () => {
    const bench = await aMonitor(await open());
    const ofNothing = aPrediction(bench.version, 'c1', { corrects: 0, reason: 'because' });
    expect((await problemOf(bench.predict([ofNothing]))).errors[0]).toMatchObject({ pointer: '/corrects' });
    const without = aPrediction(bench.version, 'c1', { corrects: 0 });
    expect((await problemOf(bench.predict([without]))).errors[0]).toMatchObject({ pointer: '/reason' });
    expect(
      (await problemOf(bench.report([anOutcome('c1', { corrects: 0, reason: 'because' })]))).errors[0],
    ).toMatchObject({
      pointer: '/corrects',
    });
  });

  it('keeps cases of two sites apart that have the same id', async () => {
    const bench = await aMonitor(await open());
    await bench.predict([aPrediction(bench.version, 'c1', { site: 'SOUTH' })]);
    const refused = await problemOf(bench.report([anOutcome('c1', { site: 'SOUTH' }), anOutcome('c1')]));
    expect(refused.errors).toMatchObject([{ line: 2, pointer: '/caseId' }]);
  });

  it('takes the same rows from two writers at once, each row once', async () => {
    const bench = await aMonitor(await open());
    const rows = Array.from({ length: 3000 }, (_, i) => aPrediction(bench.version, `c${i}`));
    const sendTwice = () => Promise.all([bench.predict(rows), bench.predict(rows.toReversed())]);
    const reports = await sendTwice();
    expect(reports.reduce((sum, one) => sum + one.accepted, 0)).toBe(3000);
    expect(reports.reduce((sum, one) => sum + one.repeated, 0)).toBe(3000);
    expect(await rowsOf(bench, 'monitor_prediction')).toBe(3000);
  });

  it('lets one of two corrections of the same revision win, and refuses the other', async () => {
    const bench = await aMonitor(await open());
    await bench.predict([aPrediction(bench.version, 'c1')]);
    const correct = (probability: number) =>
      bench.predict([aPrediction(bench.version, 'c1', { probability, corrects: 0, reason: 'corrected' })]);
    const results = await Promise.allSettled([correct(0.4), correct(0.5)]);
    expect(results.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await rowsOf(bench, 'monitor_prediction')).toBe(2);
  });

  it('stops recording while the clock runs behind what was counted, and says so', async () => {
    const bench = await aMonitor(await open());
    await bench.afterDays(10);
    bench.clock.moveTo(addDays(benchStart, 10));
    await bench.predict([aPrediction(bench.version, 'c1')]);
    const clock = { now: () => addDays(benchStart, 9) };
    const { database } = bench.monitor.deps;
    const fourEyes = fourEyesOn({ db: database.db, clock, ledger: bench.ledger });
    const behind = { ...bench.monitor.deps, clock, fourEyes };
    const { openMonitor } = await import('./service/monitor.ts');
    const late = openMonitor(behind).receivePredictions({
      body: [{ line: 1, raw: aPrediction(bench.version, 'c2') }],
      contentType: 'application/json',
      mode: 'all',
      convention: undefined,
      sourceId: 'token_test',
      organisationId: undefined,
    });
    expect((await problemOf(late)).code).toBe('clock-behind');
  });

  it('takes rows of the own sites of an organisation only', async () => {
    const bench = await aMonitor(await open());
    const send = (organisationId: string) =>
      bench.monitor.receivePredictions({
        body: [{ line: 1, raw: aPrediction(bench.version, 'c1') }],
        contentType: 'application/json',
        mode: 'all',
        convention: undefined,
        sourceId: 'token_test',
        organisationId: organisationId as LegalEntityId,
      });
    const foreign = await problemOf(send('org_south'));
    expect(foreign.errors).toEqual([
      { line: 1, pointer: '/site', detail: 'This site belongs to another organisation than the sender.' },
    ]);
    expect(await send('org_north')).toMatchObject({ accepted: 1 });
  });

  it('lets only past data with a named convention say when they were recorded', async () => {
    const bench = await aMonitor(await open());
    const recordedAt = new Date(addDays(benchStart, -5)).toISOString();
    const row = aPrediction(bench.version, 'c1', { at: addDays(benchStart, -9), recordedAt });
    expect((await problemOf(bench.predict([row]))).errors[0]).toMatchObject({ pointer: '/recordedAt' });
    const convention = 'recorded four days after the exam';
    expect(await bench.predict([row], { convention })).toMatchObject({ accepted: 1 });
    const without = aPrediction(bench.version, 'c2');
    expect((await problemOf(bench.predict([without], { convention }))).errors[0]).toMatchObject({
      pointer: '/recordedAt',
    });
  });

  it('opens one deficiency for a sender that decides otherwise than the plan says, not one a case', async () => {
    const bench = await aMonitor(await open());
    const { lead } = await import('./testing.ts');
    await bench.monitor.registerPlan(
      { modelVersionId: bench.version.id, decisionThreshold: 0.2, auditRate: 0.1 },
      lead,
    );
    const send = (name: string, decision: boolean) =>
      bench.predict([0, 1, 2].map((i) => aPrediction(bench.version, `${name}${i}`, { probability: 0.3, decision })));
    await send('right', true);
    const { deficiencyList } = await import('./questions/deficiencies.ts');
    expect(await deficiencyList(bench.monitor.deps)).toEqual([]);
    await send('wrong', false);
    await send('again', false);
    expect(await deficiencyList(bench.monitor.deps)).toMatchObject([
      { code: 'D10', state: 'signal', siteCode: 'NORTH' },
    ]);
    const { monitorSummary } = await import('./questions/cases.ts');
    const seen = { cases: everyCase, organisationId: undefined };
    expect((await monitorSummary(bench.monitor.deps, seen)).feeds).toMatchObject([
      { predictions: 9, decidedOtherwise: 6 },
    ]);
  });
});
