/* Goal: a cell of the board says what it is worth, and never by colour alone. Method: answers by hand. */
import { describe, expect, it } from 'vitest';
import type { ExploredCell } from '../../../../src/monitor/contract.ts';
import { byEvidence, cellInWords, groupInWords, heatRows, stateOf } from './exploration-words.ts';

type Figures = NonNullable<ExploredCell['figures']>;
const aCell = (figures: Partial<Figures> | null = {}, over: Partial<ExploredCell> = {}): ExploredCell => ({
  siteCode: 'W',
  siteName: 'Westhaven',
  group: { kind: 'all', value: '' },
  metric: 'sensitivity',
  claimId: 'claim_1',
  figures: figures && {
    n: 100,
    estimate: { estimable: false, n: 0, because: 'no labels yet' },
    shrunk: null,
    logE: 0,
    isMarked: false,
    detectable: 0.05,
    standing: { state: 'no gap found' },
    ...figures,
  },
  ...over,
});
const thin = (monthsNeeded: number | null): ExploredCell =>
  aCell({ standing: { state: 'insufficient evidence', casesNeeded: 40, monthsNeeded } });

describe('a cell', () => {
  it('says how long it would take, and does not take silence for assurance', () => {
    expect(cellInWords(thin(14.2))).toBe(
      'Insufficient evidence; would take about 14 months at the volume of this site.',
    );
    expect(cellInWords(thin(0.2))).toMatch(/about 1 month at/);
    expect(cellInWords(thin(120))).toMatch(/about 10 years/);
    expect(cellInWords(thin(null))).toMatch(/no such case comes/);
    expect(cellInWords(aCell({ isMarked: true }))).toMatch(/Exploratory/);
    expect(cellInWords(aCell(null))).toMatch(/fewer than ten/);
    expect([thin(1), aCell(), aCell(null), aCell({ isMarked: true })].map(stateOf)).toEqual([
      'thin',
      'quiet',
      'hidden',
      'marked',
    ]);
  });

  it('is named by its group', () => {
    expect(groupInWords({ kind: 'age', value: '60' })).toBe('Age 60–69');
    expect(groupInWords({ kind: 'vendor', value: 'Siemens' })).toBe('Vendor Siemens');
  });
});

describe('the board', () => {
  it('has a row a group, everybody first, and a column a site, also where the group does not occur', () => {
    const vendor = { kind: 'vendor', value: 'GE' } as const;
    const { sites, rows } = heatRows([aCell({}, { group: vendor }), aCell(), aCell({}, { siteName: 'Eastport' })]);
    expect(sites).toEqual(['Eastport', 'Westhaven']);
    expect(rows.map(({ group }) => group.kind)).toEqual(['all', 'vendor']);
    expect(rows[1]!.cells.map((cell) => cell?.siteName)).toEqual([undefined, 'Westhaven']);
  });

  it('lists the strongest first and what is not shown last', () => {
    const cells = [aCell(null), aCell({ logE: 1 }), aCell({ logE: 9 })];
    expect(byEvidence(cells).map(({ figures }) => figures?.logE)).toEqual([9, 1, undefined]);
  });
});
