import { expect } from 'vitest';
import { sha256Hex } from '#kernel';
import type { Database } from '#platform/db';
import { apiClient } from '../../src/main/api-client.ts';
import type { Journal, SentBatch } from './journal.ts';
import type { World } from './world.ts';

// What must hold after any trouble. Each function compares what the clients know with what is stored.

export interface Tally {
  batchesAcknowledged: number;
  rowsAcknowledged: number;
  batchesUnanswered: number;
  /** Of those sent since `newFrom`: there, whole, although no answer arrived. */
  unansweredThere: number;
  ledgerEntries: number;
  streams: number;
}

/**
 * Everything acknowledged is there once, nothing is there in part, ledger and evidence hold.
 * @param newFrom number of the first batch since the last time this was asked: batches may be sent again after it.
 */
export async function expectNothingLost(
  { database, world }: { database: Database; world: World },
  journal: Journal,
  newFrom = 0,
): Promise<Tally> {
  const acknowledged = journal.acknowledged();
  const holdings = await holdingsOf(database);
  const unanswered = journal.batches.filter((one) => one.fate !== 'acknowledged');
  for (const batch of acknowledged) {
    expect(storedOf(holdings, batch), `rows of the acknowledged batch ${batch.report!.batchId}`).toEqual(
      batch.rows.map((row) => wantedOf(batch, row)).sort(byCase),
    );
  }
  let unansweredThere = 0;
  for (const batch of unanswered) {
    const found = storedOf(holdings, batch).length;
    // The same rows may have been sent by a twin that was acknowledged: then all of them are there as well.
    expect([0, batch.rows.length], `rows of a batch without an answer (${batch.kind})`).toContain(found);
    const isNew = journal.batches.indexOf(batch) >= newFrom;
    if (found > 0 && isNew && batch.twin?.fate !== 'acknowledged') unansweredThere++;
  }
  await expectTwinsOnce(journal);
  await expectBatchesWhole(database, acknowledged);
  await expectFeedsCounted(database);
  const entries = await expectLedgerHolds(database, world, journal);
  await expectActsThere(database, journal);
  const streams = await expectReplayEqual(world);
  return {
    batchesAcknowledged: acknowledged.length,
    rowsAcknowledged: journal.acknowledgedRows(),
    batchesUnanswered: unanswered.length,
    unansweredThere,
    ledgerEntries: entries,
    streams,
  };
}

type Stored = { caseId: string; value: string };
const byCase = (a: Stored, b: Stored): number => (a.caseId < b.caseId ? -1 : 1);

const wantedOf = ({ kind }: SentBatch, row: SentBatch['rows'][number]): Stored => ({
  caseId: row.caseId,
  value: kind === 'predictions' ? `${row.probability} ${row.pseudonym}` : `${row.value}`,
});

type Holdings = Record<SentBatch['kind'], Map<string, string[]>>;

/** Everything that is stored, by case: asked once, because the tables are keyed for other questions. */
async function holdingsOf(database: Database): Promise<Holdings> {
  const read = async (text: string): Promise<Map<string, string[]>> => {
    const { rows } = await database.pool.query<Stored>(text);
    const byCaseId = new Map<string, string[]>();
    for (const { caseId, value } of rows) byCaseId.set(caseId, [...(byCaseId.get(caseId) ?? []), normal(value)]);
    return byCaseId;
  };
  return {
    predictions: await read(
      `select case_id as "caseId", probability::text || ' ' || pseudonym as value from monitor_prediction`,
    ),
    outcomes: await read('select case_id as "caseId", value::text as value from monitor_outcome'),
  };
}

const storedOf = (holdings: Holdings, { kind, rows }: SentBatch): Stored[] =>
  rows.flatMap(({ caseId }) => (holdings[kind].get(caseId) ?? []).map((value) => ({ caseId, value }))).sort(byCase);

/** PostgreSQL writes very small numbers with an exponent of its own form. */
const normal = (value: string): string => {
  const [first, ...rest] = value.split(' ');
  return rest.length === 0 ? value : [String(Number(first)), ...rest].join(' ');
};

/** Of two writers of the same rows one was accepted; the other's rows were known. */
async function expectTwinsOnce(journal: Journal): Promise<void> {
  for (const batch of journal.acknowledged()) {
    if (batch.twin?.fate !== 'acknowledged') continue;
    const [one, other] = [batch.report!, batch.twin.report!];
    expect(one.accepted + other.accepted, 'rows accepted from two writers of the same rows').toBe(batch.rows.length);
    expect(one.repeated + other.repeated).toBe(batch.rows.length);
  }
}

/** Each stored batch holds as many rows as it says, and says what its acknowledgement said. */
async function expectBatchesWhole(database: Database, acknowledged: SentBatch[]): Promise<void> {
  const { rows } = await database.pool.query<{
    id: string;
    accepted: number;
    corrected: number;
    repeated: number;
    ledger_index: string | null;
    digest: string;
    held: string;
  }>(`with held as (
      select batch_no, count(*) as n from (
        select batch_no from monitor_prediction where not derived union all select batch_no from monitor_outcome
      ) as rows group by batch_no)
    select b.id, b.accepted, b.corrected, b.repeated, b.ledger_index, b.digest, coalesce(held.n, 0) as held
      from monitor_batch b left join held using (batch_no)`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const row of rows) {
    expect(Number(row.held), `rows held of batch ${row.id}`).toBe(row.accepted + row.corrected);
    expect(row.digest).toMatch(/^[0-9a-f]{64}$/);
  }
  for (const { report } of acknowledged) {
    const row = byId.get(report!.batchId);
    expect(row, 'the acknowledged batch is recorded').toBeDefined();
    expect(row).toMatchObject({ accepted: report!.accepted, repeated: report!.repeated });
    expect(Number(row!.ledger_index)).toBe(report!.ledgerIndex);
  }
  expect(
    rows.filter((row) => row.ledger_index === null).map((row) => row.id),
    'every recorded batch knows its place in the ledger',
  ).toEqual([]);
  const orphans = await database.pool.query(`select 1 from monitor_prediction p
    left join monitor_batch b using (batch_no) where b.batch_no is null limit 1`);
  expect(orphans.rowCount).toBe(0);
}

async function expectFeedsCounted(database: Database): Promise<void> {
  const { rows } = await database.pool.query<{ predictions: string; held: string }>(`
    select f.predictions, count(p.case_id) as held from monitor_feed f
      left join monitor_prediction p on p.feed_no = f.feed_no and p.revision = 0 group by f.feed_no`);
  for (const row of rows) expect(row.predictions, 'the total of a feed').toBe(row.held);
}

interface LedgerRow {
  entry_index: string;
  chain: string;
  leaf: string;
  bytes: Buffer;
}

/** The ledger verifies as a whole; every batch has exactly one entry with its digest; what was acknowledged stayed. */
async function expectLedgerHolds(database: Database, world: World, journal: Journal): Promise<number> {
  const verdict = await world.operator.follow<{ ok: boolean; entries: number; failures: unknown[] }>(
    '/api/v1/installation/ledger-verification',
    () => {},
  );
  expect(verdict.failures).toEqual([]);
  expect(verdict.ok).toBe(true);
  const { rows } = await database.pool.query<LedgerRow>(
    `select entry_index, chain, encode(leaf_hash, 'hex') as leaf, bytes from ledger_entry
      where kind in ('batch', 'claim')`,
  );
  const bySubject = new Map<string, { index: number; leaf: string; sha256: string }[]>();
  for (const row of rows) {
    for (const { name, sha256 } of subjectsOf(row.bytes)) {
      const known = bySubject.get(name) ?? [];
      bySubject.set(name, [...known, { index: Number(row.entry_index), leaf: row.leaf, sha256 }]);
    }
  }
  const batches = await database.pool.query<{ id: string; digest: string }>('select id, digest from monitor_batch');
  for (const { id, digest } of batches.rows) {
    const entries = bySubject.get(id) ?? [];
    expect(
      entries.map((one) => one.sha256),
      `ledger entries of ${id}`,
    ).toEqual([digest]);
  }
  for (const { report, leafHash } of journal.acknowledged()) {
    const [entry] = bySubject.get(report!.batchId) ?? [];
    expect(entry?.index).toBe(report!.ledgerIndex);
    if (leafHash !== undefined) expect(entry?.leaf, 'an acknowledged index holds the same leaf').toBe(leafHash);
  }
  return verdict.entries;
}

function subjectsOf(bytes: Buffer): { name: string; sha256: string }[] {
  const envelope = JSON.parse(bytes.toString('utf8')) as { payload: string };
  const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8')) as {
    subject: { name: string; digest: { sha256: string } }[];
  };
  return statement.subject.map(({ name, digest }) => ({ name, sha256: digest.sha256 }));
}

/** Acknowledged claims and certificates are there as acknowledged; no claim is left between ledger and streams. */
async function expectActsThere(database: Database, journal: Journal): Promise<void> {
  const { rows } = await database.pool.query<{ id: string; digest: string; ledger_index: string | null }>(
    'select id, digest, ledger_index from monitor_claim',
  );
  const claims = new Map(rows.map((row) => [row.id, row]));
  for (const act of journal.acts.filter((one) => one.fate === 'acknowledged')) {
    if (act.what === 'claim') {
      const stored = claims.get(String(act.answer!.id));
      expect(stored).toMatchObject({ digest: act.answer!.digest, ledger_index: String(act.answer!.ledgerIndex) });
    }
    if (act.what === 'certificate') {
      const found = await database.pool.query('select 1 from certify_certificate where id = $1', [act.answer!.id]);
      expect(found.rowCount, 'the acknowledged certificate').toBe(1);
    }
  }
  const halfDone = rows.filter((row) => row.ledger_index === null).map((row) => row.id);
  expect(halfDone, 'claims that are neither registered nor absent').toEqual([]);
}

async function expectReplayEqual(world: World): Promise<number> {
  const { streams } = await world.operator.follow<{ streams: { streamId: string; isEqual: boolean }[] }>(
    '/api/v1/installation/claim-replay',
    () => {},
  );
  expect(streams.filter((one) => !one.isEqual)).toEqual([]);
  return streams.length;
}

/** The same body again is accepted quietly, whatever became of it the first time. */
export async function expectQuietRepeat(world: World, journal: Journal, latest = 6): Promise<void> {
  const again = journal.batches.filter((one) => one.fate !== 'refused').slice(-latest);
  const order = { predictions: 0, outcomes: 1 };
  for (const batch of again.sort((a, b) => order[a.kind] - order[b.kind])) {
    const sender = await world.cast.sender(batch.site as never);
    const wasAcknowledged = batch.fate === 'acknowledged';
    const repeat = await journal.send(sender, { kind: batch.kind, site: batch.site, rows: batch.rows });
    expect(repeat.refusal?.detail, 'a repeated body is not refused').toBeUndefined();
    expect(repeat.report).toMatchObject({ refused: 0, corrected: 0 });
    if (wasAcknowledged) expect(repeat.report).toMatchObject({ accepted: 0, repeated: batch.rows.length });
    else expect(repeat.report!.accepted + repeat.report!.repeated).toBe(batch.rows.length);
  }
}

/** A fingerprint over everything that counts: two installations with the same one hold the same. */
export async function fingerprintOf(database: Database): Promise<string> {
  const parts: string[] = [];
  for (const text of [
    "select feed_no, case_id, revision, encode(content, 'hex') as c from monitor_prediction order by 1, 2, 3",
    "select site_no, case_id, definition, revision, encode(content, 'hex') as c from monitor_outcome order by 1, 2, 3, 4",
    "select entry_index, encode(leaf_hash, 'hex') as h from ledger_entry order by entry_index",
    'select id, evidence_digest, cases from monitor_stream order by id',
  ]) {
    parts.push(sha256Hex(JSON.stringify((await database.pool.query(text)).rows)));
  }
  return parts.join(' ');
}

/** Whether pages and API answer well. */
export async function isWell(url: string): Promise<boolean> {
  return apiClient(url)
    .get<{ status: string }>('/healthz')
    .then(
      ({ status }) => status === 'ok',
      () => false,
    );
}
