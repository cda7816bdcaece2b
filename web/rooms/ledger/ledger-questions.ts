import { z } from 'zod';
import { entriesPage, inclusionProof, ledgerEntryWithBytes, ledgerKey } from '../../../src/ledger/contract.ts';
import { ApiProblem, apiQuery, ask } from '../../app/api.ts';

const base = '/api/v1/ledger';

export const keyQuery = apiQuery(`${base}/key`, ledgerKey);

export interface EntriesAsked {
  kind?: string | undefined;
  chain?: string | undefined;
  order?: 'newest' | 'oldest' | undefined;
  after?: number | undefined;
}

export const entriesQuery = ({ kind, chain, order, after }: EntriesAsked) =>
  apiQuery(`${base}/entries`, entriesPage, { kind, chain, order, after, limit: 25 });

export const entryQuery = (index: number) => apiQuery(`${base}/entries/${index}`, ledgerEntryWithBytes);

export const proofQuery = (index: number) => apiQuery(`${base}/entries/${index}/proof`, inclusionProof);

const checkpointPath = `${base}/checkpoint`;

/** The signed note is plain text, byte for byte as it was signed. */
export const checkpointQuery = {
  queryKey: ['api', 'v1', 'ledger', 'checkpoint'],
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<string> => {
    const response = await fetch(checkpointPath, { signal, headers: { accept: 'text/plain' } }).catch(() => undefined);
    if (response?.ok) return response.text();
    // Asked again as JSON, the server says why in a problem document.
    await ask(checkpointPath, z.never(), { signal });
    throw new ApiProblem({ title: '', remedy: '', fixer: 'operator', code: 'unexpected' }, 0);
  },
};
