import { z } from 'zod';
import { type CertificateId, type Instant, instant, Problem } from '#kernel';
import { type Identity, route } from '#people';
import type { Route } from '#platform/http';
import {
  actSchema,
  asOfSchema,
  certificateDetailView,
  certificateListView,
  newCertificateSchema,
  proposalSchema,
  publicStatusView,
  raiseOpenedView,
  servingQuerySchema,
  servingView,
} from './contract.ts';
import type { CertifyQuestions } from './questions.ts';
import type { AskedRaise } from './releases.ts';
import { assuranceNote } from './sentences.ts';
import type { ActNow, CertifyService, NewCertificate } from './service.ts';
import { viewOfCertificate, viewOfHistory, viewOfPublicStatus, viewOfServing } from './views.ts';

interface Parts {
  service: CertifyService;
  questions: CertifyQuestions;
}

const certificateParams = z.object({ certificateId: z.string().max(80) });
const base = '/api/v1/certify';

export const certifyRoutes = (parts: Parts): Route<Identity>[] => [
  ...readingRoutes(parts),
  ...servingRoutes(parts),
  ...actingRoutes(parts),
  ...proposalRoutes(parts),
];

const instantOf = (text: string | undefined): Instant | undefined => (text === undefined ? undefined : instant(text));

/** Contract bodies carry ids and instants as text; the rules check that they mean something. */
const withInstant = <T extends object>(act: T, member: 'deadline' | 'validUntil'): T => {
  const value = (act as Record<string, unknown>)[member];
  return typeof value === 'string' ? { ...act, [member]: instant(value) } : act;
};

async function detail(
  questions: CertifyQuestions,
  id: string,
  asOf?: Instant,
): Promise<z.output<typeof certificateDetailView>> {
  const history = await questions.certificate(id as CertificateId, asOf);
  if (history === undefined) throw new Problem('not-found');
  return viewOfHistory(history);
}

function readingRoutes({ questions }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: `${base}/certificates`,
      action: 'certify:read-certificates',
      summary: 'Every certificate with its status at each site, why, and what to do.',
      query: asOfSchema,
      response: certificateListView,
      handle: async ({ query }) => ({
        certificates: (await questions.certificates(instantOf(query.asOf))).map(viewOfCertificate),
        note: assuranceNote,
      }),
    }),
    route({
      method: 'GET',
      path: `${base}/certificates/:certificateId`,
      action: 'certify:read-certificates',
      summary: 'One certificate with its claims, conditions, deadlines and history.',
      params: certificateParams,
      query: asOfSchema,
      response: certificateDetailView,
      handle: ({ params, query }) => detail(questions, params.certificateId, instantOf(query.asOf)),
    }),
    route({
      method: 'GET',
      path: '/status/:certificateId',
      action: 'public',
      summary: 'The status of a certificate, for everybody.',
      params: certificateParams,
      response: publicStatusView,
      handle: async ({ params }) => {
        const history = await questions.certificate(params.certificateId as CertificateId);
        if (history === undefined) throw new Problem('not-found');
        return viewOfPublicStatus(history);
      },
    }),
  ];
}

function servingRoutes({ questions }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: `${base}/serving-check`,
      action: 'certify:check-serving',
      summary: 'May this version be shown at this site now? It answers no whenever it does not know.',
      query: servingQuerySchema,
      response: servingView,
      handle: async ({ query, reply }) => {
        reply.header('cache-control', 'no-store');
        const { modelVersion, site, outsideExclusions } = query;
        const answer = await questions.mayBeShown({
          modelVersion,
          site,
          isOutsideExclusions: outsideExclusions === 'yes',
        });
        return viewOfServing(answer);
      },
    }),
  ];
}

function actingRoutes({ service, questions }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'POST',
      path: `${base}/certificates`,
      action: 'certify:create-certificate',
      summary: 'Drafts a certificate for one model version at the sites of one legal entity.',
      body: newCertificateSchema,
      response: certificateDetailView,
      status: 201,
      handle: async ({ identity, body }) => {
        const state = await service.create(identity, body as NewCertificate);
        return detail(questions, state.id);
      },
    }),
    route({
      method: 'POST',
      path: `${base}/certificates/:certificateId/acts`,
      action: 'certify:act',
      summary: 'An act of one person, effective at once; none of them raises a status.',
      params: certificateParams,
      body: actSchema,
      response: certificateDetailView,
      handle: async ({ identity, params, body }) => {
        const act = withInstant(body.act, 'deadline') as ActNow;
        await service.act(identity, params.certificateId as CertificateId, { ...body, act });
        return detail(questions, params.certificateId);
      },
    }),
  ];
}

function proposalRoutes({ service }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'POST',
      path: `${base}/certificates/:certificateId/proposals`,
      action: 'certify:propose',
      summary: 'Proposes an act that two persons sign; it is opened and signed where every proposal is.',
      params: certificateParams,
      body: proposalSchema,
      response: raiseOpenedView,
      status: 201,
      handle: async ({ identity, params, body }) => {
        const act = withInstant(body.act, 'validUntil') as AskedRaise;
        return { proposalId: await service.propose(identity, params.certificateId as CertificateId, { ...body, act }) };
      },
    }),
  ];
}
