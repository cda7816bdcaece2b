import type { z } from 'zod';
import { dayOf, type Instant, type LegalEntityId, Problem, readInstant, type SiteId, startOfDay, toIso } from '#kernel';
import type { Scope } from '#people';
import { smallestExportedCell } from '#statistics';
import type {
  auditSample,
  CaseSummary,
  CaseView,
  casePage,
  caseQuery,
  MonitorActivity,
  MonitorSummary,
} from '../contract.ts';
import type { MonitorDependencies } from '../dependencies.ts';
import type { MonitoringPlan } from '../model/audit.ts';
import { activityByMonth } from '../store.pg/activity.ts';
import { conventions, latestBatches, type Senders } from '../store.pg/batches.ts';
import { auditQueue, type CaseRow, casePageOf, type FeedTotals, feedTotals, revisionsOf } from '../store.pg/cases.ts';
import { plansInForce } from '../store.pg/plans.ts';
import { type Names, namesOf } from './names.ts';
import { coversSite } from './sight.ts';

/** Feeds whose cases a scope opens one by one: none where it opens sums only. */
const feedsOfCases = async (deps: MonitorDependencies, scope: Scope): Promise<FeedTotals[]> =>
  scope.detail === 'aggregates' ? [] : feedTotals(deps.database.db, scope);

const onlyDrawnBy = ({ detail }: Scope): boolean => detail !== 'cases';

/**
 * A page of the cases that a scope opens, newest first, as known now or at an instant: of sampled cases those drawn for
 * the random audit. Problems: invalid-input (cursor, time).
 */
export async function casesPage(
  deps: MonitorDependencies,
  query: z.output<typeof caseQuery>,
  scope: Scope,
): Promise<z.output<typeof casePage>> {
  const db = deps.database.db;
  const names = await namesOf(deps, db);
  const plans = await plansInForce(db);
  const feeds = withThresholds(await feedsOfCases(deps, scope), plans).filter(
    (feed) =>
      (query.site === undefined || names.site(feed.siteId).code === query.site) &&
      (query.modelVersionId === undefined || feed.modelVersionId === query.modelVersionId),
  );
  const before = query.before === undefined ? undefined : readCursor(query.before);
  const knownBy = query.asOf === undefined ? deps.clock.now() : readAsOf(query.asOf);
  const { find, show, limit } = query;
  const page = await casePageOf(db, { feeds, onlyDrawn: onlyDrawnBy(scope), find, show, before, knownBy, limit });
  const labelled = labeller(feeds, names, plans);
  return {
    cases: page.cases.map(labelled),
    next: page.last === undefined ? null : `${toIso(page.last.at)}~${page.last.caseId}`,
    total: feeds.reduce((sum, feed) => sum + feed.predictions, 0),
  };
}

/** The same answer whether there is no such case or it is not theirs to see: else one could ask which cases exist. */
const noCase = (): Problem =>
  new Problem('not-found', {
    detail:
      'There is no case with this id at this site among those that you may see. Cases are seen by who answers for the AI at the hospital of the site; of these, assessors see those drawn for the audit.',
  });

/** One case that a scope opens, with everything ever recorded of it. Problems: not-found, also of a case outside the scope. */
export async function caseView(
  deps: MonitorDependencies,
  key: { site: string; caseId: string; asOf?: Instant | undefined },
  scope: Scope,
): Promise<CaseView> {
  const db = deps.database.db;
  const names = await namesOf(deps, db);
  const feeds = (await feedsOfCases(deps, scope)).filter((feed) => names.site(feed.siteId).code === key.site);
  const siteNo = feeds[0]?.siteNo;
  if (siteNo === undefined) throw noCase();
  const feedNos = feeds.map((feed) => feed.feedNo);
  const knownBy = key.asOf ?? deps.clock.now();
  const asked = { siteNo, feedNos, caseId: key.caseId, knownBy, onlyDrawn: onlyDrawnBy(scope) };
  const { predictions, outcomes } = await revisionsOf(db, asked);
  if (predictions.length === 0) throw noCase();
  const labelled = labeller(feeds, names, await plansInForce(db));
  return {
    caseId: key.caseId,
    siteCode: key.site,
    siteName: names.site(feeds[0]!.siteId).name,
    predictions: predictions.map((row) => ({ ...row, ...labelled(row) })),
    outcomes,
  };
}

/**
 * What the room has received: totals, feeds, the latest batches, and the conventions of past data. Where `cases` does not
 * open the cases of a site, feeds of fewer than ten are left out, small counts are not shown, and times are days. Batches
 * are shown to the organisation that sent them, and to who sees cases everywhere.
 */
export async function monitorSummary(
  deps: MonitorDependencies,
  { cases, organisationId }: { cases: Scope; organisationId: LegalEntityId | undefined },
): Promise<MonitorSummary> {
  const db = deps.database.db;
  const names = await namesOf(deps, db);
  const isExact = coversSite(cases);
  const feeds = (await feedTotals(db, { sites: 'every' })).filter(
    (feed) => isExact(feed.siteId) || feed.predictions >= smallestExportedCell,
  );
  const time = (at: Instant | undefined, siteId: SiteId): string | null =>
    at === undefined ? null : toIso(isExact(siteId) ? at : startOfDay(dayOf(at)));
  const senders = await sendersSeen(deps, cases, organisationId);
  return {
    predictions: feeds.reduce((sum, feed) => sum + feed.predictions, 0),
    feeds: feeds.map((feed) => ({
      siteCode: names.site(feed.siteId).code ?? '',
      siteName: names.site(feed.siteId).name,
      modelVersionId: feed.modelVersionId,
      modelVersionLabel: names.version(feed.modelVersionId),
      predictions: feed.predictions,
      decidedOtherwise: isExact(feed.siteId) ? feed.decidedOtherwise : largeEnough(feed.decidedOtherwise),
      firstPredictedAt: time(feed.firstPredictedAt, feed.siteId),
      lastPredictedAt: time(feed.lastPredictedAt, feed.siteId),
    })),
    batches: await latestBatches(db, { senders, limit: 20 }),
    conventions: await conventions(db, senders),
  };
}

const largeEnough = (count: number): number | null => (count > 0 && count < smallestExportedCell ? null : count);

async function sendersSeen(
  deps: MonitorDependencies,
  { sites }: Scope,
  organisationId: LegalEntityId | undefined,
): Promise<Senders> {
  if (sites === 'every') return 'every';
  const owners = (await deps.people.sites(deps.database.db))
    .filter((site) => sites.includes(site.id))
    .map((site) => site.legalEntityId);
  return [...new Set([...owners, ...(organisationId === undefined ? [] : [organisationId])])];
}

/** What came in and what matured, by month; without small counts, except for who sees the cases of every site that sends. */
export async function activity(deps: MonitorDependencies, cases: Scope): Promise<MonitorActivity> {
  const { db } = deps.database;
  const isExact = coversSite(cases);
  const seesAll = (await feedTotals(db, { sites: 'every' })).every(({ siteId }) => isExact(siteId));
  return { months: await activityByMonth(db, { smallest: seesAll ? 1 : smallestExportedCell }) };
}

/** The cleared cases whose outcome a site must find out, oldest first, by design: drawn, or flagged by a version in shadow. */
export async function auditSampleOf(
  deps: MonitorDependencies,
  query: { site: string; after?: string | undefined; limit: number },
  scope: Scope,
): Promise<z.output<typeof auditSample>> {
  const db = deps.database.db;
  const names = await namesOf(deps, db);
  const feeds = withThresholds(await feedsOfCases(deps, scope), await plansInForce(db)).filter(
    (feed) => names.site(feed.siteId).code === query.site,
  );
  const after = query.after === undefined ? undefined : readCursor(query.after);
  const found = await auditQueue(db, { feeds, onlyDrawn: onlyDrawnBy(scope), after, limit: query.limit });
  const last = found.at(-1);
  return {
    cases: found.map((one) => ({
      caseId: one.caseId,
      siteCode: query.site,
      predictedAt: toIso(one.predictedAt),
      rate: one.rate,
      because: one.isDrawn ? 'drawn' : 'watched-version',
    })),
    next: last && found.length === query.limit ? `${toIso(last.predictedAt)}~${last.caseId}` : null,
  };
}

const withThresholds = (
  feeds: FeedTotals[],
  plans: MonitoringPlan[],
): (FeedTotals & { decisionThreshold: number | undefined })[] =>
  feeds.map((feed) => ({
    ...feed,
    decisionThreshold: plans.find((plan) => plan.modelVersionId === feed.modelVersionId)?.decisionThreshold,
  }));

function labeller(feeds: FeedTotals[], names: Names, plans: MonitoringPlan[]): (row: CaseRow) => CaseSummary {
  const byNo = new Map(feeds.map((feed) => [feed.feedNo, feed]));
  return (row) => {
    const feed = byNo.get(row.feedNo)!;
    const site = names.site(feed.siteId);
    const plan = plans.find((one) => one.modelVersionId === feed.modelVersionId);
    return {
      ...row,
      siteCode: site.code ?? '',
      siteName: site.name,
      modelVersionId: feed.modelVersionId,
      modelVersionLabel: names.version(feed.modelVersionId),
      flagged: plan === undefined ? null : row.probability >= plan.decisionThreshold,
    };
  };
}

function readAsOf(text: string): Instant {
  const at = readInstant(text);
  if (at === undefined)
    throw new Problem('invalid-input', {
      errors: [{ pointer: '/query/asOf', detail: 'Must be an ISO 8601 instant or date.' }],
    });
  return at;
}

function readCursor(text: string): { at: Instant; caseId: string } {
  const [when, caseId] = text.split('~');
  const at = when === undefined ? undefined : readInstant(when);
  if (at === undefined || caseId === undefined) {
    throw new Problem('invalid-input', {
      errors: [{ pointer: '/query/before', detail: 'Use the value of next of an earlier page.' }],
    });
  }
  return { at, caseId };
}
