import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { runAlpha } from '#statistics';
import { aCell, aClaimBody, aMeasure, daysOf } from './builders.ts';
import { auditLevel, resolution } from './cells.ts';
import type { VerificationRule } from './claim.ts';
import { type Measure, type Metric, metricRules, metrics } from './metrics.ts';
import { type CohortDay, newStream, type SavedStream, Stream } from './stream.ts';

/** Goal: evidence kept between batches is the evidence of one go, bit for bit. Method: seeded streams of every metric. */

function randomDays(seed: string, days: number, measure: Measure = 'score'): CohortDay[] {
  const random = seededRandom(seed);
  return daysOf(
    ...Array.from({ length: days }, () =>
      Array.from({ length: 1 + Math.floor(random() * 6) }, () => {
        const score = Math.floor(random() * 1000);
        const isFlagged = score >= 500;
        const level = random() < 0.1 ? auditLevel.drawn : auditLevel.notDrawn;
        const isKnown = random() < 0.8;
        return aCell({
          bin: measure === 'score' ? score : aMeasure(measure, random),
          flagged: isFlagged,
          value: isKnown && random() < score / 1000,
          resolution: isKnown ? resolution.verified : resolution.unresolved,
          auditLevel: isFlagged ? auditLevel.protocol : level,
        });
      }),
    ),
  );
}

const kinds: [Metric, VerificationRule][] = [
  ...metrics.map((metric): [Metric, VerificationRule] => [metric, { model: 'reference-standard' }]),
  ['sensitivity', { model: 'audit', rate: 0.1 }],
  ['specificity', { model: 'audit', rate: 0.1 }],
  ['npv', { model: 'audit', rate: 0.1 }],
  ['verified-share', { model: 'audit', rate: 0.1 }],
  ['matured-share', { model: 'audit', rate: 0.1 }],
];

describe('a stream', () => {
  it.each(kinds)('of %s (%o) is the same day by day as in one go, to the last bit', (metric, verification) => {
    const bound = metricRules[metric].limit === 'range' ? 0.8 : 0.6;
    const body = aClaimBody({ metric, verification, bound, minN: 5 });
    const days = randomDays(`${metric} ${verification.model}`, 120, metricRules[metric].measure);
    const whole = new Stream(body, newStream(1, 0));
    for (const day of days) whole.takeDay(day, false);
    let saved: SavedStream = newStream(1, 0);
    for (const day of days) {
      const stream = new Stream(body, saved);
      stream.takeDay(day, false);
      // Through JSON and bytes, as a database would keep it.
      const { process, ...rest } = stream.save();
      saved = { ...JSON.parse(JSON.stringify(rest)), process: Uint8Array.from(process) };
    }
    expect(saved).toEqual(whole.save());
    expect(new Stream(body, saved).reading()).toEqual(whole.reading());
  });

  it('notes a break at the very case that decides it, with the counts that prove it, and it stays broken', () => {
    const body = aClaimBody();
    const misses = Array.from({ length: 3 }, () => aCell({ flagged: false, bin: 10 }));
    const stream = new Stream(body, newStream(1, 0));
    // α of the first run is .05 · 6/π², so three misses (E = 24.1) do not reach 1/α₁ = 32.9 and four do.
    expect(stream.takeDay(daysOf(misses)[0]!, false).state).toBe('no-evidence-yet');
    const point = stream.takeDay(daysOf([], misses)[1]!, false);
    expect(point.state).toBe('broken');
    const crossing = stream.save().crossings.find((one) => one.kind === 'break');
    expect(crossing).toMatchObject({ position: 4, n: 4, k: 0, at: '2020-01-02' });
    expect(crossing!.logThreshold).toBeCloseTo(-Math.log(runAlpha(0.05, 1)), 12);
    const healed = stream.takeDay(
      daysOf(
        [],
        [],
        Array.from({ length: 500 }, () => aCell()),
      )[2]!,
      false,
    );
    expect(healed.state).toBe('broken');
  });

  it('stays without evidence while no outcome is known, however many cases mature', () => {
    const unknown = Array.from({ length: 200 }, () => aCell({ resolution: resolution.unresolved, value: false }));
    const stream = new Stream(aClaimBody(), newStream(1, 0));
    expect(stream.takeDay(daysOf(unknown)[0]!, false)).toMatchObject({
      state: 'no-evidence-yet',
      reading: { n: 200, k: 200, known: 0 },
    });
  });

  it('is confirmed by 58 hits in a row, unless a data-health deficiency blocks it', () => {
    const hits = daysOf(Array.from({ length: 58 }, () => aCell()))[0]!;
    expect(new Stream(aClaimBody(), newStream(1, 0)).takeDay(hits, false).state).toBe('confirmed');
    expect(new Stream(aClaimBody(), newStream(1, 0)).takeDay(hits, true).state).toBe('consistent');
  });

  it('chains a digest that tells the order of cases and their days', () => {
    const digestOf = (...days: number[][]): string => {
      const stream = new Stream(aClaimBody(), newStream(1, 0));
      for (const day of daysOf(...days)) stream.takeDay(day, false);
      return stream.save().evidenceDigest;
    };
    const [a, b] = [aCell({ bin: 1 }), aCell({ bin: 2 })];
    const digests = [digestOf([a, b]), digestOf([b, a]), digestOf([a], [b]), digestOf([a])];
    expect(new Set(digests).size).toBe(4);
    expect(digestOf([a, b])).toBe(digests[0]);
  });
});
