import { expect, it } from 'vitest';
import { addDays, type Instant, type LegalEntityId, type ModelVersionId, seededRandom } from '#kernel';
import type { Role } from '#people';
import { inTransaction } from '#platform/db';
import { recalibrate } from '#statistics';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import type { Candidate } from './index.ts';
import type { DeficiencyCommand } from './model/deficiency.ts';
import { calibrationViews } from './questions/calibration.ts';
import { auditSampleOf, casesPage } from './questions/cases.ts';
import { claimViews } from './questions/claims.ts';
import { comparisonViews, deficiencyList } from './questions/deficiencies.ts';
import {
  aClaimRequest,
  aMonitor,
  aNortherner,
  anOutcome,
  aPrediction,
  benchStart,
  decideTogether,
  everyCase,
  lead,
  type MonitorBench,
  problemOf,
} from './testing.ts';

/**
 * Goal: from a false claim to a candidate that is compared and released, with evidence that no fit has touched.
 * Method: a model that says twice the odds, under an audit; whatever the design verifies is verified.
 */

const threshold = 0.3;
const audit = { model: 'audit', rate: 0.2 } as const;
const hour = 3_600_000;
const calibrationClaim = {
  key: 'calibration-in-the-large',
  metric: 'calibration-in-the-large',
  tolerance: 0.03,
  among: 'flagged',
  decisionThreshold: threshold,
  verification: audit,
  horizonDays: 30,
  alpha: 0.05,
} as const;

async function aWatchedModel(bench: MonitorBench): Promise<void> {
  const plan = { modelVersionId: bench.version.id, decisionThreshold: threshold, auditRate: 0.2, auditSeed: 'fixed' };
  await bench.monitor.registerPlan(plan, lead);
  const { bound: _none, ...request } = aClaimRequest(bench.version, calibrationClaim);
  await bench.monitor.registerClaim(request, lead);
}

/** Cases of one version, one an hour from now on, verified as the design says; the truth is at lower odds. */
async function sendVerified(bench: MonitorBench, n: number, versionId: ModelVersionId, name: string): Promise<void> {
  const start = bench.clock.now();
  const random = seededRandom(name);
  const cases = Array.from({ length: n }, (_, i) => {
    const probability = 0.05 + 0.85 * random();
    const isIll = random() < recalibrate(probability, { intercept: -0.9, slope: 1 });
    return { caseId: `${name}${i}`, at: (start + i * hour) as Instant, probability, isIll };
  });
  bench.clock.moveTo((start + n * hour) as Instant);
  await bench.predict(
    cases.map(({ caseId, at, probability }) =>
      aPrediction({ ...bench.version, id: versionId }, caseId, { at, probability, decision: probability >= threshold }),
    ),
  );
  const sample = await auditSampleOf(bench.monitor.deps, { site: 'NORTH', limit: 5000 }, everyCase);
  const drawn = new Set(sample.cases.map((one) => one.caseId));
  const verified = cases.filter((one) => one.probability >= threshold || drawn.has(one.caseId));
  await bench.report(
    verified.map(({ caseId, at, isIll }) => anOutcome(caseId, { at: (at + 1) as Instant, value: isIll })),
  );
}

const act = (bench: MonitorBench, id: string, role: Role, command: DeficiencyCommand) =>
  bench.monitor.actOnDeficiency(id, { command, actor: { ...aNortherner(role), role, isPerson: true } });

/** The deficiency that the broken claim has opened, confirmed by two. */
async function confirmedDeficiency(bench: MonitorBench): Promise<string> {
  const [found] = await deficiencyList(bench.monitor.deps);
  await act(bench, found!.id, 'safety-officer', { type: 'triage', severity: 'S3', reason: 'probabilities too high' });
  await decideTogether(bench, found!.id, { command: { type: 'confirm', reason: 'both looked at it' } });
  return found!.id;
}

const propose = (bench: MonitorBench, deficiencyId: string, decisionThreshold = 0.2): Promise<Candidate> =>
  bench.monitor.proposeRecalibration(deficiencyId, { kind: 'intercept', margin: 0.01, decisionThreshold }, lead);

describeOnEveryDatabase('from a deficiency to a change', (open) => {
  it('fits a candidate, compares it on later cases only, releases it, and still knows the original', async () => {
    const bench = await aMonitor(await open());
    await aWatchedModel(bench);
    await sendVerified(bench, 600, bench.version.id, 'a');
    await bench.afterDays(32);
    const [claim] = await claimViews(bench.monitor.deps);
    expect(claim?.streams[0]?.state).toBe('broken');
    const deficiencyId = await confirmedDeficiency(bench);
    const candidate = await propose(bench, deficiencyId);
    expect(candidate.intercept).toBeGreaterThan(-1.4);
    expect(candidate.intercept).toBeLessThan(-0.4);
    expect(candidate.fit.n).toBeGreaterThan(200);
    const idOf = candidate.modelVersionId as ModelVersionId;
    const { bound: _none, ...request } = aClaimRequest(bench.version, calibrationClaim);
    await bench.monitor.registerClaim(
      { ...request, modelVersionId: idOf, decisionThreshold: 0.2, key: 'calibration-after' },
      lead,
    );
    await sendVerified(bench, 500, bench.version.id, 'b');
    await bench.afterDays(32);
    const comparisons = await comparisonViews(bench.monitor.deps, idOf);
    expect(comparisons.map((one) => [one.against, one.state])).toEqual(
      expect.arrayContaining([
        ['original', 'non-inferior'],
        ['previous', 'non-inferior'],
      ]),
    );
    for (const one of comparisons) expect(one.n).toBeLessThanOrEqual(500);
    const after = (await claimViews(bench.monitor.deps)).find((one) => one.key === 'calibration-after');
    // Only shadow cases: none of those that the candidate was fitted on.
    expect(after?.streams[0]).toMatchObject({ cases: 500 });
    expect(['confirmed', 'consistent']).toContain(after?.streams[0]?.state);

    await inTransaction(bench.monitor.deps.database.db, (tx) => bench.monitor.candidateDecided(tx, idOf, 'released'));
    await sendVerified(bench, 50, idOf, 'c');
    const query = { show: 'all', limit: 200 } as const;
    const original = await casesPage(
      bench.monitor.deps,
      { ...query, modelVersionId: bench.version.id, find: 'c' },
      everyCase,
    );
    const released = await casesPage(bench.monitor.deps, { ...query, modelVersionId: idOf, find: 'c' }, everyCase);
    expect([original.cases.length, released.cases.length]).toEqual([50, 50]);
    expect(original.cases.every((one) => one.derived)).toBe(true);
    const [a, b] = [original.cases[0]!, released.cases[0]!];
    expect(recalibrate(a.probability, candidate)).toBeCloseTo(b.probability, 9);
    expect((await bench.monitor.replay()).every((one) => one.isEqual)).toBe(true);
    const views = await calibrationViews(bench.monitor.deps, { cases: everyCase });
    expect(views.map((one) => one.among)).toEqual(['flagged', 'flagged']);
  });

  it('marks for verification what only the candidate flags, and stops deriving what was refused', async () => {
    const bench = await aMonitor(await open());
    await aWatchedModel(bench);
    await sendVerified(bench, 600, bench.version.id, 'a');
    await bench.afterDays(32);
    const candidate = await propose(bench, await confirmedDeficiency(bench), 0.05);
    const ids = Array.from({ length: 60 }, (_, i) => `between${i}`);
    const at = bench.clock.now();
    await bench.predict(ids.map((caseId) => aPrediction(bench.version, caseId, { at, probability: 0.2 })));
    const { cases } = await auditSampleOf(bench.monitor.deps, { site: 'NORTH', limit: 5000 }, everyCase);
    const listed = new Map(cases.map((one) => [one.caseId, one.because]));
    expect(ids.filter((caseId) => !listed.has(caseId))).toEqual([]);
    expect(new Set(ids.map((caseId) => listed.get(caseId)))).toEqual(new Set(['drawn', 'watched-version']));
    const id = candidate.modelVersionId as ModelVersionId;
    await inTransaction(bench.monitor.deps.database.db, (tx) => bench.monitor.candidateDecided(tx, id, 'refused'));
    await sendVerified(bench, 10, bench.version.id, 'd');
    const page = await casesPage(bench.monitor.deps, { show: 'all', limit: 200, modelVersionId: id }, everyCase);
    expect(page.cases.filter((one) => one.caseId.startsWith('d'))).toEqual([]);
    expect(page.cases).toHaveLength(60);
  });

  it('makes a candidate from a confirmed calibration deficiency only', async () => {
    const bench = await aMonitor(await open());
    await aWatchedModel(bench);
    await sendVerified(bench, 600, bench.version.id, 'a');
    await bench.afterDays(32);
    const [found] = await deficiencyList(bench.monitor.deps);
    expect((await problemOf(propose(bench, found!.id))).code).toBe('wrong-state');
    expect((await problemOf(propose(bench, 'deficiency_none'))).code).toBe('not-found');
    const id = await confirmedDeficiency(bench);
    const early = { kind: 'intercept' as const, margin: 0.01, fitUntil: '2020-01-20' };
    expect((await problemOf(bench.monitor.proposeRecalibration(id, early, lead))).code).toBe('not-estimable');
  });

  it('closes a deficiency only when a new claim, about cases after the action, is confirmed', async () => {
    const bench = await aMonitor(await open());
    await aWatchedModel(bench);
    await sendVerified(bench, 600, bench.version.id, 'a');
    await bench.afterDays(32);
    const id = await confirmedDeficiency(bench);
    await act(bench, id, 'model-lead', { type: 'record-cause', text: 'a new scanner', codes: [] });
    const restrict = { type: 'decide-action', actions: ['restrict-use'], reason: 'until it is repaired' } as const;
    await decideTogether(bench, id, { command: { ...restrict, actions: [...restrict.actions] } });
    const [old] = await claimViews(bench.monitor.deps);
    const register = (claimId: string) => act(bench, id, 'model-lead', { type: 'register-effectiveness', claimId });
    expect((await problemOf(register('claim_none'))).code).toBe('not-found');
    expect((await problemOf(register(old!.id))).code).toBe('wrong-state');
    bench.clock.moveTo(addDays(bench.clock.now(), 1));
    const { bound: _none, ...repaired } = aClaimRequest(bench.version, { ...calibrationClaim, key: 'after' });
    const elsewhere = { ...repaired, sites: ['SOUTH'] };
    for (const other of [aClaimRequest(bench.version, { bound: 0.01, key: 'easy' }), elsewhere]) {
      const claim = await bench.monitor.registerClaim(other, lead);
      expect((await problemOf(register(claim.id))).code).toBe('wrong-state');
    }
    const fresh = await bench.monitor.registerClaim(repaired, lead);
    expect((await register(fresh.id)).state).toBe('effectiveness-check');
    const command = { type: 'close', reason: 'it looks repaired' } as const;
    const close = bench.monitor.proposeDecision(aNortherner('safety-officer'), { id, command });
    expect((await problemOf(close)).code).toBe('wrong-state');
    const stranger = { ...aNortherner('safety-officer'), organisationId: 'org_south' as LegalEntityId };
    const failed = { type: 'effect-failed', reason: 'not our hospital' } as const;
    const actor = { ...stranger, role: 'safety-officer', isPerson: true };
    expect((await problemOf(bench.monitor.actOnDeficiency(id, { command: failed, actor }))).code).toBe('not-allowed');
  });

  it('links a new deficiency to the dismissed one, and a dismissed run ends where its cohort stands', async () => {
    const bench = await aMonitor(await open());
    await bench.monitor.registerClaim(aClaimRequest(bench.version, { horizonDays: 10 }), lead);
    const misses = async (name: string) => {
      const ids = Array.from({ length: 40 }, (_, i) => `${name}${i}`);
      const at = bench.clock.now();
      await bench.predict(ids.map((caseId) => aPrediction(bench.version, caseId, { at, probability: 0.1 })));
      await bench.report(ids.map((caseId) => anOutcome(caseId, { at })));
      await bench.afterDays(12);
    };
    await misses('a');
    const [first] = await deficiencyList(bench.monitor.deps);
    await act(bench, first!.id, 'safety-officer', { type: 'triage', severity: 'S4', reason: 'forty missed' });
    const dismissal = { type: 'dismiss', because: 'data-artefact', reason: 'a wrong table was loaded' } as const;
    await Promise.all([
      decideTogether(bench, first!.id, { command: dismissal }),
      bench.monitor.advance({ wait: true }),
    ]);
    await misses('b');
    const [second] = await deficiencyList(bench.monitor.deps);
    expect(second).toMatchObject({ reopens: first!.id, state: 'signal' });
    const [claim] = await claimViews(bench.monitor.deps);
    expect(claim?.streams).toMatchObject([{ run: 2, state: 'broken', cases: 40 }]);
    const replayed = await bench.monitor.replay();
    expect(replayed.map((one) => [one.run, one.cases, one.isEqual]).toSorted()).toEqual([
      [1, 40, true],
      [2, 40, true],
    ]);
    expect((await claimViews(bench.monitor.deps, addDays(benchStart, 11)))[0]?.streams[0]).toMatchObject({
      run: 1,
      cases: 40,
    });
  });
});
