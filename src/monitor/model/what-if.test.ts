import { describe, expect, it } from 'vitest';
import type { Reading } from '../contract.ts';
import { aClaimBody } from './builders.ts';
import type { Metric } from './metrics.ts';
import { whatWouldDecide } from './needed.ts';
import { whatIf } from './what-if.ts';

/** Goal: what would decide a claim is said in its own words and direction. Method: claims of each kind, by hand. */

const reading: Reading = {
  n: 40,
  k: 39,
  known: 40,
  logBreak: -1,
  logSupport: -1,
  logDetector: null,
  estimate: { estimable: false, n: 40, because: 'test' },
};
const wordsOf = (metric: Metric, over: object = {}, read: Partial<Reading> = {}): string => {
  const body = aClaimBody({ metric, ...over });
  const at = { state: 'consistent', reading: { ...reading, ...read } } as const;
  return whatWouldDecide({ body, whatIf: whatIf(body) }, 1, at).join(' ');
};

describe('what would decide a claim', () => {
  it('is said in the words of its metric', () => {
    expect(wordsOf('failure-rate')).toMatch(/\d+ failed exams in a row would break it\. \d+ exams with an answer/);
    expect(wordsOf('verified-share')).toMatch(/cases left unverified in a row would break it/);
    expect(wordsOf('sensitivity-gap')).toMatch(/Counted in pairs/);
    expect(wordsOf('false-positives-per-exam', { bound: 1 }, { logSupport: null })).toMatch(
      /more than the 8 candidates declared/,
    );
    expect(wordsOf('auroc')).not.toMatch(/in a row/);
  });

  it('says how soon a change for the worse would be noticed: a rise where less is better', () => {
    expect(wordsOf('sensitivity')).toMatch(/A fall from 93 % to 80 % would be noticed after about \d+ relevant cases/);
    expect(wordsOf('referral-rate')).toMatch(/A rise from 7 % to 20 %/);
    expect(wordsOf('brier', { bound: 0.2 })).toMatch(/A rise from 14 % to 30 %/);
    expect(wordsOf('sensitivity-gap')).toMatch(/A fall from 0 % to -15 %/);
    expect(whatIf(aClaimBody({ metric: 'auroc' }))).toBeUndefined();
    expect(whatIf(aClaimBody({ verification: { model: 'audit', rate: 0.1 } }))).toBeUndefined();
  });
});
