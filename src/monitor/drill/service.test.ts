import { expect, it } from 'vitest';
import { addDays, canonicalJson, type Instant, type Json, seededRandom, sha256Hex } from '#kernel';
import { describeOnEveryDatabase } from '../../platform/db/testing.ts';
import { claimViews } from '../questions/claims.ts';
import {
  aClaimRequest,
  aMonitor,
  anOutcome,
  aPrediction,
  benchStart,
  lead,
  type MonitorBench,
  problemOf,
} from '../testing.ts';
import { drillRequest } from './contract.ts';
import { recordedDrills, runDrill } from './service.ts';

/**
 * Goal: a drill reads a real stream, changes nothing of it, and is in the ledger only where it is asked to be.
 * Method: cases through the intake until they are mature; then drills on PostgreSQL.
 */

const by = { id: 'local-operator', role: 'machine' };
const asked = (over: object = {}) =>
  drillRequest.parse({ claim: 'sensitivity', inject: 'image-quality', size: 0.6, runs: 20, ...over });

/** Two cases a day, half of them diseased and nearly all of those flagged. */
async function aMatureStream(bench: MonitorBench, days: number): Promise<void> {
  const random = seededRandom('drill');
  const at = (i: number): Instant => (benchStart + (i + 1) * 12 * 3_600_000) as Instant;
  const rows = Array.from({ length: 2 * days }, (_, i) => {
    const value = i % 2 === 0;
    const isFlagged = random() < (value ? 0.97 : 0.2);
    return { caseId: `c${i}`, at: at(i), value, probability: isFlagged ? 0.3 + 0.6 * random() : 0.15 * random() };
  });
  bench.clock.moveTo(addDays(at(rows.length), 1));
  for (let from = 0; from < rows.length; from += 500) {
    const some = rows.slice(from, from + 500);
    await bench.predict(
      some.map(({ caseId, at, probability }) => aPrediction(bench.version, caseId, { at, probability })),
    );
    await bench.report(some.map(({ caseId, at, value }) => anOutcome(caseId, { at: addDays(at, 0), value })));
  }
  await bench.afterDays(220);
}

describeOnEveryDatabase('drills', (open) => {
  it('finds the fault on a copy, repeats itself, and leaves the evidence and the ledger as they were', async () => {
    const bench = await aMonitor(await open());
    const { deps } = bench.monitor;
    await bench.monitor.registerClaim(aClaimRequest(bench.version, { horizonDays: 200 }), lead);
    await aMatureStream(bench, 150);
    const [before, size] = [await claimViews(deps), (await bench.ledger.questions.checkpoint()).size];
    const first = await runDrill(deps, asked(), by);
    expect(first.report).toMatchObject({ drill: true, label: 'drill, on a copy', site: 'NORTH', expected: 'alarm' });
    expect(first.report.copy.cases).toBe(300);
    expect(first.report.findings[0]!.found.count).toBeGreaterThanOrEqual(18);
    expect(first.reportSha256).toBe(sha256Hex(canonicalJson(first.report as unknown as Json)));
    expect(first.ledgerIndex).toBeNull();
    expect(await runDrill(deps, asked(), by)).toEqual(first);
    expect((await runDrill(deps, asked({ seed: 'other' }), by)).reportSha256).not.toBe(first.reportSha256);
    expect((await bench.ledger.questions.checkpoint()).size).toBe(size);
    expect(await recordedDrills(deps)).toEqual([]);

    const recorded = await runDrill(deps, asked({ record: true, at: '150' }), by);
    expect(await recordedDrills(deps)).toEqual([
      expect.objectContaining({
        ledgerIndex: recorded.ledgerIndex,
        reportSha256: recorded.reportSha256,
        inject: 'image-quality',
      }),
    ]);
    const { entries } = await bench.ledger.questions.entries({ kind: 'drill' });
    expect(entries[0]!.statement?.predicate.details).toMatchObject({ drill: true });
    expect(await claimViews(deps)).toEqual(before);
    expect((await bench.monitor.replay()).every(({ isEqual }) => isEqual)).toBe(true);
  }, 120_000);

  it('mixes up with another version where one has mature cases at the site, and is refused otherwise', async () => {
    const bench = await aMonitor(await open());
    const { deps } = bench.monitor;
    await bench.monitor.registerClaim(aClaimRequest(bench.version, { horizonDays: 200 }), lead);
    expect((await problemOf(runDrill(deps, asked(), by))).code).toBe('not-estimable');
    await aMatureStream(bench, 60);
    const refused = await Promise.all([
      problemOf(runDrill(deps, asked({ inject: 'version-mix-up' }), by)),
      problemOf(runDrill(deps, asked({ at: '2031-01-01' }), by)),
      problemOf(runDrill(deps, asked({ at: '100000' }), by)),
      problemOf(runDrill(deps, asked({ site: 'SOUTH' }), by)),
      problemOf(runDrill(deps, asked({ claim: 'specificity' }), by)),
    ]);
    expect(refused.map(({ code }) => code)).toEqual([
      'invalid-input',
      'invalid-input',
      'invalid-input',
      'not-found',
      'not-found',
    ]);
    const worse = await bench.develop.registerVersion(
      (await bench.develop.models())[0]!.model.id,
      {
        label: '2',
        artefactDigest: 'b'.repeat(64),
        preprocessingDigest: 'c'.repeat(64),
        calibration: { kind: 'identity' },
      },
      lead,
    );
    await bench.monitor.registerClaim(aClaimRequest(worse, { key: 'sensitivity-2', horizonDays: 200 }), lead);
    const from = bench.clock.now();
    bench.clock.moveTo(addDays(from, 3));
    const rows = Array.from({ length: 70 }, (_, i) => ({
      caseId: `w${i}`,
      at: (from + (i + 1) * 3_600_000) as Instant,
    }));
    await bench.predict(rows.map(({ caseId, at }) => aPrediction(worse, caseId, { at, probability: 0.05 })));
    await bench.report(rows.map(({ caseId, at }) => anOutcome(caseId, { at, value: true })));
    await bench.afterDays(220);
    const { report } = await runDrill(deps, asked({ inject: 'version-mix-up', size: 1 }), by);
    expect(report.findings[0]!.found).toMatchObject({ count: 20, of: 20 });
  }, 120_000);
});
