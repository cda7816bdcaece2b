import { describe, expect, it } from 'vitest';
import { instant } from '#kernel';
import {
  aCertificateInForce,
  aConfirmed,
  anEnvelope,
  aPerson,
  aValidCertificate,
  aVerdict,
  heidestad,
  onDay,
  westhaven,
} from './builders.ts';
import { assuranceNote, dayInWords, reasonsAt, statusSentence, toDoAt } from './sentences.ts';

describe('the words of a certificate', () => {
  it('says where, since when and why a model is suspended', () => {
    const certificate = aValidCertificate();
    certificate.report(instant('2021-04-30T12:00:00Z'), aVerdict({ state: 'broken' }));
    expect(statusSentence(certificate.state, westhaven)).toBe(
      'The certificate of ProstateRisk 2.1 is suspended at Westhaven since 30 April 2021: it misses more cancers than it claims.',
    );
    expect(statusSentence(certificate.state, heidestad)).toBe(
      'The certificate of ProstateRisk 2.1 is valid at Heidestad since 15 April 2021.',
    );
  });

  it('says what is awaited and what to do, by whom', () => {
    const certificate = aCertificateInForce();
    expect(statusSentence(certificate.state, westhaven)).toContain(
      'is valid under watch at Westhaven since 4 January 2021',
    );
    expect(toDoAt(certificate.state, westhaven)).toMatchObject([
      {
        what: 'Bring the evidence for “It finds at least 90 % of significant cancers”.',
        by: ['model lead'],
        due: onDay(210),
      },
    ]);
  });

  it('says that the evidence has recovered where a status only waits for signatures', () => {
    const certificate = aCertificateInForce();
    certificate.report(onDay(100), aConfirmed(onDay(100)));
    expect(statusSentence(certificate.state, westhaven)).toBe(
      'The certificate of ProstateRisk 2.1 is valid under watch at Westhaven since 4 January 2021: the evidence that was awaited is there since 14 April 2021; it waits for two signatures.',
    );
    expect(statusSentence(certificate.state, heidestad)).toContain('evidence is still awaited');
    certificate.report(onDay(110), aVerdict({ state: 'broken' }));
    certificate.report(onDay(140), aVerdict({ state: 'watch', level: 1, n: 500, freshAt: onDay(140) }));
    expect(reasonsAt(certificate.state, westhaven)).toEqual([
      'its evidence has recovered in part since 24 May 2021; it waits for two signatures',
      'there are first signs that it misses more cancers than it claims',
    ]);
  });

  it('quotes a claim whose metric it has no words for', () => {
    const certificate = aCertificateInForce([aVerdict({ metric: 'new-metric' }), aVerdict({ siteId: heidestad })]);
    certificate.report(onDay(9), aVerdict({ metric: 'new-metric', state: 'watch', level: 2 }));
    expect(statusSentence(certificate.state, westhaven)).toContain(
      'there are strong signs that what it claims no longer holds',
    );
  });

  it('gives the reason of a person without doubling its full stop', () => {
    const certificate = aValidCertificate();
    const why = 'Scanner under repair.';
    certificate.give({
      ...anEnvelope(onDay(102), aPerson('clinical-owner'), why),
      type: 'siteStop',
      siteId: westhaven,
    });
    expect(statusSentence(certificate.state, westhaven)).toMatch(/the site stopped it: Scanner under repair\.$/);
  });

  it('writes days without a locale, and says what the statement is not', () => {
    expect(dayInWords(instant('2024-02-29T23:59:59Z'))).toBe('29 February 2024');
    expect(assuranceNote).toContain('not legal advice');
  });
});
