import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import type { LegalEntityId, SiteId } from '#kernel';
import { type Identity, noRelations, type Role, type Scope, visitor } from '#people';
import { permissionsForTests } from '../people/permission/testing.ts';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import { caseQuery } from './contract.ts';
import { withoutSmall } from './questions/calibration.ts';
import { activity, auditSampleOf, casesPage, caseView, monitorSummary } from './questions/cases.ts';
import { feedTotals, pageQuery } from './store.pg/cases.ts';
import { walkingIndexes } from './store.pg/query-plans.ts';
import { aMonitor, aPrediction, benchSites, everyCase, lead, type MonitorBench, problemOf } from './testing.ts';

/*
 * Goal: a site sees its own cases, an assessor those drawn for the audit, a patient representative none, and the pages
 * walk indexes all the same. Method: two hospitals on the real database, asked in every scope that the shipped policies give.
 */

const north = 'org_north' as LegalEntityId;
const south = 'org_south' as LegalEntityId;
const casesAtNorth = 200;
const casesAtSouth = 7;
const shows = caseQuery.shape.show.unwrap().options;

const aPerson = (role: Role, organisationId: LegalEntityId): Identity => ({
  ...visitor,
  kind: 'person',
  id: `person_${role}`,
  organisationId,
  roles: [role],
  relations: noRelations,
});

describeOnEveryDatabase('cases in a scope', (open) => {
  const permissions = permissionsForTests({ sites: benchSites });
  const scopeOf = (identity: Identity, at?: SiteId): Scope =>
    permissions.scopeOf(identity, 'monitor:read-cases', at && { siteId: at });
  const northerner = scopeOf(aPerson('model-lead', north));
  const southerner = scopeOf(aPerson('safety-officer', south));
  const assessor = scopeOf(aPerson('assessor', 'org_assessor' as LegalEntityId));
  const patient = scopeOf(aPerson('patient-representative', north));
  let bench: MonitorBench;
  let drawn: Set<string>;

  const allOf = async (scope: Scope, over: Record<string, unknown> = {}): Promise<string[]> => {
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await casesPage(bench.monitor.deps, caseQuery.parse({ limit: 20, before, ...over }), scope);
      seen.push(...page.cases.map(({ siteCode, caseId }) => `${siteCode} ${caseId}`));
      before = page.next ?? undefined;
      // Where one goes on is shown too: it names no case that is not.
      if (before !== undefined) expect(seen.some((one) => before?.endsWith(`~${one.split(' ')[1]}`))).toBe(true);
    } while (before !== undefined);
    return seen;
  };

  beforeAll(async () => {
    bench = await aMonitor(await open());
    const plan = { modelVersionId: bench.version.id, decisionThreshold: 0.5, auditRate: 0.2, auditSeed: 'fixed' };
    await bench.monitor.registerPlan(plan, lead);
    const rows = (site: string, n: number) =>
      Array.from({ length: n }, (_, i) =>
        aPrediction(bench.version, `${site[0]}${i}`, { site, probability: (i % 10) / 10 }),
      );
    await bench.predict(rows('NORTH', casesAtNorth));
    await bench.monitor.receivePredictions({
      body: rows('SOUTH', casesAtSouth).map((raw, i) => ({ line: i + 1, raw })),
      contentType: 'application/json',
      mode: 'all',
      convention: undefined,
      sourceId: 'token_south',
      organisationId: south,
    });
    const found = await sql<{ case_id: string }>`
      select case_id from monitor_prediction where audit_level & 1 = 1`.execute(bench.monitor.deps.database.db);
    drawn = new Set(found.rows.map(({ case_id }) => case_id));
  });

  it('are a hospital’s own, an assessor’s sample, and nobody else’s', async () => {
    expect(drawn.size).toBeGreaterThan(10);
    expect(await allOf(everyCase)).toHaveLength(casesAtNorth + casesAtSouth);
    const own = await allOf(northerner);
    expect([own.length, own.every((one) => one.startsWith('NORTH'))]).toEqual([casesAtNorth, true]);
    const sampled = await allOf(assessor);
    expect(new Set(sampled.map((one) => one.split(' ')[1]))).toEqual(drawn);
    expect(await allOf(patient)).toEqual([]);
  });

  it('stay so whatever is asked for', async () => {
    for (const show of shows) {
      for (const over of [{ show }, { show, site: 'NORTH' }, { show, find: 'N' }]) {
        expect(await allOf(southerner, over), JSON.stringify(over)).not.toContainEqual(expect.stringMatching('NORTH'));
        const sampled = await allOf(assessor, over);
        expect(sampled.filter((one) => !drawn.has(one.split(' ')[1]!))).toEqual([]);
      }
    }
    const page = await casesPage(bench.monitor.deps, caseQuery.parse({ site: 'NORTH' }), southerner);
    expect([page.total, page.next]).toEqual([0, null]);
  });

  it('are found one by one just there, and the answer does not tell which exist', async () => {
    const { deps } = bench.monitor;
    const undrawn = Array.from({ length: casesAtNorth }, (_, i) => `N${i}`).find((id) => !drawn.has(id))!;
    const [some] = [...drawn].filter((id) => id.startsWith('N'));
    const one = (caseId: string, scope: Scope) => caseView(deps, { site: 'NORTH', caseId }, scope);
    expect((await one(undrawn, northerner)).predictions).toHaveLength(1);
    expect((await one(some!, assessor)).predictions).toHaveLength(1);
    const refusals = await Promise.all(
      [one(undrawn, southerner), one('none', southerner), one(undrawn, assessor), one('none', northerner)].map(
        problemOf,
      ),
    );
    expect(new Set(refusals.map(({ code, detail }) => `${code} ${detail}`)).size).toBe(1);
    expect(refusals[0]).toMatchObject({ code: 'not-found', detail: expect.stringMatching(/answers for the AI/) });
  });

  it('whose outcome must be found out are shown to the hospital, and those drawn to an assessor', async () => {
    const ask = async (scope: Scope) =>
      (await auditSampleOf(bench.monitor.deps, { site: 'NORTH', limit: 500 }, scope)).cases;
    const toNorth = await ask(northerner);
    expect(toNorth.length).toBeGreaterThan(5);
    expect(await ask(assessor)).toEqual(toNorth.filter(({ because }) => because === 'drawn'));
    expect([await ask(southerner), await ask(patient)]).toEqual([[], []]);
  });

  it('are counted without small cells for who does not see them, and batches are their sender’s', async () => {
    const { deps } = bench.monitor;
    const ask = (cases: Scope, organisationId: LegalEntityId) => monitorSummary(deps, { cases, organisationId });
    const [toNorth, toSouth, toAll] = [
      await ask(northerner, north),
      await ask(southerner, south),
      await ask(assessor, north),
    ];
    expect(toNorth.feeds.map((feed) => [feed.siteCode, feed.predictions])).toEqual([['NORTH', casesAtNorth]]);
    expect(toNorth.predictions, 'no difference tells what was left out').toBe(casesAtNorth);
    expect(toSouth.feeds.map((feed) => feed.predictions).toSorted()).toEqual([casesAtNorth, casesAtSouth].toSorted());
    expect([toNorth, toSouth, toAll].map(({ batches }) => batches.map(({ accepted }) => accepted))).toEqual([
      [],
      [casesAtSouth],
      [casesAtSouth, casesAtNorth],
    ]);
    expect((await activity(deps, assessor)).months).toHaveLength(1);
    expect((await activity(deps, patient)).months).toMatchObject([{ predictions: casesAtNorth + casesAtSouth }]);
  });

  it('of a calibration are shown in bins of ten and more, and no subtraction gives the rest', () => {
    const left = (...counts: number[]) => withoutSmall(counts.map((n) => ({ n }))).map(({ n }) => n);
    expect(left(50, 20, 30)).toEqual([50, 20, 30]);
    expect(left(50, 3, 20, 30)).toEqual([50, 30]);
    expect(left(50, 6, 20, 5)).toEqual([50, 20]);
    expect(left(0, 12, 40)).toEqual([0, 12, 40]);
    expect(left(9)).toEqual([]);
  });

  it('are read by walking an index in its order, in every scope', async () => {
    const { db } = bench.monitor.deps.database;
    for (const [scope, index] of [
      [northerner, 'monitor_prediction_in_order'],
      [assessor, 'monitor_prediction_drawn'],
    ] as const) {
      const feeds = (await feedTotals(db, scope)).map((feed) => ({ ...feed, decisionThreshold: 0.5 }));
      const filter = {
        feeds,
        onlyDrawn: scope.detail !== 'cases',
        find: undefined,
        show: 'all',
        before: { at: bench.clock.now(), caseId: 'M' },
        knownBy: bench.clock.now(),
        limit: 50,
      } as const;
      const plan = await walkingIndexes(db, (tx) =>
        sql<{ 'QUERY PLAN': string }>`explain ${pageQuery(filter)}`.execute(tx),
      );
      const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(text).toMatch(new RegExp(`Index Scan Backward using ${index} on`));
      expect(text).toMatch(/Index Cond: .*ROW\(predicted_at/);
      expect(text).not.toMatch(/Seq Scan on monitor_prediction/);
    }
  });
});
