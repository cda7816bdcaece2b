import { canonicalJson, sha256Hex } from '#kernel';
import {
  type ProposalPart,
  type ProposalSummaryView,
  proposalListView,
  proposalView,
} from '../../../../src/people/four-eyes/contract.ts';
import { apiQuery, tell } from '../../../app/api.ts';
import { refresh } from '../../../app/query-client.ts';
import { t, tMaybe } from '../../../messages/translate.ts';

const path = '/api/v1/people/proposals';

/** What several persons decide: about one subject, or in a state. `mine`: what waits for one's own signature. */
export const proposalsQuery = (search: { subject?: string; show?: 'mine' | 'open' | 'done' }) =>
  apiQuery(path, proposalListView, search);

/** A word of one's own on a proposal, or one's signature; everything it may have changed is asked again. */
export async function sayOn(
  id: string,
  word: 'sign' | 'dissent' | 'withdraw' | 'withdraw-signature' | 'refuse',
  body: object,
) {
  const after = await tell('POST', `${path}/${encodeURIComponent(id)}/${word}`, { body, schema: proposalView });
  await refresh('people', 'certify', 'ledger', 'develop', 'monitor');
  return after;
}

/** What is judged at this moment; that it was shown is recorded. */
export const openProposal = (id: string) =>
  tell('POST', `${path}/${encodeURIComponent(id)}/open`, { schema: proposalView });

/** What it is about, in words: "reinstate at Westhaven". */
export const inWords = ({ title }: Pick<ProposalSummaryView, 'title'>): string =>
  tMaybe(title.key, title.values) ?? t('people.proposal.act.unknown');

/**
 * The digest that is signed, computed here from what is shown: of each part's content where it is here, then of the
 * list. SHA-256 (hex). Oracle: proposals.test.ts, the server's own.
 */
export function digestShown(parts: readonly ProposalPart[]): string {
  const named = parts.map(({ name, sha256, content }) => ({
    name,
    sha256: content === null ? sha256 : sha256Hex(canonicalJson(content)),
  }));
  named.sort((a, b) => (`${a.name} ${a.sha256}` < `${b.name} ${b.sha256}` ? -1 : 1));
  return sha256Hex(canonicalJson(named));
}

/** Every role that may sign, in whatever place. */
export const rolesThatSign = ({ seats }: Pick<ProposalSummaryView, 'seats'>): string[] => [
  ...new Set(seats.flatMap(({ roles }) => roles)),
];

export const countingSignatures = ({ signatures }: Pick<ProposalSummaryView, 'signatures'>) =>
  signatures.filter(({ state }) => state === 'counts');

/** Whether the policies themselves are what changes. */
export const isPolicyChange = ({ kind }: Pick<ProposalSummaryView, 'kind'>): boolean => kind === 'people:change-policy';

/** The page of what a proposal is about. */
export function placeOf({ kind, subject }: Pick<ProposalSummaryView, 'kind' | 'subject'>): string | undefined {
  if (kind.startsWith('certify:')) return `/certify/certificates/${subject}`;
  return kind.startsWith('monitor:') ? `/monitor/deficiencies/${subject}` : undefined;
}
