import { describe, expect, it } from 'vitest';
import { resolution } from './cells.ts';
import { candidatesUnknown, measured, type Told } from './measure.ts';
import type { Measure } from './metrics.ts';

/** Goal: a cell carries what its cohort's measure says, and what is not told is never taken for good. Method: by hand. */

const told = (over: Partial<Told> = {}): Told => ({
  probability: 0.4567,
  told: null,
  lesions: null,
  value: true,
  resolution: resolution.verified,
  ...over,
});
const found = (...lesions: boolean[]): Partial<Told> => ({
  lesions: { modelVersionId: 'mv', found: lesions, falsePositives: 3 },
});
const none = { value: undefined, resolution: resolution.unresolved };

describe('what a cell carries', () => {
  it.each<[Measure, Partial<Told>, number, number]>([
    ['score', {}, 456, resolution.verified],
    ['group', { told: 'true' }, 1, resolution.verified],
    ['group', { told: 'false' }, 0, resolution.verified],
    ['prediction-set', { told: 'none' }, 0, resolution.verified],
    ['prediction-set', { told: 'both', ...none }, 3, resolution.unresolved],
    ['prediction-set', {}, 4, resolution.verified],
    ['acceptance', { told: 'true' }, 0, resolution.verified],
    ['answer', { told: 'false' }, 1, resolution.verified],
    ['lesions', found(true, false), 8 + 2, resolution.verified],
    // The four largest, whatever became of the fifth.
    ['lesions', found(false, true, true, true, true), 3 * 8 + 4, resolution.verified],
    ['lesions', {}, 0, resolution.unresolved],
    ['lesions', { value: false }, 0, resolution.verified],
    ['false-positives', found(true), 3, resolution.verified],
    ['false-positives', { value: false, told: '2' }, 2, resolution.verified],
    ['false-positives', { told: '2' }, 2, resolution.unresolved],
    ['false-positives', { value: false }, candidatesUnknown, resolution.unresolved],
  ])('under %s of %o is %i, resolved %i', (measure, over, bin, resolved) => {
    expect(measured(measure, told(over))).toEqual({ bin, resolution: resolved });
  });
});
