import { expect, it } from 'vitest';
import { addDays, type Instant, type LegalEntityId, type SiteId } from '#kernel';
import type { Scope } from '#people';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import type { ExplorationBoard, ExploredCell } from './contract.ts';
import { exploration } from './questions/exploration.ts';
import {
  aClaimRequest,
  aMonitor,
  anOutcome,
  aPrediction,
  benchSites,
  benchStart,
  everyCase,
  lead,
  type MonitorBench,
  problemOf,
} from './testing.ts';

/*
 * Goal: the one bad cell of site × vendor is marked and no other; small cells are hidden from who may not see cases of
 * the site; nothing of it is evidence. Method: three sites × two vendors through the service on a real database.
 */

const east = { id: 'site_east' as SiteId, code: 'EAST', name: 'East', legalEntityId: 'org_east' as LegalEntityId };
const sites = [...benchSites, east];

/** Misses of a hundred cancers; five cases of a third vendor at one site. */
const strata = [
  { site: 'NORTH', vendor: 'Siemens', cases: 100, misses: 5 },
  { site: 'NORTH', vendor: 'Philips', cases: 100, misses: 5 },
  { site: 'SOUTH', vendor: 'Siemens', cases: 100, misses: 5 },
  { site: 'SOUTH', vendor: 'Philips', cases: 100, misses: 45 },
  { site: 'EAST', vendor: 'Siemens', cases: 100, misses: 5 },
  { site: 'EAST', vendor: 'Philips', cases: 100, misses: 5 },
  { site: 'EAST', vendor: 'GE', cases: 5, misses: 0 },
];

async function aBoardBench(bench: MonitorBench): Promise<void> {
  bench.monitor.deps.people = { sites: async () => sites };
  const request = aClaimRequest(bench.version, { sites: sites.map(({ code }) => code), decisionThreshold: 0.2 });
  await bench.monitor.registerClaim(request, lead);
  const sent = strata.flatMap(({ site, vendor, cases, misses }) =>
    Array.from({ length: cases }, (_, i) => ({
      caseId: `${site}_${vendor}_${i}`,
      site,
      vendor,
      at: (benchStart + (i + 1) * 3_600_000) as Instant,
      probability: i < misses ? 0.1 : 0.8,
    })),
  );
  bench.clock.moveTo(addDays(benchStart, 10));
  await bench.predict(sent.map(({ caseId, ...row }) => aPrediction(bench.version, caseId, row)));
  await bench.report(sent.map(({ caseId, site, at }) => anOutcome(caseId, { site, at })));
  await bench.afterDays(100);
}

const named = ({ siteCode, group }: ExploredCell): string => `${siteCode} ${group.kind} ${group.value}`.trim();
const cell = (board: ExplorationBoard, name: string): ExploredCell => board.cells.find((one) => named(one) === name)!;
const onlyNorth: Scope = { detail: 'cases', sites: [benchSites[0]!.id] };

describeOnEveryDatabase('the exploratory board', (open) => {
  it('marks the cell that departs from the claim, and shows small cells only to who may see the cases', async () => {
    const bench = await aMonitor(await open());
    await aBoardBench(bench);
    const explore = exploration(bench.monitor.deps);
    const ask = (cases: Scope) => explore({ modelVersionId: bench.version.id, cases });
    const board = await ask(everyCase);
    expect(board).toMatchObject({ label: 'exploratory', cases: 605, casesOfSiteMax: null });
    expect(board.cells).toHaveLength(10);
    const marked = board.cells.filter(({ figures }) => figures?.isMarked).map(named);
    expect(marked.toSorted()).toEqual(['SOUTH all', 'SOUTH vendor Philips']);
    expect(cell(board, 'SOUTH vendor Philips').figures).toMatchObject({
      n: 100,
      estimate: { value: 0.55 },
      standing: { state: 'gap' },
    });
    expect(cell(board, 'EAST vendor GE').figures).toMatchObject({
      n: 5,
      isMarked: false,
      standing: { state: 'insufficient evidence' },
    });
    const elsewhere = await ask(onlyNorth);
    // The five, and a second vendor beside them: else the five could be had by subtraction.
    const hidden = elsewhere.cells.filter(({ figures }) => figures === null).map(named);
    expect(hidden).toContain('EAST vendor GE');
    expect(hidden).toHaveLength(2);
    expect(hidden.every((name) => name.startsWith('EAST'))).toBe(true);
  });

  it('is nothing for a version without claims, and a problem for none', async () => {
    const bench = await aMonitor(await open());
    const explore = exploration(bench.monitor.deps);
    expect((await explore({ modelVersionId: bench.version.id, cases: everyCase })).cells).toEqual([]);
    const unknown = await problemOf(explore({ modelVersionId: 'mv_none', cases: everyCase }));
    expect(unknown.code).toBe('not-found');
  });
});
