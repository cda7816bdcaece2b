import { expect, it } from 'vitest';
import type { ModelVersion } from '#develop';
import { addDays, type Instant } from '#kernel';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import { claimViews, streamHistory } from './questions/claims.ts';
import { claimVerdicts } from './questions/verdicts.ts';
import {
  aClaimRequest,
  aMonitor,
  anOutcome,
  aPrediction,
  benchStart,
  lead,
  type MonitorBench,
  problemOf,
} from './testing.ts';

/** Goal: what counts, when, and as known when. Method: cases through the intake, under a clock that the test sets. */

const hours = (n: number): Instant => (benchStart + n * 3_600_000) as Instant;
const streamOf = async (bench: MonitorBench, asOf?: Instant) =>
  (await claimViews(bench.monitor.deps, asOf))[0]!.streams[0]!;
const counted = async (bench: MonitorBench) => {
  const { n, k, known } = (await streamOf(bench)).reading;
  return { n, k, known };
};

/** Flagged, diseased cases, one an hour from `from` on. */
async function sendHits(bench: MonitorBench, n: number, from = 0): Promise<void> {
  if (bench.clock.now() < hours(from + n + 1)) bench.clock.moveTo(hours(from + n + 1));
  const rows = Array.from({ length: n }, (_, i) => ({ caseId: `h${from + i}`, at: hours(from + i + 1) }));
  await bench.predict(rows.map(({ caseId, at }) => aPrediction(bench.version, caseId, { at, probability: 0.6 })));
  await bench.report(rows.map(({ caseId, at }) => anOutcome(caseId, { at })));
}

/** Another version of the same model, with its own claim. */
async function aSecondVersion(bench: MonitorBench): Promise<ModelVersion> {
  const next = await bench.develop.registerVersion(
    (await bench.develop.models())[0]!.model.id,
    {
      label: '2',
      artefactDigest: 'b'.repeat(64),
      preprocessingDigest: 'c'.repeat(64),
      calibration: { kind: 'identity' },
    },
    lead,
  );
  await bench.monitor.registerClaim(aClaimRequest(next, { key: 'sensitivity-2' }), lead);
  return next;
}

describeOnEveryDatabase('evidence', (open) => {
  const aBench = async (over: Parameters<typeof aClaimRequest>[1] = {}): Promise<MonitorBench> => {
    const bench = await aMonitor(await open());
    await bench.monitor.registerClaim(aClaimRequest(bench.version, over), lead);
    return bench;
  };

  it('takes outcomes as they were known at maturity: a later correction changes nothing that was counted', async () => {
    const bench = await aBench();
    await sendHits(bench, 2);
    const corrects = { corrects: 0, reason: 'second reading' };
    await bench.afterDays(30);
    await bench.report([anOutcome('h0', { at: hours(1), value: false, ...corrects })]);
    await bench.afterDays(70);
    expect(await counted(bench)).toEqual({ n: 1, k: 1, known: 1 });
    await bench.report([anOutcome('h1', { at: hours(2), value: false, ...corrects })]);
    await bench.afterDays(10);
    expect(await counted(bench)).toEqual({ n: 1, k: 1, known: 1 });
  });

  it('takes a corrected probability that was known at maturity, and no past one into a live claim', async () => {
    const bench = await aBench();
    await sendHits(bench, 2);
    const to = (caseId: string, i: number, over: object) =>
      aPrediction(bench.version, caseId, {
        at: hours(i),
        probability: 0.1,
        corrects: 0,
        reason: 'wrong software',
        ...over,
      });
    await bench.predict([to('h0', 1, {})]);
    const recordedAt = new Date(hours(3)).toISOString();
    await bench.predict([to('h1', 2, { recordedAt })], { convention: 'told later' });
    await bench.afterDays(100);
    expect(await counted(bench)).toEqual({ n: 2, k: 1, known: 2 });
  });

  it('does not take a probability that was corrected after the outcome of its case was recorded', async () => {
    const bench = await aBench();
    bench.clock.moveTo(hours(2));
    await bench.predict([aPrediction(bench.version, 'm1', { at: hours(1), probability: 0.1 })]);
    await bench.report([anOutcome('m1', { at: hours(2) })]);
    await bench.afterDays(1);
    const corrects = { corrects: 0, reason: 'it should have been found' };
    await bench.predict([aPrediction(bench.version, 'm1', { at: hours(1), probability: 0.9, ...corrects })]);
    await bench.afterDays(100);
    expect(await counted(bench)).toEqual({ n: 1, k: 0, known: 1 });
  });

  it('counts a prediction beside that was recorded after an outcome of its case, though before maturity', async () => {
    const bench = await aBench();
    const next = await aSecondVersion(bench);
    await sendHits(bench, 1);
    await bench.afterDays(1);
    await bench.predict([aPrediction(next, 'h0', { at: hours(1), probability: 0.9 })]);
    await bench.afterDays(100);
    const second = (await claimViews(bench.monitor.deps)).find((claim) => claim.modelVersionId === next.id);
    expect(second?.streams[0]).toMatchObject({ cases: 0, late: 1 });
  });

  it('counts late predictions beside, whether they come before or after their cohort has read on', async () => {
    const bench = await aBench();
    await sendHits(bench, 5);
    await bench.afterDays(100);
    await bench.predict([aPrediction(bench.version, 'late1', { at: hours(3), probability: 0.6 })]);
    await bench.predict([aPrediction(bench.version, 'late2', { at: hours(200), probability: 0.6 })]);
    await bench.afterDays(30);
    const stream = await streamOf(bench);
    expect(stream).toMatchObject({ cases: 5, late: 2 });
  });

  it('counts a patient once, and an exam that came too late does not take the place of the first', async () => {
    const bench = await aBench({ patientRule: 'index-exam' });
    bench.clock.moveTo(hours(50));
    const exam = (caseId: string, at: number, pseudonym: string) =>
      aPrediction(bench.version, caseId, { at: hours(at), probability: 0.6, pseudonym });
    await bench.predict([exam('a1', 1, 'a'), exam('a2', 2, 'a'), exam('b2', 30, 'b')]);
    await bench.report(['a1', 'a2', 'b2'].map((caseId) => anOutcome(caseId, { at: hours(40) })));
    bench.clock.moveTo(addDays(hours(20), 90));
    await bench.predict([exam('b1', 3, 'b')]);
    await bench.afterDays(20);
    expect(await streamOf(bench)).toMatchObject({ cases: 2, late: 1 });
  });

  it('follows the order of the predictions, not of their arrival', async () => {
    const digests = new Set<string>();
    for (const isReversed of [false, true]) {
      const bench = await aBench();
      bench.clock.moveTo(hours(60));
      const rows = Array.from({ length: 50 }, (_, i) => ({ caseId: `c${i}`, i }));
      if (isReversed) rows.reverse();
      for (const part of [rows.slice(0, 20), rows.slice(20)]) {
        await bench.predict(
          part.map(({ caseId, i }) =>
            // Five cases share each instant: ties go by id.
            aPrediction(bench.version, caseId, { at: hours(Math.floor(i / 5)), probability: (i % 10) / 10 }),
          ),
        );
      }
      await bench.report(rows.map(({ caseId, i }) => anOutcome(caseId, { at: hours(55), value: i % 3 === 0 })));
      await bench.afterDays(100);
      digests.add((await streamOf(bench)).evidenceDigest);
    }
    expect(digests.size).toBe(1);
  });

  it('does not take for a test what was known before the prediction', async () => {
    const bench = await aBench();
    const next = await aSecondVersion(bench);
    await sendHits(bench, 1);
    bench.clock.moveTo(hours(100));
    await bench.predict([aPrediction(next, 'h0', { at: hours(99), probability: 0.9 })]);
    await bench.afterDays(100);
    const second = (await claimViews(bench.monitor.deps)).find((claim) => claim.modelVersionId === next.id);
    expect(second?.streams[0]?.reading).toMatchObject({ known: 0 });
  });

  it('advances once, however many workers advance at once, and a second time costs nothing', async () => {
    const bench = await aBench();
    await sendHits(bench, 60);
    bench.clock.moveTo(addDays(hours(60), 100));
    const done = await Promise.all([1, 2, 3].map(() => bench.monitor.advance({ wait: true })));
    expect(done.reduce((sum, one) => sum + one.cases, 0)).toBe(60);
    expect(await streamOf(bench)).toMatchObject({ cases: 60, state: 'confirmed' });
    expect((await bench.monitor.advance({ wait: true })).cases).toBe(0);
    expect((await bench.monitor.replay()).every((one) => one.isEqual)).toBe(true);
  });

  it('is shown as it was known on a day: state, counts, since when, and which run', async () => {
    const bench = await aBench();
    await sendHits(bench, 31);
    await bench.afterDays(95);
    await sendHits(bench, 40, 3000);
    await bench.afterDays(100);
    expect(await streamOf(bench)).toMatchObject({ state: 'confirmed', cases: 71 });
    // The thirtieth case was predicted on the second of January, and its horizon of 90 days ended on the first of April.
    const then = await streamOf(bench, addDays(benchStart, 95));
    expect(then).toMatchObject({
      state: 'consistent',
      cases: 31,
      crossings: [],
      changedAt: '2020-04-02T00:00:00.000Z',
    });
    expect(then.evidenceDigest).not.toBe((await streamOf(bench)).evidenceDigest);
    const before = await streamOf(bench, addDays(benchStart, 40));
    expect(before).toMatchObject({ state: 'no-evidence-yet', cases: 0, reading: { n: 0 } });
    expect(await claimViews(bench.monitor.deps, addDays(benchStart, -1))).toEqual([]);
    const history = await streamHistory(bench.monitor.deps, then.streamId, addDays(benchStart, 95));
    expect(history.points.map((point) => point.cases)).toEqual([23, 31]);
  });

  it('tells certify what is known: no state for lack of outcomes, and fresh to the last mature case', async () => {
    const bench = await aBench();
    bench.clock.moveTo(hours(60));
    await bench.predict(
      Array.from({ length: 50 }, (_, i) => aPrediction(bench.version, `c${i}`, { at: hours(i), probability: 0.6 })),
    );
    await bench.afterDays(100);
    const [claim] = await claimViews(bench.monitor.deps);
    const [verdict] = await claimVerdicts(bench.monitor.deps.database.db, {
      claimIds: [claim!.id as never],
      siteIds: ['site_north' as never],
    });
    expect(verdict).toMatchObject({ state: 'no-evidence-yet', n: 0, freshAt: addDays(hours(49), 90) });
    expect(claim?.streams[0]?.needed.join(' ')).toMatch(/would be noticed after about \d+ relevant cases/);
  });

  it('reads past data for a retrospective claim only', async () => {
    const bench = await aBench();
    const past = { countsFrom: '2019-01-01', retrospective: true, key: 'past' };
    await bench.monitor.registerClaim(aClaimRequest(bench.version, past), lead);
    const at = addDays(benchStart, -200);
    const recorded = { recordedAt: new Date(addDays(at, 1)).toISOString() };
    const convention = 'outcomes known a day after';
    await bench.predict(
      [aPrediction(bench.version, 'p1', { at, probability: 0.6, recordedAt: new Date(at).toISOString() })],
      {
        convention,
      },
    );
    await bench.report([anOutcome('p1', { at, ...recorded })], { convention });
    await bench.afterDays(1);
    const views = await claimViews(bench.monitor.deps);
    expect(Object.fromEntries(views.map((claim) => [claim.key, claim.streams[0]?.cases]))).toEqual({
      sensitivity: 0,
      past: 1,
    });
    // What comes behind a cohort that has read on is counted as late, never lost.
    const earlier = addDays(at, -1);
    await bench.predict(
      [aPrediction(bench.version, 'p0', { at: earlier, recordedAt: new Date(earlier).toISOString() })],
      { convention },
    );
    const late = (await claimViews(bench.monitor.deps)).map((claim) => [claim.key, claim.streams[0]?.late]);
    expect(Object.fromEntries(late)).toEqual({ sensitivity: 0, past: 1 });
  });

  it('refuses a history of nothing', async () => {
    const bench = await aBench();
    expect((await problemOf(streamHistory(bench.monitor.deps, 'stream_none'))).code).toBe('not-found');
  });
});
