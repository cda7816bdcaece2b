import { describe, expect, it } from 'vitest';
import { aCell, aClaimBody } from './builders.ts';
import { type CellEvidence, evidenceOf, groupsOfCase, judgeBoard, qualityCut } from './exploration.ts';

/*
 * Goal: the board marks what departs from a claim, by e-BH over all cells, and never takes silence of a small cell for
 * assurance. Method: cells of known hits and misses, and the e-values at which e-BH must turn.
 */

const told = { vendor: null, ageBand: null, imageQuality: null, rarity: null };

const cellsOf = (hits: number, misses: number): number[] => [
  ...Array.from({ length: hits }, () => aCell()),
  ...Array.from({ length: misses }, () => aCell({ flagged: false, bin: 100 })),
];

const evidence = (siteId: string, hits: number, misses: number, over: Partial<CellEvidence> = {}): CellEvidence => {
  const body = aClaimBody();
  const group = { kind: 'all', value: '' } as const;
  return { siteId, group, claimId: 'claim_1', body, ...evidenceOf(body, cellsOf(hits, misses)), ...over };
};

const aYear = () => 12;

describe('groups of a case', () => {
  it('are everybody, and those that its first answer told', () => {
    expect(groupsOfCase(told, undefined)).toEqual([{ kind: 'all', value: '' }]);
    const all = { vendor: 'Siemens', ageBand: 65, imageQuality: 1, rarity: 0.001 };
    expect(groupsOfCase(all, 2).map(({ kind, value }) => `${kind} ${value}`)).toEqual([
      'all ',
      'vendor Siemens',
      'age 60',
      'quality low',
      'rarity rare',
    ]);
    expect(groupsOfCase({ ...all, rarity: 0.5 }, 1).map(({ value }) => value)).not.toContain('rare');
  });

  it('cut image quality at the median of what was told', () => {
    const qualities = [3, 1, null, 2, 3, 3].map((imageQuality) => ({ ...told, imageQuality }));
    expect(qualityCut(qualities)).toBe(3);
    expect(qualityCut([told])).toBeUndefined();
  });
});

describe('the board', () => {
  it('marks by e-BH: the k-th largest e-value counts from cells / (α k)', () => {
    const withE = (es: number[]): boolean[] =>
      judgeBoard(
        es.map((e, i) => evidence(`s${i}`, 9, 1, { logE: Math.log(e) })),
        aYear,
      ).map(({ isMarked }) => isMarked);
    // Four cells at .05: one alone needs 80; two need 40 each.
    expect(withE([79, 1, 1, 1])).toEqual([false, false, false, false]);
    expect(withE([81, 1, 1, 1])).toEqual([true, false, false, false]);
    expect(withE([41, 41, 1, 1])).toEqual([true, true, false, false]);
  });

  it('marks the site that misses and no other', () => {
    const board = judgeBoard([evidence('good', 190, 10), evidence('bad', 130, 70), evidence('small', 9, 1)], aYear);
    expect(board.map(({ isMarked }) => isMarked)).toEqual([false, true, false]);
    expect(board[1]!.standing).toEqual({ state: 'gap' });
    expect(board[0]!.standing).toEqual({ state: 'no gap found' });
  });

  it('says of a small cell how long it would take at the pace of its site', () => {
    const [, small] = judgeBoard([evidence('good', 190, 10), evidence('small', 9, 1)], aYear);
    expect(small!.detectable).toBeGreaterThan(0.1);
    const { standing } = small!;
    if (standing.state !== 'insufficient evidence') throw new Error(standing.state);
    // Ten cases in twelve months.
    expect(standing.monthsNeeded).toBeCloseTo((standing.casesNeeded * 12) / 10, 9);
    expect(standing.casesNeeded).toBeGreaterThan(50);
  });

  it('knows no pace where nobody came', () => {
    const [none] = judgeBoard([evidence('none', 0, 0)], aYear);
    expect(none).toMatchObject({ isMarked: false, detectable: undefined, shrunk: undefined });
    expect(none!.standing).toMatchObject({ state: 'insufficient evidence', monthsNeeded: undefined });
  });

  it('draws a rate towards its likes where there are three, and never past them', () => {
    const sites = [evidence('a', 190, 10), evidence('b', 180, 20), evidence('c', 5, 5)];
    expect(judgeBoard(sites.slice(0, 2), aYear).map(({ shrunk }) => shrunk)).toEqual([undefined, undefined]);
    const { shrunk } = judgeBoard(sites, aYear)[2]!;
    if (!shrunk?.estimable) throw new Error('no shrunk value');
    expect(shrunk.value).toBeGreaterThan(0.5);
    expect(shrunk.value).toBeLessThan(0.95);
  });
});
