import type { Instant, ModelVersionId, SiteId } from '#kernel';
import type { Database, Tx } from '#platform/db';
import type { MonitoringPlan } from '../model/audit.ts';
import { type Derivation, derivedFrom } from '../model/shadow.ts';
import { type CohortHead, countLate } from '../store.pg/cohorts.ts';
import { openFeed } from '../store.pg/feed-apart.ts';
import { countIntoFeed, type FeedAddition } from '../store.pg/intake.ts';
import type { Feed } from '../store.ts';

/** A feed with what an intake needs of it for every row. */
export interface OpenFeed extends Feed {
  plan: MonitoringPlan | undefined;
  /** Versions whose answers are derived from this feed's. */
  derived: Derivation[];
  /** Cohorts that this feed feeds, and that have read on already. */
  cohorts: CohortHead[];
}

/** The feeds a request touches, and what it added to each. */
export class FeedBook {
  private readonly tx: Tx;
  private readonly database: Database;
  /** False once this request made a feed in its own transaction: another one would wait for what it holds. */
  private mayBeApart = true;
  private readonly plans: MonitoringPlan[];
  private readonly cohorts: CohortHead[];
  private readonly feeds = new Map<string, OpenFeed>();
  private readonly added = new Map<OpenFeed, FeedAddition>();
  private readonly late = new Map<string, number>();

  constructor(tx: Tx, known: { database: Database; plans: MonitoringPlan[]; cohorts: CohortHead[] }) {
    this.tx = tx;
    this.database = known.database;
    this.plans = known.plans;
    this.cohorts = known.cohorts.filter((cohort) => cohort.cursor !== undefined);
  }

  /** The feed if this request has met it; else `of` opens it. */
  known(siteId: SiteId, modelVersionId: ModelVersionId): OpenFeed | undefined {
    return this.feeds.get(`${siteId} ${modelVersionId}`);
  }

  async of(siteId: SiteId, modelVersionId: ModelVersionId): Promise<OpenFeed> {
    const known = this.known(siteId, modelVersionId);
    if (known) return known;
    const opened = await openFeed(
      { database: this.database, tx: this.tx, mayBeApart: this.mayBeApart },
      siteId,
      modelVersionId,
    );
    if (!opened.isShared) this.mayBeApart = false;
    const feed: OpenFeed = {
      ...opened.feed,
      plan: this.plans.find((plan) => plan.modelVersionId === modelVersionId),
      derived: derivedFrom(this.plans, modelVersionId, siteId),
      cohorts: this.cohorts.filter(({ rule }) => rule.modelVersionId === modelVersionId && rule.sites.includes(siteId)),
    };
    this.feeds.set(`${siteId} ${modelVersionId}`, feed);
    return feed;
  }

  /** Notes a new prediction of a feed, and where it came too late to count. */
  count(
    feed: OpenFeed,
    row: { caseId: string; predictedAt: Instant; retrospective: boolean; isDecidedOtherwise: boolean },
  ): void {
    const at = row.predictedAt;
    const sum = this.added.get(feed) ?? { predictions: 0, decidedOtherwise: 0, first: at, last: at };
    this.added.set(feed, sum);
    sum.predictions++;
    if (row.isDecidedOtherwise) sum.decidedOtherwise++;
    if (at < sum.first) sum.first = at;
    if (at > sum.last) sum.last = at;
    for (const cohort of feed.cohorts) {
      if (isBehind(cohort, feed, row)) this.late.set(cohort.id, (this.late.get(cohort.id) ?? 0) + 1);
    }
  }

  /** Saves the sums; ascending order, so that two writers never wait for one another in a circle. */
  async finish(tx: Tx, batchNo: string): Promise<{ feed: OpenFeed; added: FeedAddition }[]> {
    const touched = [...this.added]
      .map(([feed, added]) => ({ feed, added }))
      .sort((a, b) => a.feed.feedNo - b.feed.feedNo);
    for (const { feed, added } of touched) await countIntoFeed(tx, feed.feedNo, added);
    for (const [cohortId, cases] of this.late) await countLate(tx, { cohortId, batchNo, cases });
    return touched;
  }
}

/** True if the cohort has read past the place where this prediction belongs. */
function isBehind(
  { rule, cursor }: CohortHead,
  feed: OpenFeed,
  row: { caseId: string; predictedAt: Instant; retrospective: boolean },
): boolean {
  if (cursor === undefined || (row.retrospective && !rule.retrospective)) return false;
  if (row.predictedAt < rule.countsFromAt || row.predictedAt >= rule.countsUntilAt) return false;
  if (row.predictedAt !== cursor.predictedAt) return row.predictedAt < cursor.predictedAt;
  if (row.caseId !== cursor.caseId) return row.caseId < cursor.caseId;
  return feed.feedNo <= cursor.feedNo;
}
