import { describe, expect, it } from 'vitest';
import { instant, toIso } from '#kernel';
import { defaultLawProfile } from '../law-profile.ts';
import { type ClockId, dueAt } from './profile.ts';

// Goal: deadlines against dates worked out by hand.
describe('deadlines of the law profile', () => {
  const rows: [ClockId, string, string][] = [
    ['watch-resolution', '2021-02-01T09:00:00Z', '2021-03-03T09:00:00.000Z'],
    ['provisional-term', '2021-08-31T00:00:00Z', '2022-02-28T00:00:00.000Z'],
    ['certificate-term', '2024-02-29T12:00:00Z', '2029-02-28T12:00:00.000Z'],
    ['surveillance-audit', '2021-12-31T23:59:00Z', '2022-12-31T23:59:00.000Z'],
    ['stop-request-answer', '2021-03-05T10:00:00Z', '2021-03-09T10:00:00.000Z'],
    ['stop-request-answer', '2021-03-06T10:00:00Z', '2021-03-09T10:00:00.000Z'],
  ];
  it.each(rows)('%s from %s is due at %s', (id, from, due) => {
    expect(toIso(dueAt(defaultLawProfile, id, instant(from)))).toBe(due);
  });
});
