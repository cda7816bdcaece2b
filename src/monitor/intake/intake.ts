import { hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type Instant, newId, Problem, toIso } from '#kernel';
import { inTransaction, type Tx } from '#platform/db';
import type { IntakeReport } from '../contract.ts';
import type { MonitorDependencies } from '../dependencies.ts';
import type { RowProblem } from '../model/intake-rows.ts';
import { finishBatch, openIntake, saveBatch, setBatchLedgerIndex } from '../store.pg/intake.ts';
import { analyseCases } from '../store.pg/query-plans.ts';
import { type Columns, type RawRow, readRows } from './read-rows.ts';
import { IntakeTally } from './report.ts';
import type { Sender } from './sites-of-sender.ts';

export interface IntakeRequest extends Sender {
  body: Readable | RawRow[];
  contentType: string;
  mode: 'all' | 'rows';
  convention: string | undefined;
  /** Id of the person or machine that sends; never a name. */
  sourceId: string;
}

/** What an intake of either kind knows while it runs. */
export interface IntakeContext {
  tx: Tx;
  /** When everything in this request counts as recorded. */
  receivedAt: Instant;
  retrospective: boolean;
  batchId: string;
  batchNo: string;
  tally: IntakeTally;
  /** Keeps accepted rows for the digest of the batch. */
  digest: BatchDigest;
}

/** The part of an intake that differs between predictions and outcomes. */
export interface IntakeKind {
  kind: 'predictions' | 'outcomes';
  columns: Columns;
  /** Checks one chunk of raw rows, refuses through the tally, and returns what is left to do: storing the rest. */
  read(context: IntakeContext, rows: { line: number; raw: unknown }[]): Promise<() => Promise<void>>;
  /** Called once at the end, in the same transaction. */
  finish(context: IntakeContext): Promise<void>;
}

const chunkRows = 2000;
/** A batch from this size on changes what the database's planner should know of the tables. */
const analysedFromRows = 20_000;
/** A clock behind the latest record by more than this is wrong, not merely another machine's. */
const clockBehindMs = 5000;

/** SHA-256 over the content digests of the accepted rows, in order; a chain, so that a batch of any size needs 32 bytes. */
export class BatchDigest {
  private state = hash('sha256', 'hortus-batch-v1');
  private pending: string[] = [];

  add(contentHex: string): void {
    this.pending.push(contentHex);
    if (this.pending.length >= chunkRows) this.fold();
  }

  hex(): string {
    this.fold();
    return this.state;
  }

  private fold(): void {
    if (this.pending.length === 0) return;
    this.state = hash('sha256', `${this.state}|${this.pending.join('|')}`);
    this.pending = [];
  }
}

/** The 128-bit digest by which two rows of the same key are known to be the same; by Node, a row being a microsecond. */
export const contentDigest = (content: string): string => hash('sha256', content).slice(0, 32);

/**
 * Receives a batch: everything acknowledged is durable and in the ledger, everything refused is reported by line.
 * One transaction; in mode `all` any refusal undoes it. Problems: invalid-input, duplicate-content, wrong-columns,
 * clock-behind, same-rows-at-once, storage-full, storage-unavailable.
 */
export async function receive(
  deps: MonitorDependencies,
  request: IntakeRequest,
  makeKind: (tx: Tx) => Promise<IntakeKind>,
): Promise<IntakeReport> {
  let tally = new IntakeTally();
  const batchId = newId('batch', deps.clock.now());
  let hasStarted = false;
  const done = await inTransaction(deps.database.db, async (tx) => {
    // A stream can be read once only: a conflict in the middle of it is the sender's to repeat.
    if (hasStarted && !Array.isArray(request.body)) {
      throw new Problem('same-rows-at-once', {
        detail:
          'Two streams with the same rows in another order waited for one another; nothing of this one is recorded.',
      });
    }
    hasStarted = true;
    tally = new IntakeTally();
    const receivedAt = recordingInstant(deps.clock.now(), await openIntake(tx));
    const retrospective = request.convention !== undefined;
    const kind = await makeKind(tx);
    const batch = {
      id: batchId,
      kind: kind.kind,
      receivedAt,
      retrospective,
      convention: request.convention,
      sourceId: request.sourceId,
      organisationId: request.organisationId,
    };
    const batchNo = await saveBatch(tx, batch);
    const context: IntakeContext = {
      tx,
      receivedAt,
      retrospective,
      batchId,
      batchNo,
      tally,
      digest: new BatchDigest(),
    };
    await takeAll(context, request, kind);
    if (request.mode === 'all' && tally.refused > 0) throw tally.problem();
    if (tally.isEmpty) throw new Problem('invalid-input', { detail: 'The body has no rows.' });
    await kind.finish(context);
    const digest = context.digest.hex();
    const { accepted, corrected, repeated, refused } = tally;
    await finishBatch(tx, batchNo, { accepted, corrected, repeated, refused, digest });
    const pendingId = await deps.ledger.record(tx, {
      kind: 'batch',
      subjects: [{ name: batchId, sha256: digest }],
      chain: `batches:${kind.kind}`,
      predicate: {
        batch: batchId,
        of: kind.kind,
        receivedAt: toIso(receivedAt),
        retrospective,
        ...(request.convention === undefined ? {} : { convention: request.convention }),
        counts: { accepted, corrected, repeated, refused },
      },
      actor: { id: request.sourceId },
      occurredAt: receivedAt,
    });
    return { receivedAt, pendingId };
  });
  if (tally.accepted >= analysedFromRows) await analyseCases(deps.database.db);
  const { index } = await deps.ledger.sequenced(done.pendingId);
  await setBatchLedgerIndex(deps.database.db, batchId, index);
  return tally.report({ id: batchId, receivedAt: toIso(done.receivedAt), ledgerIndex: index });
}

/** Reads a chunk while the one before it is being stored: the two take about as long, in different processes. */
async function takeAll(context: IntakeContext, request: IntakeRequest, kind: IntakeKind): Promise<void> {
  let storing: Promise<void> = Promise.resolve();
  const take = async (rows: { line: number; raw: unknown }[]): Promise<void> => {
    const store = await kind.read(context, rows);
    await storing;
    storing = store();
    // A failure is met where the next chunk, or the end, waits for this one.
    storing.catch(() => {});
  };
  try {
    const chunk: { line: number; raw: unknown }[] = [];
    for await (const rows of batchesOf(request, kind.columns)) {
      for (const row of rows) {
        if ('error' in row) context.tally.refuse(row.line, [row.error]);
        else chunk.push(row);
        if (chunk.length >= chunkRows) await take(chunk.splice(0));
      }
    }
    // Also after a refusal in mode `all`: what is stored is undone, and every bad row is reported at once.
    await take(chunk);
  } finally {
    // Nothing of this request may still be on its way when the transaction ends.
    await storing.catch(() => {});
  }
  await storing;
}

const batchesOf = (request: IntakeRequest, columns: Columns): AsyncIterable<RawRow[]> | RawRow[][] =>
  Array.isArray(request.body) ? [request.body] : readRows(request.body, request.contentType, columns);

function recordingInstant(now: Instant, latest: Instant | undefined): Instant {
  if (latest === undefined || now >= latest) return now;
  if (latest - now > clockBehindMs) {
    throw new Problem('clock-behind', {
      detail: `The clock is ${Math.round((latest - now) / 1000)} s behind the latest record.`,
    });
  }
  return latest;
}

/** The problem of a row whose key is taken by other content. */
export const otherContent = (revision: number): RowProblem => ({
  pointer: '/caseId',
  code: 'duplicate-content',
  detail: `The key is recorded with other content (revision ${revision}). A correction names it: "corrects": ${revision} and a reason.`,
});

/** The problem of a correction that does not name the latest revision. */
export const wrongRevision = (latest: number | undefined): RowProblem => ({
  pointer: '/corrects',
  code: 'wrong-revision',
  detail: latest === undefined ? 'There is nothing under this key to correct.' : `The latest revision is ${latest}.`,
});
