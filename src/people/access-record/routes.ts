import { Readable } from 'node:stream';
import { z } from 'zod';
import { type Instant, instant, toIso } from '#kernel';
import type { Route } from '#platform/http';
import { assertPerson, route } from '../authentication.ts';
import type { Identity } from '../model.ts';
import type { BreakGlassAccess } from './break-glass.ts';
import {
  accessExportQuerySchema,
  accessPageSchema,
  accessQuerySchema,
  anomaliesSchema,
  anomalyReviewSchema,
  breakGlassesSchema,
  breakGlassReviewSchema,
  type breakGlassSchema,
  newBreakGlassSchema,
  startedBreakGlassSchema,
} from './contract.ts';
import { exportLines } from './export.ts';
import { type Access, type BreakGlass, type RecordedAccess, recordScopeOf } from './model.ts';
import type { AccessRecord } from './service.ts';

interface Parts {
  accessRecord: AccessRecord;
  breakGlass: BreakGlassAccess;
  /** Policies that allow the action to this identity. */
  policiesOf(identity: Identity, action: string): readonly string[];
  personNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  now(): Instant;
}

export const accessRecordRoutes = (parts: Parts): Route<Identity>[] => [
  ...searchRoutes(parts),
  ...anomalyRoutes(parts),
  ...breakGlassRoutes(parts),
];

const exportPage = 1000;
const searchAction = 'people:read-access-record';

function searchRoutes(parts: Parts): Route<Identity>[] {
  const { accessRecord, personNames } = parts;
  return [
    route({
      method: 'GET',
      path: '/api/v1/people/access-record',
      action: searchAction,
      summary: 'Who looked at data of single persons: your own accesses, and those to your organisation’s data.',
      query: accessQuerySchema,
      response: accessPageSchema,
      personLevel: 'recorded-by-handler',
      handle: async ({ identity, query, reply }) => {
        assertPerson(identity);
        const accesses = await accessRecord.search({ ...searchOf(identity, query), ...query, ...timesOf(query) });
        await accessRecord.record([ownSearch(parts, identity, { requestId: reply.request.id, shown: accesses })]);
        const names = await personNames(accesses.map(({ identityId }) => identityId));
        const last = accesses.length === query.limit ? accesses.at(-1) : undefined;
        return { accesses: accesses.map((one) => shownAccess(one, names)), next: last?.id ?? null };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/people/access-record/export',
      action: searchAction,
      summary: 'The same as a CSV or NDJSON file of any length; what leaves is recorded page by page.',
      query: accessExportQuerySchema,
      response: 'raw',
      personLevel: 'recorded-by-handler',
      handle: async ({ identity, query, reply }) => {
        assertPerson(identity);
        const requestId = reply.request.id;
        const search = { ...searchOf(identity, query), ...timesOf(query) };
        const pages = exportPages(parts, { search, identity, requestId });
        // The first page is read and recorded before a byte leaves: what fails there is a problem, not half a file.
        const first = await pages.next();
        reply.header('content-disposition', `attachment; filename="access-record.${query.format}"`);
        reply.type(query.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson');
        return Readable.from(exportLines(continued(first, pages), query.format));
      },
    }),
  ];
}

async function* exportPages(
  { accessRecord, ...parts }: Parts,
  of: { search: Omit<Parameters<AccessRecord['search']>[0], 'limit'>; identity: Identity; requestId: string },
): AsyncGenerator<RecordedAccess[], undefined> {
  let before: string | undefined;
  for (;;) {
    const page = await accessRecord.search({ ...of.search, before, limit: exportPage });
    await accessRecord.record([
      ownSearch({ ...parts, accessRecord }, of.identity, { requestId: of.requestId, shown: page }),
    ]);
    yield page;
    before = page.at(-1)?.id;
    if (before === undefined || page.length < exportPage) return undefined;
  }
}

async function* continued<T>(first: IteratorResult<T, undefined>, rest: AsyncIterable<T>): AsyncGenerator<T> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

/** Looking at the record is an access too; it names no pseudonyms again, but says how many records were shown. */
function ownSearch(
  { policiesOf }: Parts,
  identity: Identity,
  { requestId, shown }: { requestId: string; shown: readonly RecordedAccess[] },
): Access {
  return {
    identity,
    requestId,
    outcome: 'read',
    action: searchAction,
    purpose: 'administration',
    policyIds: policiesOf(identity, searchAction),
    objectKind: 'access-record',
    siteId: undefined,
    legalEntityId: identity.organisationId,
    objectIds: [],
    count: shown.length,
    breakGlassId: undefined,
  };
}

type Query = Omit<z.output<typeof accessExportQuerySchema>, 'format'>;

const searchOf = (identity: Identity, query: Query) => ({
  scope: recordScopeOf(identity),
  identityId: query.identity,
  organisationId: query.organisation,
  legalEntityId: query.owner,
  objectId: query.object,
  purpose: query.purpose,
  outcome: query.outcome,
  breakGlassId: query.breakGlass,
});

const timesOf = ({ from, until }: Query) => ({
  from: from === undefined ? undefined : instant(from),
  until: until === undefined ? undefined : instant(until),
});

function shownAccess(
  access: RecordedAccess,
  names: ReadonlyMap<string, string>,
): z.output<typeof accessPageSchema>['accesses'][number] {
  const { at, policyIds, objectIds, ...rest } = access;
  const name = names.get(access.identityId);
  return {
    ...rest,
    at: toIso(at),
    policyIds: [...policyIds],
    objectIds: [...objectIds],
    ...(name === undefined ? {} : { identityName: name }),
  };
}

function anomalyRoutes({ accessRecord }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/people/access-anomalies',
      action: searchAction,
      summary: 'What looked unusual in the access record, and who looked into it.',
      response: anomaliesSchema,
      handle: async ({ identity }) => {
        assertPerson(identity);
        const anomalies = await accessRecord.anomaliesFor(identity);
        const shown = anomalies.map(({ raisedAt, reviewedAt, ...rest }) => ({
          ...rest,
          raisedAt: toIso(raisedAt),
          ...(reviewedAt === undefined ? {} : { reviewedAt: toIso(reviewedAt) }),
        }));
        return { anomalies: shown };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/access-anomalies/:anomalyId/review',
      action: 'people:review-access',
      summary: 'Says, as another person, whether something unusual has an explanation.',
      params: z.object({ anomalyId: z.string().max(64) }),
      body: anomalyReviewSchema,
      response: z.undefined(),
      handle: ({ identity, params, body }) => {
        assertPerson(identity);
        return accessRecord.reviewAnomaly(identity, { id: params.anomalyId, ...body });
      },
    }),
  ];
}

function breakGlassRoutes({ breakGlass, now }: Parts): Route<Identity>[] {
  const id = z.object({ breakGlassId: z.string().max(64) });
  return [
    route({
      method: 'GET',
      path: '/api/v1/people/break-glass',
      action: searchAction,
      summary: 'Emergency accesses: your own, and those to your organisation’s cases.',
      response: breakGlassesSchema,
      handle: async ({ identity }) => {
        assertPerson(identity);
        const found = await breakGlass.for(identity);
        return { breakGlasses: found.map((one) => shownBreakGlass(one, now())) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/break-glass',
      action: 'people:break-glass',
      summary: 'Opens the cases of a hospital to you at once, for care in an emergency; its officers are told.',
      body: newBreakGlassSchema,
      response: startedBreakGlassSchema,
      status: 201,
      handle: async ({ identity, body }) => {
        assertPerson(identity);
        const started = await breakGlass.start(identity, body);
        return { ...shownBreakGlass(started, now()), told: started.told };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/break-glass/:breakGlassId/end',
      action: 'people:break-glass',
      summary: 'Ends your emergency access at once.',
      params: id,
      response: z.undefined(),
      handle: ({ identity, params }) => {
        assertPerson(identity);
        return breakGlass.end(identity, params.breakGlassId);
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/break-glass/:breakGlassId/review',
      action: 'people:review-access',
      summary: 'Says, as another person of the hospital whose cases were opened, whether it was right.',
      params: id,
      body: breakGlassReviewSchema,
      response: z.undefined(),
      handle: ({ identity, params, body }) => {
        assertPerson(identity);
        return breakGlass.review(identity, { id: params.breakGlassId, ...body });
      },
    }),
  ];
}

function shownBreakGlass(one: BreakGlass, now: Instant): z.output<typeof breakGlassSchema> {
  const { startedAt, endsAt, reviewDueAt, review, ...rest } = one;
  return {
    ...rest,
    startedAt: toIso(startedAt),
    endsAt: toIso(endsAt),
    reviewDueAt: toIso(reviewDueAt),
    isOpen: now < endsAt,
    isReviewOverdue: review === undefined && reviewDueAt <= now,
    ...(review === undefined ? {} : { review: { ...review, reviewedAt: toIso(review.reviewedAt) } }),
  };
}
