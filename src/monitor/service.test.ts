import { expect, it } from 'vitest';
import { addDays, type Instant, type LegalEntityId, seededRandom } from '#kernel';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import type { DeficiencyCommand } from './model/deficiency.ts';
import { claimViews } from './questions/claims.ts';
import { deficiencyList } from './questions/deficiencies.ts';
import {
  aClaimRequest,
  aMonitor,
  aNortherner,
  anOutcome,
  aPrediction,
  benchStart,
  lead,
  type MonitorBench,
  problemOf,
  signAs,
} from './testing.ts';

/*
 * Goal: what monitor promises of intake, maturity, claims and replay holds on a real database.
 * Method: a monitor with real ledger and develop under a simulated clock; rows go through the same intake as HTTP.
 */
const hours = (n: number): Instant => (benchStart + n * 3_600_000) as Instant;

/** n cases, one an hour; every one diseased; the first `hits` are flagged. */
async function sendDiseased(bench: MonitorBench, n: number, hits: number): Promise<void> {
  const cases = Array.from({ length: n }, (_, i) => `case_${String(i).padStart(5, '0')}`);
  bench.clock.moveTo(hours(n + 1));
  await bench.predict(
    cases.map((caseId, i) =>
      aPrediction(bench.version, caseId, { at: hours(i + 1), probability: i < hits ? 0.6 : 0.1 }),
    ),
  );
  await bench.report(cases.map((caseId, i) => anOutcome(caseId, { at: hours(i + 1), value: true })));
}

describeOnEveryDatabase('monitor', (open) => {
  it('counts a case when its horizon has passed, not when its outcome arrives', async () => {
    const bench = await aMonitor(await open());
    await bench.monitor.registerClaim(aClaimRequest(bench.version), lead);
    await sendDiseased(bench, 40, 40);
    await bench.afterDays(80);
    expect((await claimViews(bench.monitor.deps))[0]?.streams[0]?.reading.n).toBe(0);
    await bench.afterDays(20);
    const stream = (await claimViews(bench.monitor.deps))[0]?.streams[0];
    expect(stream?.reading).toMatchObject({ n: 40, k: 40 });
    expect(stream?.state).toBe('consistent');
  });

  it('breaks a claim at the case that decides it, and the same cells give the same bytes again', async () => {
    const bench = await aMonitor(await open());
    await bench.monitor.registerClaim(aClaimRequest(bench.version), lead);
    await sendDiseased(bench, 120, 60);
    await bench.afterDays(100);
    const stream = (await claimViews(bench.monitor.deps))[0]?.streams[0];
    expect(stream?.state).toBe('broken');
    const crossing = stream?.crossings.find((one) => one.kind === 'break');
    expect(crossing?.logValue).toBeGreaterThanOrEqual(crossing?.logThreshold ?? Infinity);
    expect(crossing?.n).toBeLessThan(120);
    const replayed = await bench.monitor.replay();
    expect(replayed.map((one) => one.isEqual)).toEqual([true]);
  });

  it('gives the same evidence whether cases come in one batch or in many', async () => {
    const digests: (string | undefined)[] = [];
    for (const steps of [1, 7]) {
      const bench = await aMonitor(await open());
      await bench.monitor.registerClaim(aClaimRequest(bench.version, { horizonDays: 120 }), lead);
      const random = seededRandom('batches');
      const rows = Array.from({ length: 210 }, (_, i) => ({ i, p: random(), y: random() < 0.5 }));
      for (let step = 0; step < steps; step++) {
        const part = rows.slice((step * 210) / steps, ((step + 1) * 210) / steps);
        const last = part.at(-1)!.i;
        bench.clock.moveTo(hours(last * 12 + 12));
        await bench.predict(
          part.map(({ i, p }) => aPrediction(bench.version, `c${i}`, { at: hours(i * 12), probability: p })),
        );
        await bench.report(part.map(({ i, y }) => anOutcome(`c${i}`, { at: hours(i * 12 + 1), value: y })));
        await bench.monitor.advance({ wait: true });
      }
      await bench.afterDays(200);
      digests.push((await claimViews(bench.monitor.deps))[0]?.streams[0]?.evidenceDigest);
    }
    expect(digests[0]).toBe(digests[1]);
  });

  it('accepts the same row again quietly and refuses other content under the same key', async () => {
    const bench = await aMonitor(await open());
    const row = aPrediction(bench.version, 'c1');
    expect(await bench.predict([row])).toMatchObject({ accepted: 1, repeated: 0 });
    expect(await bench.predict([row])).toMatchObject({ accepted: 0, repeated: 1 });
    const other = aPrediction(bench.version, 'c1', { probability: 0.31 });
    expect((await problemOf(bench.predict([other]))).code).toBe('duplicate-content');
    const correction = { ...other, corrects: 0, reason: 'wrong software version' };
    expect(await bench.predict([correction])).toMatchObject({ corrected: 1 });
    expect(await bench.predict([correction])).toMatchObject({ corrected: 0, repeated: 1 });
  });

  it('reports each refused row by its line and keeps the good ones if asked to', async () => {
    const bench = await aMonitor(await open());
    const rows = [
      aPrediction(bench.version, 'good'),
      aPrediction(bench.version, 'bad', { probability: 1.2 }),
      aPrediction(bench.version, 'worse', { at: addDays(benchStart, 9) }),
      aPrediction(bench.version, 'nowhere', { site: 'EAST' }),
    ];
    const refused = await problemOf(bench.predict(rows));
    expect(refused.errors.map(({ line, pointer }) => ({ line, pointer }))).toEqual([
      { line: 2, pointer: '/probability' },
      { line: 3, pointer: '/predictedAt' },
      { line: 4, pointer: '/site' },
    ]);
    const kept = await bench.predict(rows, { mode: 'rows' });
    expect(kept).toMatchObject({ accepted: 1, refused: 3, refusedLines: [[2, 4]] });
  });

  it('refuses an outcome of an unknown case and one that was known before its prediction', async () => {
    const bench = await aMonitor(await open());
    await bench.predict([aPrediction(bench.version, 'c1')]);
    const unknown = await problemOf(bench.report([anOutcome('c2')]));
    expect(unknown.errors[0]).toMatchObject({ line: 1, pointer: '/caseId' });
    const early = await problemOf(bench.report([anOutcome('c1', { at: addDays(benchStart, -1) })]));
    expect(early.errors[0]).toMatchObject({ line: 1, pointer: '/knownAt' });
  });

  it('refuses a claim that would count cases from before its registration', async () => {
    const bench = await aMonitor(await open());
    const request = aClaimRequest(bench.version, { countsFrom: '2019-01-01' });
    expect((await problemOf(bench.monitor.registerClaim(request, lead))).code).toBe('claim-after-data');
  });

  it('opens one deficiency for a broken claim, and a dismissal by two starts the next run with less α', async () => {
    const bench = await aMonitor(await open());
    await bench.monitor.registerClaim(aClaimRequest(bench.version), lead);
    await sendDiseased(bench, 120, 60);
    await bench.afterDays(100);
    const { deficiencies } = await import('./store.pg/deficiencies.ts');
    const open1 = await deficiencies(bench.monitor.deps.database.db);
    expect(open1).toHaveLength(1);
    const { id } = open1[0]!;
    const [safety, owner] = [aNortherner('safety-officer'), aNortherner('clinical-owner')];
    const command = { type: 'triage', severity: 'S3', reason: 'misses cancers' } as const;
    const actor = { ...safety, role: 'safety-officer', isPerson: true };
    await bench.monitor.actOnDeficiency(id, { command, actor });
    const dismissal = { type: 'dismiss', because: 'chance', reason: 'looked at all of them' } as const;
    expect((await problemOf(bench.monitor.actOnDeficiency(id, { command: dismissal, actor }))).code).toBe('four-eyes');
    expect(await bench.monitor.takesTwo(id, dismissal)).toBe(true);
    const proposalId = await bench.monitor.proposeDecision(safety, { id, command: dismissal });
    const again = bench.monitor.proposeDecision(owner, { id, command: { ...dismissal, because: 'case-mix' } });
    expect((await problemOf(again)).code).toBe('conflict');
    expect((await signAs(bench, safety, proposalId)).outcome).toBe('open');
    expect((await problemOf(signAs(bench, safety, proposalId))).code).toBe('four-eyes');
    const stranger = { ...owner, organisationId: 'org_south' as LegalEntityId };
    expect((await problemOf(signAs(bench, stranger, proposalId))).code).toBe('not-allowed');
    expect((await signAs(bench, owner, proposalId)).outcome).toBe('executed');
    const [done] = await deficiencies(bench.monitor.deps.database.db);
    expect(done).toMatchObject({
      state: 'dismissed',
      record: { decision: { signatures: [{ role: 'safety-officer' }, { role: 'clinical-owner' }] } },
    });
    const stream = (await claimViews(bench.monitor.deps))[0]?.streams[0];
    expect(stream).toMatchObject({ run: 2, state: 'no-evidence-yet' });
    expect(stream?.alpha).toBeCloseTo((0.05 * 6) / (Math.PI ** 2 * 4), 12);
  });

  it('asks for a new signature when the severity was changed after the first', async () => {
    const bench = await aMonitor(await open());
    await bench.monitor.registerClaim(aClaimRequest(bench.version), lead);
    await sendDiseased(bench, 120, 60);
    await bench.afterDays(100);
    const [found] = await deficiencyList(bench.monitor.deps);
    const id = found!.id;
    const safety = aNortherner('safety-officer');
    const act = (command: DeficiencyCommand) =>
      bench.monitor.actOnDeficiency(id, { command, actor: { ...safety, role: 'safety-officer', isPerson: true } });
    await act({ type: 'triage', severity: 'S3', reason: 'misses cancers' });
    const command = { type: 'confirm', reason: 'we both looked at it' } as const;
    const proposalId = await bench.monitor.proposeDecision(safety, { id, command });
    await signAs(bench, safety, proposalId);
    expect((await deficiencyList(bench.monitor.deps))[0]?.next).toContain('waits for the signature of a second person');
    await act({ type: 'dissent', text: 'I am not so sure' });
    await act({ type: 'set-severity', severity: 'S5', reason: 'it is worse than thought' });
    const second = await signAs(bench, aNortherner('clinical-owner'), proposalId);
    expect(second).toMatchObject({ outcome: 'open', signatures: [{ state: 'void' }, { state: 'counts' }] });
    expect((await signAs(bench, safety, proposalId)).outcome).toBe('executed');
    expect((await deficiencyList(bench.monitor.deps))[0]?.state).toBe('confirmed');
  });
});
