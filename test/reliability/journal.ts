import { Problem, type ProblemCode } from '#kernel';
import { type ApiClient, Unreachable } from '../../src/main/api-client.ts';
import type { IntakeReport } from '../../src/monitor/contract.ts';

// What the clients know: each request with its fate. Whatever was acknowledged is held against what is stored.

export type Fate = 'acknowledged' | 'refused' | 'unknown';

export interface SentBatch {
  kind: 'predictions' | 'outcomes';
  site: string;
  rows: SentRow[];
  fate: Fate;
  report: IntakeReport | undefined;
  /** Why it was refused. */
  refusal: Problem | undefined;
  /** Leaf hash of its ledger entry, where it was asked for before the server was killed. */
  leafHash: string | undefined;
  /** Set where two writers sent these very rows at once. */
  twin: SentBatch | undefined;
}

export type SentRow = { caseId: string } & Record<string, unknown>;

export interface SentAct {
  what: 'claim' | 'clock' | 'certificate';
  fate: Fate;
  answer: Record<string, unknown> | undefined;
  refusal: Problem | undefined;
  request: Record<string, unknown>;
}

export class Journal {
  readonly batches: SentBatch[] = [];
  readonly acts: SentAct[] = [];

  acknowledged(): SentBatch[] {
    return this.batches.filter((one) => one.fate === 'acknowledged');
  }

  acknowledgedRows(): number {
    return this.acknowledged().reduce((sum, one) => sum + one.rows.length, 0);
  }

  /** How often each problem was the answer. */
  refusals(): Map<ProblemCode, number> {
    const counts = new Map<ProblemCode, number>();
    for (const { refusal } of [...this.batches, ...this.acts]) {
      if (refusal !== undefined) counts.set(refusal.code, (counts.get(refusal.code) ?? 0) + 1);
    }
    return counts;
  }

  async send(
    sender: ApiClient,
    batch: Pick<SentBatch, 'kind' | 'site' | 'rows'>,
    body: string | import('node:stream').Readable = ndjson(batch.rows),
  ): Promise<SentBatch> {
    const sent: SentBatch = {
      ...batch,
      fate: 'unknown',
      report: undefined,
      refusal: undefined,
      leafHash: undefined,
      twin: undefined,
    };
    this.batches.push(sent);
    const path = `/api/v1/monitor/${batch.kind}`;
    const done = await fateOf(sender.send<IntakeReport>(path, 'application/x-ndjson', body));
    Object.assign(sent, { fate: done.fate, report: done.value, refusal: done.refusal });
    return sent;
  }

  async act(what: SentAct['what'], request: Record<string, unknown>, work: Promise<unknown>): Promise<SentAct> {
    const sent: SentAct = { what, request, fate: 'unknown', answer: undefined, refusal: undefined };
    this.acts.push(sent);
    const done = await fateOf(work);
    Object.assign(sent, { fate: done.fate, answer: done.value, refusal: done.refusal });
    return sent;
  }
}

export const ndjson = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** Answered, refused with a problem, or without an answer: then the client knows nothing. */
async function fateOf<T>(
  work: Promise<T>,
): Promise<{ fate: Fate; value: T | undefined; refusal: Problem | undefined }> {
  try {
    return { fate: 'acknowledged', value: await work, refusal: undefined };
  } catch (error) {
    if (error instanceof Problem) return { fate: 'refused', value: undefined, refusal: error };
    // A connection that breaks in the middle of an answer is a TypeError of fetch.
    if (error instanceof Unreachable || error instanceof TypeError || error instanceof SyntaxError) {
      return { fate: 'unknown', value: undefined, refusal: undefined };
    }
    throw error;
  }
}
