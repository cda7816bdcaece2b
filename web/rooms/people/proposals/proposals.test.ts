/* Goal: what the browser signs is what the server judges. Method: the server's own digest, and a part that was changed. */
import { describe, expect, it } from 'vitest';
import { digestOf, partOf } from '../../../../src/people/four-eyes/model/rule.ts';
import { countingSignatures, digestShown, inWords, isPolicyChange, placeOf } from './proposals.ts';

describe('what is signed', () => {
  const parts = [
    partOf('The act', { type: 'reinstate', sites: ['W'] }),
    { name: 'Evidence', sha256: 'ab', content: null },
  ];

  it('has the digest that the server judges, computed from what is shown', () => {
    expect(digestShown(parts)).toBe(digestOf(parts));
    expect(digestShown([...parts].reverse())).toBe(digestOf(parts));
  });

  it('has another digest where the content shown is not the content judged', () => {
    const forged = parts.map((part) => (part.content === null ? part : { ...part, content: { type: 'withdraw' } }));
    expect(digestShown(forged)).not.toBe(digestOf(parts));
  });

  it('is named in words, and leads to the page it is about', () => {
    expect(inWords({ title: { key: 'certify.raise.reinstate', values: { sites: 'Westhaven' } } })).toBe(
      'reinstate at Westhaven',
    );
    expect(inWords({ title: { key: 'elsewhere.unknown', values: {} } })).toBe('an act of another room');
    expect(placeOf({ kind: 'certify:reinstate', subject: 'cert_1' })).toBe('/certify/certificates/cert_1');
    expect(placeOf({ kind: 'people:change-policy', subject: 'x' })).toBeUndefined();
    expect(isPolicyChange({ kind: 'people:change-policy' })).toBe(true);
  });

  it('counts no void and no withdrawn signature', () => {
    const signature = { personId: 'p', role: 'assessor', state: 'counts' };
    const signatures = [signature, { ...signature, state: 'void' }, { ...signature, state: 'withdrawn' }];
    expect(countingSignatures({ signatures: signatures as never })).toEqual([signature]);
  });
});
