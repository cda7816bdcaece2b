import { canonicalJson } from '#kernel';
import type { Tx } from '#platform/db';
import { recalibrate } from '#statistics';
import { predictionColumns } from '../contract.ts';
import type { MonitorDependencies } from '../dependencies.ts';
import { auditDraw, auditLevelOf } from '../model/audit.ts';
import { auditLevel } from '../model/cells.ts';
import { type Prediction, predictionContent, readPrediction } from '../model/intake-rows.ts';
import { raiseDecidedOtherwise } from '../service/decided-otherwise.ts';
import { cohortHeads } from '../store.pg/cohorts.ts';
import { insertPredictions, recordedPredictions } from '../store.pg/intake.ts';
import { plansInForce } from '../store.pg/plans.ts';
import type { Existing, StoredPrediction } from '../store.ts';
import { FeedBook, type OpenFeed } from './feed-book.ts';
import { contentDigest, type IntakeContext, type IntakeKind, otherContent, wrongRevision } from './intake.ts';
import type { Columns } from './read-rows.ts';
import { type Sender, sitesOfSender } from './sites-of-sender.ts';

const columns: Columns = {
  names: predictionColumns.filter((name) => name !== 'lesions'),
  required: ['caseId', 'site', 'pseudonym', 'predictedAt', 'modelVersionId', 'probability'],
  numbers: new Set(['probability', 'uncertainty', 'imageQuality', 'rarity', 'ageBand', 'candidates', 'corrects']),
  booleans: new Set(['decision', 'shownToHuman', 'abstained', 'failed']),
};

interface Placed {
  line: number;
  row: Prediction;
  feed: OpenFeed;
  stored: StoredPrediction;
}

/** Intake of predictions: resolves feeds, draws the audit, derives the answers of versions in shadow. */
export async function predictionIntake(deps: MonitorDependencies, tx: Tx, sender: Sender): Promise<IntakeKind> {
  const siteOf = await sitesOfSender(deps, tx, sender);
  const versions = new Set((await deps.develop.versions(tx)).map((version) => version.id));
  const now = deps.clock.now();
  const feeds = new FeedBook(tx, {
    database: deps.database,
    plans: await plansInForce(tx),
    cohorts: await cohortHeads(tx),
  });

  const place = async (context: IntakeContext, line: number, raw: unknown): Promise<Placed | undefined> => {
    const read = readPrediction(raw, now, context.retrospective);
    if (!read.ok) {
      context.tally.refuse(line, read.error);
      return undefined;
    }
    const row = read.value;
    const site = siteOf(row.site);
    const problems = [
      ...(site.ok ? [] : [site.error]),
      ...(versions.has(row.modelVersionId)
        ? []
        : [{ pointer: '/modelVersionId', code: 'unknown-version', detail: 'No model version has this id.' }]),
    ];
    if (!site.ok || problems.length > 0) {
      context.tally.refuse(line, problems);
      return undefined;
    }
    const feed = feeds.known(site.value, row.modelVersionId) ?? (await feeds.of(site.value, row.modelVersionId));
    return { line, row, feed, stored: storedPrediction(context, row, feed) };
  };

  return {
    kind: 'predictions',
    columns,
    read: async (context, rows) => {
      const placed: Placed[] = [];
      for (const { line, raw } of rows) {
        const one = await place(context, line, raw);
        if (one) placed.push(one);
      }
      return async () => deriveShadows(context, feeds, await store(context, placed, feeds));
    },
    finish: async (context) => {
      const touched = await feeds.finish(context.tx, context.batchNo);
      await raiseDecidedOtherwise(context.tx, touched, { deps, batchId: context.batchId, now: context.receivedAt });
    },
  };
}

/** @returns the rows that were new, in the order of their lines: a correction may follow the row it corrects. */
async function store(context: IntakeContext, placed: Placed[], feeds: FeedBook): Promise<Placed[]> {
  const taken: Placed[] = [];
  const fresh: Placed[] = [];
  for (const one of placed) {
    if (one.row.corrects === null) fresh.push(one);
    else {
      taken.push(...(await takeFresh(context, fresh.splice(0), feeds)));
      if (await takeCorrection(context, one)) taken.push(one);
    }
  }
  taken.push(...(await takeFresh(context, fresh, feeds)));
  return taken;
}

function storedPrediction(context: IntakeContext, row: Prediction, feed: OpenFeed): StoredPrediction {
  return {
    feedNo: feed.feedNo,
    revision: row.corrects === null ? 0 : row.corrects + 1,
    row,
    recordedAt: row.recordedAt ?? context.receivedAt,
    contentHex: contentDigest(predictionContent(row)),
    auditLevel: auditLevelFor(row, feed),
    auditRate: feed.plan?.auditRate ?? 0,
    retrospective: context.retrospective,
    derived: false,
  };
}

/** Drawn for every case; by protocol where this version, or one derived from it, flags the case. */
function auditLevelFor(row: Prediction, { plan, derived }: OpenFeed): number {
  if (plan === undefined) return auditLevel.notDrawn;
  const isFlagged =
    row.probability >= plan.decisionThreshold ||
    derived.some((one) => recalibrate(row.probability, one) >= one.plan.decisionThreshold);
  return auditLevelOf(isFlagged, plan.auditRate, auditDraw(plan.auditSeed, row.site, row.caseId));
}

/** @returns the rows that were new. */
async function takeFresh(context: IntakeContext, placed: Placed[], feeds: FeedBook): Promise<Placed[]> {
  const first = new Map<string, Placed>();
  const repeated: Placed[] = [];
  for (const one of placed) {
    const key = keyOf(one);
    if (first.has(key)) repeated.push(one);
    else first.set(key, one);
  }
  if (first.size === 0) return [];
  const rows = [...first.values()].map((one) => one.stored);
  const inserted = await insertPredictions(context.tx, context.batchNo, rows);
  const taken: Placed[] = [];
  for (const [key, one] of first) {
    if (inserted.has(key)) {
      accept(context, one, feeds);
      taken.push(one);
    } else repeated.push(one);
  }
  if (repeated.length > 0) await explain(context, repeated);
  return taken;
}

async function explain(context: IntakeContext, repeated: Placed[]): Promise<void> {
  const existing = await recordedPredictions(context.tx, repeated.map(dbKeyOf));
  for (const one of repeated) {
    const revisions = existing.get(keyOf(one)) ?? [];
    // The row that came first is known again, also after it was corrected.
    if (isRecorded(revisions, one.stored)) context.tally.repeated++;
    else context.tally.refuse(one.line, [otherContent(revisions.at(-1)?.revision ?? 0)]);
  }
}

async function takeCorrection(context: IntakeContext, one: Placed): Promise<boolean> {
  const revisions = (await recordedPredictions(context.tx, [dbKeyOf(one)])).get(keyOf(one)) ?? [];
  if (isRecorded(revisions, one.stored)) {
    context.tally.repeated++;
    return false;
  }
  const latest = revisions.at(-1)?.revision;
  const inserted =
    latest !== undefined && latest === one.row.corrects
      ? await insertPredictions(context.tx, context.batchNo, [one.stored])
      : new Set();
  if (inserted.size === 0) {
    context.tally.refuse(one.line, [wrongRevision(latest)]);
    return false;
  }
  context.tally.corrected++;
  context.digest.add(one.stored.contentHex);
  return true;
}

function accept(context: IntakeContext, { row, feed, stored }: Placed, feeds: FeedBook): void {
  context.tally.accepted++;
  context.digest.add(stored.contentHex);
  feeds.count(feed, {
    caseId: row.caseId,
    predictedAt: row.predictedAt,
    retrospective: stored.retrospective,
    isDecidedOtherwise: isDecidedOtherwise(row, feed) && !stored.retrospective,
  });
}

/** The sender acted on another threshold than the plan's. */
const isDecidedOtherwise = (row: Prediction, { plan }: OpenFeed): boolean =>
  plan !== undefined && row.decision !== null && row.decision !== row.probability >= plan.decisionThreshold;

/** The answers of versions in shadow: computed here from the raw ones, so that no vendor need take part. */
async function deriveShadows(context: IntakeContext, feeds: FeedBook, taken: Placed[]): Promise<void> {
  const rows: StoredPrediction[] = [];
  for (const { stored, row, feed } of taken) {
    for (const derivation of feed.derived) {
      const { modelVersionId } = derivation.plan;
      const shadowFeed = await feeds.of(feed.siteId, modelVersionId);
      const probability = recalibrate(row.probability, derivation);
      const content = contentDigest(canonicalJson(['derived', modelVersionId, probability, stored.contentHex]));
      const ofAnotherVersion = { predictionSet: null, abstained: null, candidates: null };
      const shadowRow = {
        ...row,
        modelVersionId,
        probability,
        decision: null,
        shownToHuman: false,
        ...ofAnotherVersion,
      };
      rows.push({ ...stored, feedNo: shadowFeed.feedNo, row: shadowRow, contentHex: content, derived: true });
    }
  }
  if (rows.length === 0) return;
  const inserted = await insertPredictions(context.tx, context.batchNo, rows);
  for (const { stored, row, feed } of taken) {
    if (stored.revision > 0) continue;
    for (const { plan } of feed.derived) {
      const shadowFeed = await feeds.of(feed.siteId, plan.modelVersionId);
      const { caseId, predictedAt } = row;
      const about = { caseId, predictedAt, retrospective: stored.retrospective, isDecidedOtherwise: false };
      if (inserted.has(`${shadowFeed.feedNo} ${caseId}`)) feeds.count(shadowFeed, about);
    }
  }
}

const isRecorded = (revisions: Existing[], { revision, contentHex }: StoredPrediction): boolean =>
  revisions.some((one) => one.revision === revision && one.contentHex === contentHex);

const dbKeyOf = ({ stored, row }: Placed): { feedNo: number; caseId: string } => ({
  feedNo: stored.feedNo,
  caseId: row.caseId,
});

const keyOf = ({ stored, row }: Placed): string => `${stored.feedNo} ${row.caseId}`;
