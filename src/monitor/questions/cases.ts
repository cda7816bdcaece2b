import type { z } from 'zod';
import { type Instant, Problem, readInstant, toIso } from '#kernel';
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
import {
  auditQueue,
  type CaseRow,
  casePageOf,
  conventions,
  type FeedTotals,
  feedTotals,
  latestBatches,
  revisionsOf,
} from '../store.pg/cases.ts';
import { plansInForce } from '../store.pg/plans.ts';
import { type Names, namesOf } from './names.ts';

/** A page of cases, newest first, as known now or at an instant. Problems: invalid-input (cursor, time). */
export async function casesPage(
  deps: MonitorDependencies,
  query: z.output<typeof caseQuery>,
): Promise<z.output<typeof casePage>> {
  const db = deps.database.db;
  const names = await namesOf(deps, db);
  const plans = await plansInForce(db);
  const feeds = withThresholds(await feedTotals(db), plans).filter(
    (feed) =>
      (query.site === undefined || names.site(feed.siteId).code === query.site) &&
      (query.modelVersionId === undefined || feed.modelVersionId === query.modelVersionId),
  );
  const before = query.before === undefined ? undefined : readCursor(query.before);
  const knownBy = query.asOf === undefined ? deps.clock.now() : readAsOf(query.asOf);
  const { find, show, limit } = query;
  const page = await casePageOf(db, { feeds, find, show, before, knownBy, limit });
  const labelled = labeller(feeds, names, plans);
  return {
    cases: page.cases.map(labelled),
    next: page.last === undefined ? null : `${toIso(page.last.at)}~${page.last.caseId}`,
    total: feeds.reduce((sum, feed) => sum + feed.predictions, 0),
  };
}

/** One case with everything ever recorded of it. Problems: not-found. */
export async function caseView(
  deps: MonitorDependencies,
  key: { site: string; caseId: string; asOf?: Instant | undefined },
): Promise<CaseView> {
  const db = deps.database.db;
  const names = await namesOf(deps, db);
  const feeds = (await feedTotals(db)).filter((feed) => names.site(feed.siteId).code === key.site);
  const siteNo = feeds[0]?.siteNo;
  if (siteNo === undefined) throw new Problem('not-found', { detail: 'No case of this site is recorded.' });
  const feedNos = feeds.map((feed) => feed.feedNo);
  const knownBy = key.asOf ?? deps.clock.now();
  const { predictions, outcomes } = await revisionsOf(db, { siteNo, feedNos, caseId: key.caseId, knownBy });
  if (predictions.length === 0)
    throw new Problem('not-found', { detail: 'There is no case with this id at this site.' });
  const labelled = labeller(feeds, names, await plansInForce(db));
  return {
    caseId: key.caseId,
    siteCode: key.site,
    siteName: names.site(feeds[0]!.siteId).name,
    predictions: predictions.map((row) => ({ ...row, ...labelled(row) })),
    outcomes,
  };
}

/** What the room has received: totals, feeds, the latest batches, and the conventions of past data. */
export async function monitorSummary(deps: MonitorDependencies): Promise<MonitorSummary> {
  const db = deps.database.db;
  const names = await namesOf(deps, db);
  const feeds = await feedTotals(db);
  return {
    predictions: feeds.reduce((sum, feed) => sum + feed.predictions, 0),
    feeds: feeds.map((feed) => ({
      siteCode: names.site(feed.siteId).code ?? '',
      siteName: names.site(feed.siteId).name,
      modelVersionId: feed.modelVersionId,
      modelVersionLabel: names.version(feed.modelVersionId),
      predictions: feed.predictions,
      decidedOtherwise: feed.decidedOtherwise,
      firstPredictedAt: feed.firstPredictedAt === undefined ? null : toIso(feed.firstPredictedAt),
      lastPredictedAt: feed.lastPredictedAt === undefined ? null : toIso(feed.lastPredictedAt),
    })),
    batches: await latestBatches(db, 20),
    conventions: await conventions(db),
  };
}

/** What came in and what matured, by month. */
export const activity = async (deps: MonitorDependencies): Promise<MonitorActivity> => ({
  months: await activityByMonth(deps.database.db),
});

/** The cleared cases whose outcome a site must find out, oldest first, by design: drawn, or flagged by a version in shadow. */
export async function auditSampleOf(
  deps: MonitorDependencies,
  query: { site: string; after?: string | undefined; limit: number },
): Promise<z.output<typeof auditSample>> {
  const db = deps.database.db;
  const names = await namesOf(deps, db);
  const feeds = withThresholds(await feedTotals(db), await plansInForce(db)).filter(
    (feed) => names.site(feed.siteId).code === query.site,
  );
  const after = query.after === undefined ? undefined : readCursor(query.after);
  const found = await auditQueue(db, { feeds, after, limit: query.limit });
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
