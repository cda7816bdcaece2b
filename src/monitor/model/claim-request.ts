import {
  addDays,
  type Instant,
  type ModelVersionId,
  Problem,
  type Result,
  readInstant,
  type SiteId,
  toIso,
} from '#kernel';
import { asymptoticMinimum, defaultBreakOffsets, defaultSupportOffsets } from '#statistics';
import type { ClaimRequest, Population } from '../contract.ts';
import type { MonitoringPlan } from './audit.ts';
import type { ClaimBody } from './claim.ts';
import { auditErrors, kindErrors, type PointedError } from './claim-kinds.ts';
import { isAsymptotic, isRate, leastRate } from './metrics.ts';

/** What a request is checked against. */
export interface ClaimContext {
  now: Instant;
  siteIds: ReadonlyMap<string, SiteId>;
  plan: MonitoringPlan | undefined;
  owner: string;
}

/**
 * The immutable body of a claim from what a person asked for, every default written out.
 * Problems: claim-after-data (it would start in the past without being retrospective), invalid-input with pointers.
 */
export function claimBodyOf(request: ClaimRequest, context: ClaimContext): Result<ClaimBody, Problem> {
  const errors = [...kindErrors(request), ...verificationErrors(request, context.plan)];
  const sites: SiteId[] = [];
  request.sites.forEach((code, i) => {
    const siteId = context.siteIds.get(code);
    if (siteId === undefined) errors.push({ pointer: `/sites/${i}`, detail: 'No site has this code.' });
    else sites.push(siteId);
  });
  const countsFrom = request.countsFrom === undefined ? context.now : readInstant(request.countsFrom);
  errors.push(...timeErrors(request, countsFrom));
  if (countsFrom === undefined) errors.push({ pointer: '/countsFrom', detail: 'Must be an ISO 8601 instant.' });
  if (errors.length > 0 || countsFrom === undefined)
    return { ok: false, error: new Problem('invalid-input', { errors }) };
  if (!request.retrospective && countsFrom < context.now) {
    return {
      ok: false,
      error: new Problem('claim-after-data', {
        detail: `The claim would count cases from ${toIso(countsFrom)}, before it is registered.`,
        errors: [{ pointer: '/countsFrom', detail: 'Lies before the registration.' }],
      }),
    };
  }
  return { ok: true, value: bodyOf(request, { sites, countsFrom, context }) };
}

function bodyOf(
  request: ClaimRequest,
  { sites, countsFrom, context }: { sites: SiteId[]; countsFrom: Instant; context: ClaimContext },
): ClaimBody {
  const isRank = isAsymptotic(request.metric);
  const bound = request.bound ?? 0;
  const least = leastRate({ metric: request.metric, bound });
  // House default: the first date at which minN mature cases are expected, and a quarter more.
  const minN = request.minN ?? (isRank ? asymptoticMinimum.cases : 30);
  const expectedDays = Math.ceil((minN / request.relevantPerYear) * 365 * 1.25) + request.horizonDays;
  return {
    key: request.key,
    statement: request.statement,
    modelVersionId: request.modelVersionId as ModelVersionId,
    metric: request.metric,
    bound,
    boundUpper: request.boundUpper ?? null,
    tolerance: request.tolerance ?? null,
    decisionThreshold: request.decisionThreshold,
    among: request.among,
    sites: [...new Set(sites)].sort(),
    scope: request.scope,
    ...(request.population === undefined ? {} : { population: orderly(request.population) }),
    ...(request.group === undefined ? {} : { group: orderly(request.group) }),
    ...(request.candidatesMax === undefined ? {} : { candidatesMax: request.candidatesMax }),
    alpha: request.alpha,
    minN,
    minEvents: request.minEvents ?? (isRank ? asymptoticMinimum.events : 0),
    outcome: request.outcome,
    horizonDays: request.horizonDays,
    countsFrom: toIso(countsFrom),
    countsUntil: isoOf(request.countsUntil),
    retrospective: request.retrospective,
    verification: request.verification,
    patientRule: request.patientRule,
    relevantPerYear: request.relevantPerYear,
    tOpt: request.tOpt ?? Math.min(350, Math.max(100, request.relevantPerYear)),
    alternatives: isRate(request.metric)
      ? { break: defaultBreakOffsets(least), support: defaultSupportOffsets(least) }
      : null,
    consequenceOnFail: request.consequenceOnFail as ClaimBody['consequenceOnFail'],
    consequenceOnEscalation: request.consequenceOnEscalation as ClaimBody['consequenceOnEscalation'],
    evaluableBy: isoOf(request.evaluableBy) ?? toIso(addDays(countsFrom, expectedDays)),
    maxAgeDays: request.maxAgeDays,
    acceptanceUntil: isoOf(request.acceptanceUntil),
    owner: context.owner,
  };
}

/** One spelling of a population: what is listed is a set, and a condition that is not given is no field. */
function orderly(population: Population): Population {
  const given = Object.entries(population).filter(([, condition]) => condition !== undefined);
  return Object.fromEntries(
    given.map(([field, condition]) => [field, Array.isArray(condition) ? [...new Set(condition)].sort() : condition]),
  );
}

/** One spelling of an instant, so that two claims about the same time are the same record. */
function isoOf(text: string | undefined): string | null {
  const at = text === undefined ? undefined : readInstant(text);
  return at === undefined ? null : toIso(at);
}

function timeErrors(request: ClaimRequest, from: Instant | undefined): PointedError[] {
  const errors: PointedError[] = [];
  for (const field of ['countsUntil', 'evaluableBy', 'acceptanceUntil'] as const) {
    const text = request[field];
    if (text !== undefined && readInstant(text) === undefined)
      errors.push({ pointer: `/${field}`, detail: 'Must be an ISO 8601 instant.' });
  }
  const until = request.countsUntil === undefined ? undefined : readInstant(request.countsUntil);
  if (from !== undefined && until !== undefined && until <= from)
    errors.push({ pointer: '/countsUntil', detail: 'Must lie after countsFrom.' });
  return errors;
}

/** Which metrics unverified cases would bias, and what is exact here instead. */
function verificationErrors(request: ClaimRequest, plan: MonitoringPlan | undefined): PointedError[] {
  if (request.verification.model === 'reference-standard') return [];
  const errors: PointedError[] = [];
  if (plan === undefined) {
    errors.push({ pointer: '/verification', detail: 'An audit needs a monitoring plan of this version first.' });
  } else {
    if (Math.abs(plan.auditRate - request.verification.rate) > 1e-12) {
      errors.push({
        pointer: '/verification/rate',
        detail: `The plan of this version audits at rate ${plan.auditRate}.`,
      });
    }
    if (plan.decisionThreshold !== request.decisionThreshold) {
      errors.push({
        pointer: '/decisionThreshold',
        detail: `The plan of this version acts at ${plan.decisionThreshold}.`,
      });
    }
  }
  return [...errors, ...auditErrors(request)];
}
