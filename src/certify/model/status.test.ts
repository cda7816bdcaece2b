import { describe, expect, it } from 'vitest';
import { isLower, lower, rankedStatuses, rankOf, unservedStatuses } from './status.ts';

describe('the order of statuses', () => {
  it('runs from withdrawn, 0, to valid, 6', () => {
    expect(rankedStatuses.map(rankOf)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([rankOf('withdrawn'), rankOf('suspended'), rankOf('watch'), rankOf('valid')]).toEqual([0, 1, 5, 6]);
  });
  it('never serves what lies outside the order', () => {
    for (const status of unservedStatuses) expect(isLower(status, 'suspended')).toBe(true);
  });
  it('takes the lower of two, whatever their order', () => {
    for (const a of rankedStatuses) {
      for (const b of rankedStatuses) {
        expect(rankOf(lower(a, b))).toBe(Math.min(rankOf(a), rankOf(b)));
        expect(lower(a, b)).toBe(lower(b, a));
      }
    }
  });
});
