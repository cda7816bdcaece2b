// Goal: whoever doubts can check everything from what is served, with nothing but the log's key. Method: the real
// server and database; what it answers is verified with the code that also runs in the browser.

import pino from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyConsistency, verifyEntry } from '#formats/tlog';
import { fromBase64, fromHex } from '#kernel';
import { createServer } from '#platform/http';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import type * as contract from './contract.ts';
import { ledgerRoutes } from './routes.ts';
import type { Ledger } from './service.ts';
import { aLedger, anAct, recordAct } from './testing.ts';

describeOnEveryDatabase('the ledger over HTTP', (open) => {
  let ledger: Ledger;
  let get: (path: string) => Promise<{ statusCode: number; headers: Record<string, unknown>; body: string }>;

  beforeAll(async () => {
    const { db } = await open();
    ledger = await aLedger(db);
    for (let n = 0; n < 11; n++) {
      const kind = n % 2 === 0 ? 'claim' : 'signoff';
      await ledger.sequenced(await recordAct(db, ledger, anAct({ kind, chain: `claim_${n % 2}`, predicate: { n } })));
    }
    const server = createServer<never>({
      routes: ledgerRoutes<never>(ledger),
      authenticate: async () => undefined,
      allow: () => {
        throw new Error('reading the ledger needs no permission');
      },
      logger: pino({ level: 'silent' }),
    });
    get = async (path) => {
      const { statusCode, headers, body } = await server.inject({ url: `/api/v1/ledger/${path}` });
      return { statusCode, headers, body };
    };
  });

  const json = async <T>(path: string): Promise<T> => {
    const answer = await get(path);
    expect(answer.statusCode, path).toBe(200);
    return JSON.parse(answer.body);
  };

  it('serves the checkpoint as a note that nobody keeps in a cache', async () => {
    const { body, headers } = await get('checkpoint');
    expect([headers['content-type'], headers['cache-control']]).toEqual(['text/plain; charset=utf-8', 'no-cache']);
    expect(body).toBe((await ledger.questions.checkpoint()).note);
  });

  it('serves all that verifies an entry, for every entry', async () => {
    const { vkey } = await json<contract.LedgerKeyBody>('key');
    for (let index = 0; index < 12; index++) {
      const entry = await json<contract.LedgerEntryWithBytesBody>(`entries/${index}`);
      const proof = await json<contract.InclusionProofBody>(`entries/${index}/proof`);
      const verdict = verifyEntry({
        entryBytes: fromBase64(entry.bytes)!,
        index: proof.index,
        proof: proof.hashes.map((hash) => fromBase64(hash)!),
        checkpointNote: proof.checkpoint!,
        vkey,
      });
      expect(verdict.ok, JSON.stringify(verdict.steps)).toBe(true);
      expect(entry.statement?.predicate).toEqual(verdict.statement?.predicate);
      expect(verdict.steps.at(-1)?.detail).toContain(entry.leafHash);
    }
  });

  it('serves proofs between any two signed sizes', async () => {
    for (let from = 1; from <= 12; from++) {
      const proof = await json<contract.ConsistencyProofBody>(`consistency?from=${from}`);
      const roots = await Promise.all(
        [from, 12].map(async (size) => (await ledger.questions.proof(0, size)).checkpoint!.root),
      );
      const claim = { size1: BigInt(from), size2: 12n, root1: roots[0]!, root2: roots[1]! };
      expect(
        verifyConsistency(
          claim,
          proof.hashes.map((hash) => fromBase64(hash)!),
        ),
      ).toEqual({ ok: true });
    }
  });

  it('pages through entries in both orders, by kind and by chain, each entry once', async () => {
    const all = async (filter: string) => {
      const seen: number[] = [];
      for (let next: number | null = -1; next !== null; ) {
        const after: string = next === -1 ? '' : `&after=${next}`;
        const page: contract.EntriesPageBody = await json(`entries?limit=3${filter}${after}`);
        expect(page.entries.length).toBeLessThanOrEqual(3);
        seen.push(...page.entries.map(({ index }) => index));
        next = page.next;
      }
      return seen;
    };
    expect(await all('')).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(await all('&order=oldest')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(await all('&kind=signoff')).toEqual([10, 8, 6, 4, 2]);
    expect(await all('&chain=claim_0&order=oldest')).toEqual([1, 3, 5, 7, 9, 11]);
    expect(await all('&chain=nothing')).toEqual([]);
    const [newest] = (await json<contract.EntriesPageBody>('entries?limit=1')).entries;
    expect(newest).not.toHaveProperty('bytes');
    expect(fromHex(newest!.leafHash)).toHaveLength(32);
  });

  it('refuses what is out of range with a problem', async () => {
    const refusals: [string, number][] = [
      ['entries/12', 404],
      ['entries/-1', 422],
      ['entries/x', 422],
      ['entries/12/proof', 404],
      ['entries/3/proof?size=3', 404],
      ['entries/3/proof?size=13', 422],
      ['consistency', 422],
      ['consistency?from=5&to=4', 422],
      ['consistency?from=5&to=13', 422],
      ['entries?limit=101', 422],
      ['entries?kind=rumour', 422],
      ['entries/9007199254740993', 422],
    ];
    for (const [path, status] of refusals) {
      const { statusCode, headers } = await get(path);
      expect(statusCode, path).toBe(status);
      expect(headers['content-type'], path).toContain('application/problem+json');
    }
  });
});

describe('the routes of the ledger', () => {
  it('only read', () => {
    const routes = ledgerRoutes<never>({ questions: {} as Ledger['questions'] });
    expect(routes.map(({ method }) => method)).toEqual(routes.map(() => 'GET'));
  });
});
