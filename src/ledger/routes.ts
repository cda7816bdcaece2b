import { toBase64, toHex, toIso } from '#kernel';
import { type Route, routesFor } from '#platform/http';
import * as contract from './contract.ts';
import type { EntryView, LedgerQuestions } from './questions.ts';

const base = '/api/v1/ledger';

/** The ledger over HTTP: reading only, and public, because whoever doubts must be able to check without asking. */
export function ledgerRoutes<I>({ questions }: { questions: LedgerQuestions }): Route<I>[] {
  const route = routesFor<I>();
  return [
    route({
      method: 'GET',
      path: `${base}/checkpoint`,
      action: 'public',
      summary: 'The last signed checkpoint, as a signed note.',
      response: 'raw',
      handle: async ({ reply }) => {
        reply.header('cache-control', 'no-cache').type('text/plain; charset=utf-8');
        return (await questions.checkpoint()).note;
      },
    }),
    route({
      method: 'GET',
      path: `${base}/key`,
      action: 'public',
      summary: "The log's name and verifier key; to rely on it, get it from somewhere else.",
      response: contract.ledgerKey,
      handle: async () => {
        const key = questions.key();
        return { ...key, createdAt: toIso(key.createdAt) };
      },
    }),
    route({
      method: 'GET',
      path: `${base}/entries`,
      action: 'public',
      summary: 'Entries, newest first or oldest first, of one kind or chain if asked.',
      query: contract.entriesQuery,
      response: contract.entriesPage,
      handle: async ({ query }) => {
        const page = await questions.entries(query);
        return { size: page.size, entries: page.entries.map(entryBody), next: page.next ?? null };
      },
    }),
    route({
      method: 'GET',
      path: `${base}/entries/:index`,
      action: 'public',
      summary: 'One entry: the bytes that were hashed and signed, and what they say.',
      params: contract.entryParams,
      response: contract.ledgerEntryWithBytes,
      handle: async ({ params }) => {
        const entry = await questions.entry(params.index);
        return { ...entryBody(entry), bytes: toBase64(entry.bytes) };
      },
    }),
    route({
      method: 'GET',
      path: `${base}/entries/:index/proof`,
      action: 'public',
      summary: 'Proof that an entry is in the log of a size, by default the last signed.',
      params: contract.entryParams,
      query: contract.proofQuery,
      response: contract.inclusionProof,
      handle: async ({ params, query }) => {
        const proof = await questions.proof(params.index, query.size);
        return { ...proof, hashes: proof.hashes.map(toBase64), checkpoint: proof.checkpoint?.note ?? null };
      },
    }),
    route({
      method: 'GET',
      path: `${base}/consistency`,
      action: 'public',
      summary: 'Proof that the log of one size is the beginning of the log of a later size.',
      query: contract.consistencyQuery,
      response: contract.consistencyProof,
      handle: async ({ query }) => {
        const proof = await questions.consistency(query.from, query.to);
        return { ...proof, hashes: proof.hashes.map(toBase64) };
      },
    }),
  ];
}

function entryBody(entry: EntryView): contract.LedgerEntryBody {
  const { index, kind, chain, chainSeq } = entry;
  const times = { occurredAt: toIso(entry.occurredAt), recordedAt: toIso(entry.recordedAt) };
  return {
    index,
    kind,
    chain,
    chainSeq,
    ...times,
    leafHash: toHex(entry.leafHash),
    statement: entry.statement ?? null,
  };
}
