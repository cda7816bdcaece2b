import { z } from 'zod';
import { type Instant, Problem, readInstant } from '#kernel';
import { type Identity, route } from '#people';
import type { Route } from '#platform/http';
import { asOfQuery, auditSample, casePage, caseQuery, caseView, monitorActivity, monitorSummary } from './contract.ts';
import type { MonitorDependencies } from './dependencies.ts';
import {
  activity,
  auditSampleOf,
  casesPage,
  caseView as oneCase,
  monitorSummary as summaryOf,
} from './questions/cases.ts';
import { casesSeenBy, type ScopeOf } from './questions/sight.ts';

/** What the access record says was shown. */
const caseObject = ({ caseId, siteCode }: { caseId: string; siteCode: string }) => ({ id: caseId, site: siteCode });

interface Parts {
  deps: MonitorDependencies;
  scopeOf: ScopeOf;
}

/** Single cases, within what each asker may see of them; and the sums of what was received. */
export const caseRoutes = (parts: Parts): Route<Identity>[] => [...singleCaseRoutes(parts), ...sumRoutes(parts)];

function singleCaseRoutes(parts: Parts): Route<Identity>[] {
  const { deps } = parts;
  return [
    route({
      method: 'GET',
      path: '/api/v1/monitor/cases',
      action: 'monitor:read-cases',
      summary: 'The cases that you may see, newest first, by site, version and what went wrong.',
      query: caseQuery,
      response: casePage,
      personLevel: { objectKind: 'case', objectsOf: ({ cases }) => cases.map(caseObject) },
      handle: async ({ query, identity }) => casesPage(deps, query, await casesSeenBy(parts, identity, query.site)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/monitor/cases/:site/:caseId',
      action: 'monitor:read-cases',
      summary: 'One case with every prediction, outcome and correction.',
      params: z.object({ site: z.string().max(40), caseId: z.string().max(64) }),
      query: asOfQuery,
      response: caseView,
      personLevel: { objectKind: 'case', objectsOf: (one) => [caseObject(one)] },
      handle: async ({ params, query, identity }) =>
        oneCase(deps, { ...params, asOf: asOf(query.asOf) }, await casesSeenBy(parts, identity, params.site)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/monitor/audit-sample',
      action: 'monitor:read-cases',
      summary:
        'The cleared cases of a site whose outcome must be found out: drawn by the random audit, or flagged by a version in shadow.',
      query: z.object({
        site: z.string().max(40),
        after: z.string().max(200).optional(),
        limit: z.coerce.number().int().min(1).max(5000).default(500),
      }),
      response: auditSample,
      personLevel: { objectKind: 'case', objectsOf: ({ cases }) => cases.map(caseObject) },
      handle: async ({ query, identity }) => auditSampleOf(deps, query, await casesSeenBy(parts, identity, query.site)),
    }),
  ];
}

function sumRoutes(parts: Parts): Route<Identity>[] {
  const { deps } = parts;
  return [
    route({
      method: 'GET',
      path: '/api/v1/monitor/summary',
      action: 'monitor:read-claims',
      summary: 'What was received: totals, feeds and the latest batches.',
      response: monitorSummary,
      handle: async ({ identity }) =>
        summaryOf(deps, { cases: await casesSeenBy(parts, identity), organisationId: identity.organisationId }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/monitor/activity',
      action: 'monitor:read-claims',
      summary: 'Predictions and outcomes received and cases matured, by month.',
      response: monitorActivity,
      handle: async ({ identity }) => activity(deps, await casesSeenBy(parts, identity)),
    }),
  ];
}

export function asOf(text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  const at = readInstant(text);
  if (at === undefined)
    throw new Problem('invalid-input', {
      errors: [{ pointer: '/query/asOf', detail: 'Must be an ISO 8601 instant or date.' }],
    });
  return at;
}
