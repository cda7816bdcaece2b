import { describe, expect, it } from 'vitest';
import { addDays } from '#kernel';
import { aVerdict, onDay } from '../builders.ts';
import { judge } from './claim-evidence.ts';

// Goal: every row of the table "From claim to evidence status", fresh and stale.
describe('judging a stream of a claim', () => {
  const now = onDay(200);
  const fresh = { freshAt: addDays(now, -60) };
  const stale = { freshAt: addDays(now, -61) };
  const fail = { status: 'restricted', predicate: 'Exams of scanner X' } as const;
  const rows: [string, Parameters<typeof aVerdict>[0], string, string][] = [
    ['confirmed and fresh passes', { state: 'confirmed', ...fresh }, 'pass', 'valid'],
    ['confirmed and stale is watched', { state: 'confirmed', ...stale }, 'stale', 'watch'],
    ['confirmed without a newest case is stale', { state: 'confirmed' }, 'stale', 'watch'],
    [
      'consistent passes under unexpired acceptance',
      { state: 'consistent', ...fresh, acceptanceUntil: now },
      'pass',
      'valid',
    ],
    ['consistent without acceptance cannot be judged', { state: 'consistent', ...fresh }, 'not_evaluable', 'watch'],
    [
      'consistent after its acceptance cannot be judged',
      { state: 'consistent', ...fresh, acceptanceUntil: addDays(now, -1) },
      'not_evaluable',
      'watch',
    ],
    [
      'consistent and stale is stale, whatever the acceptance',
      { state: 'consistent', ...stale, acceptanceUntil: now },
      'stale',
      'watch',
    ],
    [
      'a break does not undo what the escalation did',
      { state: 'broken', level: 2, consequenceOnFail: fail, consequenceOnEscalation: { status: 'suspended' } },
      'fail',
      'suspended',
    ],
    ['no evidence yet cannot be judged', { state: 'no-evidence-yet' }, 'not_evaluable', 'watch'],
    ['a notice is watched', { state: 'watch', level: 1, ...fresh }, 'alarm1', 'watch'],
    ['a stale notice is watched', { state: 'watch', level: 1, ...stale }, 'alarm1', 'watch'],
    ['an escalation does what was registered', { state: 'watch', level: 2, ...fresh }, 'alarm2', 'conditional'],
    ['a stale escalation does the same', { state: 'watch', level: 2, ...stale }, 'alarm2', 'conditional'],
    ['a break does what was registered', { state: 'broken', ...fresh, consequenceOnFail: fail }, 'fail', 'restricted'],
    ['a stale break does the same', { state: 'broken', ...stale, consequenceOnFail: fail }, 'fail', 'restricted'],
    [
      'a break is at least conditional',
      { state: 'broken', ...fresh, consequenceOnFail: { status: 'watch' } },
      'fail',
      'conditional',
    ],
  ];
  it.each(rows)('%s', (_, change, kind, status) => {
    expect(judge(aVerdict(change), now)).toMatchObject({ kind, status });
  });

  it('carries the payload of the consequence', () => {
    expect(judge(aVerdict({ state: 'broken', consequenceOnFail: fail }), now).predicate).toBe('Exams of scanner X');
    expect(judge(aVerdict({ state: 'watch', level: 2 }), now).condition).toBe('A second radiologist reads every exam.');
  });
});
