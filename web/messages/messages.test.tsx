/* Goal: texts and numbers are written as UI.md asks. Method: known sentences and figures. */
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { glossary } from '../glossary.ts';
import { en } from './en.ts';
import {
  formatBytes,
  formatEstimate,
  formatEvidence,
  formatFraction,
  formatInterval,
  formatOutOf,
  millisecondsOf,
} from './format.ts';
import { rich } from './rich.tsx';
import { t, tMaybe } from './translate.ts';

describe('a message', () => {
  it('takes the plural form of its count and writes large numbers readably', () => {
    expect(t('ui.table.rows', { count: 1 })).toBe('1 row');
    expect(t('ui.table.rows', { count: 12_345 })).toBe('12,345 rows');
  });

  it('takes elements as values and leaves the order of words to the catalogue', () => {
    const sentence = renderToStaticMarkup(<p>{rich('ui.chart.as-of', { day: <b>4 March</b> })}</p>);
    expect(sentence).toBe('<p>as of <b>4 March</b></p>');
  });

  it('sets in bold what stands between double asterisks, values included, and groups digits', () => {
    const given = { count: 1200, total: 3000, where: 'two sites' };
    const sentence = renderToStaticMarkup(<p>{rich('monitor.claims.headline.broken', given)}</p>);
    expect(sentence).toBe('<p><b>1,200 of 3,000 claims are broken</b> at two sites.</p>');
  });

  it('is absent, not invented, for a key that only the server knows', () => {
    expect(tMaybe('status.valid')).toBe('valid');
    expect(tMaybe('status.splendid')).toBeUndefined();
    expect(tMaybe('toString')).toBeUndefined();
  });

  it('has the same placeholders in both plural forms, beside the count', () => {
    const names = (text: string) =>
      [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).filter((name) => name !== 'count');
    for (const message of Object.values(en)) {
      if (typeof message !== 'string') expect(names(message.one).sort()).toEqual(names(message.other).sort());
    }
  });
});

describe('a number', () => {
  it('has no more digits than its interval justifies, and always its n', () => {
    expect(formatEstimate({ value: 96 / 121, lower: 0.7131, upper: 0.8594, n: 121 })).toBe(
      '.79 (.71–.86), n\u00a0=\u00a0121',
    );
    expect(formatInterval(0.8721, 0.8774)).toBe('.872–.877');
    expect(formatInterval(-0.164, -0.111)).toBe('−.16 to −.11');
    expect(formatInterval(-1.224, 1.04)).toBe('−1.22 to 1.04');
  });

  it('is said out of a hundred, and finer where a hundred would round it away', () => {
    expect(formatOutOf(0.793)).toBe('79 of 100');
    expect(formatOutOf(0.004)).toBe('4 of 1,000');
    expect(formatOutOf(0.997)).toBe('997 of 1,000');
    expect(formatOutOf(1)).toBe('100 of 100');
  });

  it('keeps its sign and its whole part as a fraction', () => {
    expect(formatFraction(-0.05)).toBe('\u2212.05');
    expect(formatFraction(1)).toBe('1.00');
    expect(formatFraction(0.9)).toBe('.90');
  });

  it('is written as evidence from its logarithm over any range', () => {
    expect(formatEvidence(Math.log(0.8505618783))).toBe('0.85');
    expect(formatEvidence(Math.log(18_977.4))).toBe('18,977');
    expect(formatEvidence(50)).toBe('10^21.7');
    expect(formatEvidence(-50)).toBe('10^\u221221.7');
  });

  it('is written in bytes with their unit', () => {
    expect(formatBytes(0)).toBe('0 B');
    expect(formatBytes(1_400_000)).toBe('1.4 MB');
  });
});

describe('a plain day', () => {
  it('does not move by a time zone', () => {
    expect(millisecondsOf('2019-03-04')).toBe(Date.UTC(2019, 2, 4));
  });
});

describe('the glossary', () => {
  it('defines each term in one sentence', () => {
    for (const { definition } of Object.values(glossary)) {
      expect(definition).toMatch(/^[^.]*(?:\.\d[^.]*)*\.$/);
    }
  });
});
