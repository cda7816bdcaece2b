/* Goal: an entry is said in words, and a strange one makes no wrong sentence. Method: statements as the rooms write them. */
import { describe, expect, it } from 'vitest';
import type { LedgerEntryBody } from '../../../src/ledger/contract.ts';
import { kindInWords, roleOf, whatOf } from './entry-words.ts';
import { actKinds } from './ledger-search.ts';

const anEntry = (
  kind: LedgerEntryBody['kind'],
  details: unknown,
  actor: unknown = { id: 'person-1', role: 'safety-officer' },
) =>
  ({
    kind,
    statement: { subjects: [], predicateType: '', predicate: { details, actor } },
  }) as unknown as LedgerEntryBody;

describe('an entry', () => {
  it('of a delivery says how much came and how much was refused', () => {
    const counts = { accepted: 411, corrected: 1, repeated: 0, refused: 3 };
    expect(whatOf(anEntry('batch', { of: 'predictions', counts }))).toBe(
      '412 predictions were received. 3 rows were refused.',
    );
  });

  it('of a certificate says the act and the change', () => {
    const details = { type: 'siteStop', statusChanges: [{ siteId: 'west', from: 'valid', to: 'suspended' }] };
    expect(whatOf(anEntry('status-change', details))).toBe('Stopped by the site: from valid to suspended.');
  });

  it('of evidence says from which state to which', () => {
    expect(whatOf(anEntry('eval-result', { from: 'no-evidence-yet', to: 'consistent', n: 40 }))).toBe(
      'The evidence about a claim went from no evidence yet to consistent, n = 40.',
    );
  });

  it('has a name and a sentence for every kind, whatever its statement holds', () => {
    for (const kind of actKinds) {
      for (const details of [undefined, null, 7, [], {}, { statusChanges: 'x', counts: 3, crossing: [] }]) {
        expect(whatOf(anEntry(kind, details))).toMatch(/\S.*[.\w]$/);
      }
      expect(kindInWords(kind)).not.toBe('');
    }
  });

  it('says the role, never the person', () => {
    expect(roleOf(anEntry('signoff', {}))).toBe('Safety officer');
    expect(roleOf(anEntry('batch', {}, { id: 'token-1' }))).toBe('the machine');
    expect(roleOf(anEntry('origin', {}, { id: 'system' }))).toBe('the system');
  });
});
