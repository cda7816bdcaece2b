import { z } from 'zod';
import { Problem } from '#kernel';
import type { Route } from '#platform/http';
import { route } from '../authentication.ts';
import type { Identity } from '../model.ts';
import {
  type ProposalView,
  proposalListView,
  proposalQuerySchema,
  proposalSigningSchema,
  proposalView,
  proposalWordSchema,
} from './contract.ts';
import type { Proposal } from './model/proposal.ts';
import { readerOf } from './reader.ts';
import type { FourEyes } from './service.ts';
import { personsIn, summaryOf, viewOf } from './views.ts';

export interface FourEyesRouteParts {
  fourEyes: FourEyes;
  /** Names of persons, for pages that show who signed. */
  personNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

const base = '/api/v1/people/proposals';
const params = z.object({ proposalId: z.string().max(80) });

export const fourEyesRoutes = (parts: FourEyesRouteParts): Route<Identity>[] => [
  ...readingRoutes(parts),
  ...signingRoutes(parts),
  ...wordRoutes(parts),
];

/** Names are for those who are signed in; others read roles. */
const namesFor = async (
  { personNames }: FourEyesRouteParts,
  identity: Identity,
  proposals: readonly Proposal[],
): Promise<ReadonlyMap<string, string>> =>
  identity.kind === 'visitor' ? new Map() : personNames(personsIn(proposals));

const shown = async (parts: FourEyesRouteParts, identity: Identity, proposal: Proposal): Promise<ProposalView> =>
  viewOf(proposal, parts.fourEyes.yours(identity, proposal), await namesFor(parts, identity, [proposal]));

function readingRoutes(parts: FourEyesRouteParts): Route<Identity>[] {
  const { fourEyes } = parts;
  return [
    route({
      method: 'GET',
      path: base,
      action: 'people:read-proposals',
      summary: 'What several persons decide: waiting for your signature, open, done, or about one subject.',
      query: proposalQuerySchema,
      response: proposalListView,
      handle: async ({ query, identity }) => {
        const { subject, show } = query;
        const isOpen = show === 'all' ? undefined : show === 'open';
        const found =
          show === 'mine'
            ? await fourEyes.waitingFor(identity, { subject })
            : await fourEyes.proposals({ subject, isOpen }, readerOf(identity));
        const names = await namesFor(parts, identity, found);
        return { proposals: found.map((one) => summaryOf(one, fourEyes.yours(identity, one), names)) };
      },
    }),
    route({
      method: 'GET',
      path: `${base}/:proposalId`,
      action: 'people:read-proposals',
      summary: 'One proposal with what it shows, who signed, and who disagreed.',
      params,
      response: proposalView,
      handle: async ({ params, identity }) => {
        const [found] = await fourEyes.proposals({ ids: [params.proposalId] }, readerOf(identity));
        if (found === undefined) throw new Problem('not-found');
        return shown(parts, identity, found);
      },
    }),
  ];
}

function signingRoutes(parts: FourEyesRouteParts): Route<Identity>[] {
  const { fourEyes } = parts;
  return [
    route({
      method: 'POST',
      path: `${base}/:proposalId/open`,
      action: 'people:open-proposal',
      summary: 'Shows what is judged at this moment, and records that you were shown it.',
      params,
      response: proposalView,
      handle: async ({ params, identity }) => shown(parts, identity, await fourEyes.open(identity, params.proposalId)),
    }),
    route({
      method: 'POST',
      path: `${base}/:proposalId/sign`,
      action: 'people:sign-proposal',
      summary: 'Signs what you were shown; the signature that completes the proposal carries it out.',
      params,
      body: proposalSigningSchema,
      response: proposalView,
      handle: async ({ params, body, identity }) =>
        shown(parts, identity, await fourEyes.sign(identity, params.proposalId, body)),
    }),
  ];
}

/** Acts that take a word of explanation, and answer with the proposal as it then stands. */
function wordRoutes(parts: FourEyesRouteParts): Route<Identity>[] {
  const { fourEyes } = parts;
  const word = (
    name: string,
    text: { action: string; summary: string },
    say: typeof fourEyes.dissent,
  ): Route<Identity> =>
    route({
      method: 'POST',
      path: `${base}/:proposalId/${name}`,
      ...text,
      params,
      body: proposalWordSchema,
      response: proposalView,
      handle: async ({ params, body, identity }) =>
        shown(parts, identity, await say(identity, params.proposalId, body)),
    });
  return [
    word(
      'withdraw-signature',
      { action: 'people:withdraw-proposal', summary: 'Takes your signature back while the proposal is open.' },
      fourEyes.withdrawSignature,
    ),
    word(
      'dissent',
      {
        action: 'people:dissent',
        summary: 'Records a disagreement, which stays beside the proposal whatever is decided.',
      },
      fourEyes.dissent,
    ),
    word(
      'withdraw',
      { action: 'people:withdraw-proposal', summary: 'Takes a proposal back: whoever made it may.' },
      fourEyes.withdraw,
    ),
    word(
      'refuse',
      { action: 'people:sign-proposal', summary: 'Ends a proposal with a no and its reasons, in a role that decides.' },
      fourEyes.refuse,
    ),
  ];
}
