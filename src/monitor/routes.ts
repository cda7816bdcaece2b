import type { Readable } from 'node:stream';
import { z } from 'zod';
import { byOf } from '#develop';
import { Problem, toIso } from '#kernel';
import { assertPerson, capacityOf, type Identity, type Permissions, route } from '#people';
import type { Route } from '#platform/http';
import {
  asOfQuery,
  calibrationView,
  candidateView,
  claimRequest,
  claimView,
  comparisonView,
  deficiencyAct,
  deficiencyActed,
  deficiencySummary,
  deficiencyView,
  explorationBoard,
  explorationQuery,
  type IntakeReport,
  intakeQuery,
  intakeReport,
  planRequest,
  recalibrationRequest,
  streamHistory,
} from './contract.ts';
import { drillRoutes } from './drill/routes.ts';
import type { DeficiencyCommand } from './model/deficiency.ts';
import { type Allow, assertMayActOnDeficiency, assertMayRegister } from './permitting.ts';
import { calibrationViews } from './questions/calibration.ts';
import { claimViews, streamHistory as historyOf } from './questions/claims.ts';
import { comparisonViews, deficiencyList, deficiencyView as oneDeficiency } from './questions/deficiencies.ts';
import { exploration } from './questions/exploration.ts';
import { casesSeenBy, type ScopeOf } from './questions/sight.ts';
import { asOf, caseRoutes } from './routes-cases.ts';
import type { Monitor } from './service/monitor.ts';

export interface MonitorRouteParts {
  monitor: Monitor;
  /** What somebody may see: it becomes the condition of every query for single cases. */
  scopeOf: ScopeOf;
  mayDo: Permissions['mayDo'];
  /** Whether somebody may act on the deficiency, or register for the model, at hand. */
  allow: Allow;
  /** Names of persons, for pages that show who acted. */
  personNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export const monitorRoutes = (parts: MonitorRouteParts): Route<Identity>[] => [
  ...intakeRoutes(parts),
  ...claimRoutes(parts),
  ...explorationRoutes(parts),
  ...caseRoutes({ deps: parts.monitor.deps, scopeOf: parts.scopeOf }),
  ...deficiencyRoutes(parts),
  ...drillRoutes(parts.monitor.deps),
];

const bodyTypes = ['application/x-ndjson', 'text/csv', 'application/json'] as const;
const jsonRowsMax = 1000;
const jsonBytesMax = 1024 * 1024;

function intakeRoutes({ monitor, mayDo }: MonitorRouteParts): Route<Identity>[] {
  const intake = (kind: 'predictions' | 'outcomes', receive: Monitor['receivePredictions']): Route<Identity> =>
    route({
      method: 'POST',
      path: `/api/v1/monitor/${kind}`,
      action: `monitor:send-${kind}`,
      summary: `Receives ${kind} as JSON (one object, or an array of at most ${jsonRowsMax}), or as an NDJSON or CSV stream of any length.`,
      query: intakeQuery,
      body: 'stream',
      contentTypes: bodyTypes,
      response: intakeReport,
      handle: async ({ body, contentType, query, identity }): Promise<IntakeReport> => {
        const rows = contentType === 'application/json' ? await jsonRows(body) : body;
        return receive({
          body: rows,
          contentType,
          mode: query.mode,
          convention: query.convention,
          sourceId: identity.id,
          organisationId: identity.organisationId,
          maySendFor: (legalEntityId) => mayDo(identity, `monitor:send-${kind}`, { legalEntityId }),
        });
      },
    });
  return [
    intake('predictions', (request) => monitor.receivePredictions(request)),
    intake('outcomes', (request) => monitor.receiveOutcomes(request)),
    route({
      method: 'POST',
      path: '/api/v1/monitor/advance',
      action: 'monitor:advance-evidence',
      summary: 'Counts at once what has matured, instead of waiting for the next round.',
      response: z.object({ cases: z.number() }),
      handle: async () => ({ cases: (await monitor.advance({ wait: true })).cases }),
    }),
  ];
}

async function jsonRows(body: Readable): Promise<{ line: number; raw: unknown }[]> {
  let text = '';
  body.setEncoding('utf8');
  for await (const chunk of body as AsyncIterable<string>) {
    text += chunk;
    if (text.length > jsonBytesMax)
      throw new Problem('body-too-large', { detail: 'JSON bodies hold at most 1 MiB; send NDJSON.' });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem('invalid-json');
  }
  const rows = Array.isArray(value) ? value : [value];
  if (rows.length > jsonRowsMax)
    throw new Problem('body-too-large', { detail: `At most ${jsonRowsMax} rows as JSON; send NDJSON.` });
  return rows.map((raw, i) => ({ line: i + 1, raw }));
}

function claimRoutes({ monitor, scopeOf, allow }: MonitorRouteParts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/monitor/claims',
      action: 'monitor:read-claims',
      summary: 'Every claim with its evidence by site, as known now or on a day.',
      query: asOfQuery,
      response: z.object({ claims: z.array(claimView) }),
      handle: async ({ query }) => ({ claims: await claimViews(monitor.deps, asOf(query.asOf)) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/monitor/claims',
      action: 'monitor:register-claim',
      summary: 'Registers a claim; its digest is in the ledger before the first case counts.',
      body: claimRequest,
      response: z.object({ id: z.string(), digest: z.string(), registeredAt: z.string(), ledgerIndex: z.number() }),
      status: 201,
      handle: async ({ body, identity }) => {
        assertPerson(identity);
        const { asRole, ...request } = body;
        await assertMayRegister({ deps: monitor.deps, allow, identity, asRole }, request.modelVersionId);
        const claim = await monitor.registerClaim(request, byOf(identity, asRole));
        return {
          id: claim.id,
          digest: claim.digest,
          registeredAt: toIso(claim.registeredAt!),
          ledgerIndex: claim.ledgerIndex!,
        };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/monitor/streams/:streamId',
      action: 'monitor:read-claims',
      summary: 'The history of a claim at a site: estimate, evidence and state by day.',
      params: z.object({ streamId: z.string().max(60) }),
      query: asOfQuery,
      response: streamHistory,
      handle: ({ params, query }) => historyOf(monitor.deps, params.streamId, asOf(query.asOf)),
    }),
    route({
      method: 'POST',
      path: '/api/v1/monitor/plans',
      action: 'monitor:register-claim',
      summary: 'Registers how a version is watched: its threshold and the rate of the random audit.',
      body: planRequest,
      response: z.object({ id: z.string(), ledgerIndex: z.number() }),
      status: 201,
      handle: async ({ body, identity }) => {
        assertPerson(identity);
        const { asRole, ...request } = body;
        await assertMayRegister({ deps: monitor.deps, allow, identity, asRole }, request.modelVersionId);
        return monitor.registerPlan(request, byOf(identity, asRole));
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/monitor/calibration',
      action: 'monitor:read-claims',
      summary: 'Calibration by version and site: reliability diagram and figures with intervals.',
      query: asOfQuery,
      response: z.object({ views: z.array(calibrationView) }),
      handle: async ({ query, identity }) => {
        const cases = await casesSeenBy({ deps: monitor.deps, scopeOf }, identity);
        return { views: await calibrationViews(monitor.deps, { cases, asOf: asOf(query.asOf) }) };
      },
    }),
  ];
}

function explorationRoutes({ monitor, scopeOf }: MonitorRouteParts): Route<Identity>[] {
  const explore = exploration(monitor.deps);
  return [
    route({
      method: 'GET',
      path: '/api/v1/monitor/exploration',
      action: 'monitor:read-claims',
      summary:
        'Exploratory: what is claimed of a version, asked of each site and group. Never a claim, never evidence.',
      query: explorationQuery,
      response: explorationBoard,
      handle: async ({ query, identity }) => {
        const cases = await casesSeenBy({ deps: monitor.deps, scopeOf }, identity);
        return explore({ modelVersionId: query.modelVersionId, cases });
      },
    }),
  ];
}

function deficiencyRoutes({ monitor, allow, personNames }: MonitorRouteParts): Route<Identity>[] {
  const id = z.object({ deficiencyId: z.string().max(60) });
  return [
    route({
      method: 'GET',
      path: '/api/v1/monitor/deficiencies',
      action: 'monitor:read-claims',
      summary: 'Deficiencies, newest first, with who must act next.',
      response: z.object({ deficiencies: z.array(deficiencySummary) }),
      handle: async () => ({ deficiencies: await deficiencyList(monitor.deps) }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/monitor/deficiencies/:deficiencyId',
      action: 'monitor:read-claims',
      summary: 'One deficiency: evidence, decisions, signatures, dissent.',
      params: id,
      response: deficiencyView,
      handle: ({ params }) => oneDeficiency(monitor.deps, params.deficiencyId, personNames),
    }),
    route({
      method: 'POST',
      path: '/api/v1/monitor/deficiencies/:deficiencyId/acts',
      action: 'monitor:triage-deficiency',
      summary: 'An act on a deficiency; what takes two persons is proposed, and signed where every proposal is.',
      params: id,
      body: deficiencyAct,
      response: deficiencyActed,
      handle: async ({ params, body, identity }) => {
        assertPerson(identity);
        const { asRole, ...given } = body;
        const command = given as DeficiencyCommand;
        const id = params.deficiencyId;
        const asked = { deps: monitor.deps, allow, identity, asRole };
        await assertMayActOnDeficiency(asked, 'monitor:triage-deficiency', id);
        const act = { id, command, asRole };
        const proposalId = (await monitor.takesTwo(id, command))
          ? await monitor.proposeDecision(identity, act)
          : await actAlone(monitor, identity, act);
        return { ...(await oneDeficiency(monitor.deps, id, personNames)), proposalId };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/monitor/deficiencies/:deficiencyId/recalibration',
      action: 'monitor:propose-recalibration',
      summary: 'Fits a recalibration on cases up to a cut-off and puts it into shadow as a candidate.',
      params: id,
      body: recalibrationRequest,
      response: candidateView,
      status: 201,
      handle: async ({ params, body, identity }) => {
        assertPerson(identity);
        const { asRole, ...request } = body;
        const asked = { deps: monitor.deps, allow, identity, asRole };
        await assertMayActOnDeficiency(asked, 'monitor:propose-recalibration', params.deficiencyId);
        return monitor.proposeRecalibration(params.deficiencyId, request, byOf(identity, asRole));
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/monitor/comparisons',
      action: 'monitor:read-claims',
      summary: 'Candidates against the original and the previous version, on cases after their fit.',
      query: z.object({ candidate: z.string().max(60).optional() }),
      response: z.object({ comparisons: z.array(comparisonView) }),
      handle: async ({ query }) => ({ comparisons: await comparisonViews(monitor.deps, query.candidate) }),
    }),
  ];
}

async function actAlone(
  monitor: Monitor,
  identity: Identity,
  { id, command, asRole }: { id: string; command: DeficiencyCommand; asRole: string | undefined },
): Promise<null> {
  const { role, organisationId } = capacityOf(identity, { asRole });
  const actor = { id: identity.id, role, isPerson: true, organisationId };
  await monitor.actOnDeficiency(id, { command, actor });
  return null;
}
