import type { SiteId } from '#kernel';
import type { Tx } from '#platform/db';
import { outcomeColumns } from '../contract.ts';
import type { MonitorDependencies } from '../dependencies.ts';
import { type Outcome, outcomeContent, type RowProblem, readOutcome } from '../model/intake-rows.ts';
import { ensureSite, feedsOf, insertOutcomes, predictedCases, recordedOutcomes } from '../store.pg/intake.ts';
import type { Existing, StoredOutcome } from '../store.ts';
import { contentDigest, type IntakeContext, type IntakeKind, otherContent, wrongRevision } from './intake.ts';
import type { Columns } from './read-rows.ts';
import { type Sender, sitesOfSender } from './sites-of-sender.ts';

const columns: Columns = {
  names: outcomeColumns.filter((name) => name !== 'lesions'),
  required: ['caseId', 'site', 'outcome', 'value', 'verification', 'knownAt'],
  numbers: new Set(['corrects']),
  booleans: new Set(['value']),
};

interface Placed {
  line: number;
  row: Outcome;
  stored: StoredOutcome;
}

interface SiteKeys {
  siteNo: number;
  feedNos: number[];
}

/** Intake of outcomes: each belongs to a case that was predicted before, and is known under a named definition. */
export async function outcomeIntake(deps: MonitorDependencies, tx: Tx, sender: Sender): Promise<IntakeKind> {
  const siteOf = await sitesOfSender(deps, tx, sender);
  const now = deps.clock.now();
  const keys = new Map<SiteId, SiteKeys>();
  const keysOf = async (siteId: SiteId): Promise<SiteKeys> => {
    const known = keys.get(siteId);
    if (known) return known;
    const made = {
      siteNo: await ensureSite(tx, siteId),
      feedNos: (await feedsOf(tx, siteId)).map((feed) => feed.feedNo),
    };
    keys.set(siteId, made);
    return made;
  };

  const place = async (context: IntakeContext, line: number, raw: unknown): Promise<Placed | undefined> => {
    const read = readOutcome(raw, now, context.retrospective);
    if (!read.ok) {
      context.tally.refuse(line, read.error);
      return undefined;
    }
    const row = read.value;
    const site = siteOf(row.site);
    if (!site.ok) {
      context.tally.refuse(line, [site.error]);
      return undefined;
    }
    const stored: StoredOutcome = {
      ...(await keysOf(site.value)),
      revision: row.corrects === null ? 0 : row.corrects + 1,
      row,
      recordedAt: row.recordedAt ?? context.receivedAt,
      contentHex: contentDigest(outcomeContent(row)),
      retrospective: context.retrospective,
    };
    return { line, row, stored };
  };

  return {
    kind: 'outcomes',
    columns,
    read: async (context, rows) => {
      const placed: Placed[] = [];
      for (const { line, raw } of rows) {
        const one = await place(context, line, raw);
        if (one) placed.push(one);
      }
      return () => store(context, placed);
    },
    finish: async () => {},
  };
}

/** In the order of the lines: a correction may follow the row it corrects. */
async function store(context: IntakeContext, placed: Placed[]): Promise<void> {
  const fresh: Placed[] = [];
  for (const one of placed) {
    if (one.row.corrects === null) fresh.push(one);
    else {
      await takeFresh(context, fresh.splice(0));
      await takeCorrection(context, one);
    }
  }
  await takeFresh(context, fresh);
}

async function takeFresh(context: IntakeContext, placed: Placed[]): Promise<void> {
  const first = new Map<string, Placed>();
  const others: Placed[] = [];
  for (const one of placed) {
    if (first.has(keyOf(one))) others.push(one);
    else first.set(keyOf(one), one);
  }
  if (first.size === 0) return;
  const inserted = await insertOutcomes(
    context.tx,
    context.batchNo,
    [...first.values()].map((one) => one.stored),
  );
  for (const [key, one] of first) {
    if (inserted.has(key)) accept(context, one);
    else others.push(one);
  }
  if (others.length > 0) await explain(context, others);
}

/** Rows that were not inserted: repeated, contradicting, or without a prediction before them. */
async function explain(context: IntakeContext, rows: Placed[]): Promise<void> {
  const existing = await recordedOutcomes(context.tx, rows.map(dbKeyOf));
  const absent = rows.filter((one) => !existing.has(keyOf(one)));
  const predicted = await predictedCases(
    context.tx,
    absent.map(({ stored, row }) => ({ siteNo: stored.siteNo, feedNos: stored.feedNos, caseId: row.caseId })),
  );
  for (const one of rows) {
    const revisions = existing.get(keyOf(one)) ?? [];
    const latest = revisions.at(-1);
    // The row that came first is known again, also after it was corrected.
    if (isRecorded(revisions, one.stored)) context.tally.repeated++;
    else if (latest) context.tally.refuse(one.line, [otherContent(latest.revision)]);
    else context.tally.refuse(one.line, [withoutPrediction(predicted.has(`${one.stored.siteNo} ${one.row.caseId}`))]);
  }
}

const withoutPrediction = (isPredicted: boolean): RowProblem =>
  isPredicted
    ? {
        pointer: '/knownAt',
        code: 'before-its-prediction',
        detail: 'The outcome was known before the prediction was made: it would not test it.',
      }
    : {
        pointer: '/caseId',
        code: 'unknown-case',
        detail: 'No prediction of this case is recorded at this site. Send predictions first.',
      };

async function takeCorrection(context: IntakeContext, one: Placed): Promise<void> {
  const revisions = (await recordedOutcomes(context.tx, [dbKeyOf(one)])).get(keyOf(one)) ?? [];
  if (isRecorded(revisions, one.stored)) {
    context.tally.repeated++;
    return;
  }
  const latest = revisions.at(-1)?.revision;
  if (latest === undefined || latest !== one.row.corrects) {
    context.tally.refuse(one.line, [wrongRevision(latest)]);
    return;
  }
  const inserted = await insertOutcomes(context.tx, context.batchNo, [one.stored]);
  if (inserted.size === 0) {
    // Either it moves the outcome before its prediction, or another writer has just corrected the same revision.
    const now = (await recordedOutcomes(context.tx, [dbKeyOf(one)])).get(keyOf(one))?.at(-1)?.revision;
    context.tally.refuse(one.line, [now === latest ? withoutPrediction(true) : wrongRevision(now)]);
    return;
  }
  context.tally.corrected++;
  context.digest.add(one.stored.contentHex);
}

function accept(context: IntakeContext, one: Placed): void {
  context.tally.accepted++;
  context.digest.add(one.stored.contentHex);
}

const isRecorded = (revisions: Existing[], { revision, contentHex }: StoredOutcome): boolean =>
  revisions.some((one) => one.revision === revision && one.contentHex === contentHex);

const dbKeyOf = ({ stored, row }: Placed): { siteNo: number; caseId: string; outcome: string } => ({
  siteNo: stored.siteNo,
  caseId: row.caseId,
  outcome: row.outcome,
});

const keyOf = (one: Placed): string => `${one.stored.siteNo} ${one.row.caseId} ${one.row.outcome}`;
