import { Readable, Transform } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#kernel';
import { checkRequestPart, fitAnswer } from './contract-check.ts';
import { assertCsrfToken } from './csrf.ts';
import { readJsonBodies } from './json-body.ts';
import { answerProblem } from './problem-answer.ts';
import { type Counted, isSignInRoute, type RateLimiter } from './rate-limits.ts';
import { noteAsker } from './refusal-log.ts';
import { type PersonObject, type Route, streamContentTypes } from './route.ts';

/** Somebody is about to see data of single persons, or was refused. */
export interface PersonLevelAccess<I> {
  /** On a refusal, undefined if nobody is signed in. */
  identity: I | undefined;
  requestId: string;
  action: string;
  outcome: 'read' | 'refused';
  objectKind: string;
  objects: readonly PersonObject[];
}

interface Serving<I> {
  routes: readonly Route<I>[];
  authenticate(request: FastifyRequest): Promise<I | undefined>;
  sessionSecret?(request: FastifyRequest, identity: I | undefined): string | undefined;
  countedAs?(identity: I | undefined): Counted | undefined;
  limiter: RateLimiter;
  allow(identity: I | undefined, action: string): void;
  assertMayWrite?(action: string): void;
  recordAccess?(access: PersonLevelAccess<I>): Promise<void>;
  jsonBodyTimeoutMs?: number;
}

const defaultJsonBodyTimeoutMs = 60_000;
const streamBytesMax = 8 * 1024 ** 3;

/** Adds the routes in two scopes, because Fastify chooses how to read a body by scope: as JSON, or not at all. */
export function addRoutes<I>(app: FastifyInstance, serving: Serving<I>): void {
  const byBody = (isStream: boolean) => serving.routes.filter((route) => (route.body === 'stream') === isStream);
  app.register((scope, _options, done) => {
    readJsonBodies(scope);
    limitBodyTime(scope, serving.jsonBodyTimeoutMs ?? defaultJsonBodyTimeoutMs);
    for (const route of byBody(false)) addRoute(scope, serving, route);
    done();
  });
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    for (const route of byBody(true)) addRoute(scope, serving, route);
    done();
  });
}

function addRoute<I>(scope: FastifyInstance, serving: Serving<I>, route: Route<I>): void {
  const identities = new WeakMap<FastifyRequest, I>();
  const isSignIn = isSignInRoute(route);
  scope.route({
    method: route.method,
    url: route.path,
    ...(route.bodyBytesMax === undefined ? {} : { bodyLimit: route.bodyBytesMax }),
    onRequest: async (request, reply) => {
      const identity = await serving.authenticate(request);
      if (identity !== undefined) identities.set(request, identity);
      const asker = serving.countedAs?.(identity);
      if (asker !== undefined) noteAsker(request, asker.id);
      assertCsrfToken(request, serving.sessionSecret?.(request, identity));
      await serving.limiter.byAsker({ request, reply, asker, isSignIn });
      if (route.action === 'public') return;
      await allowOrRecordRefusal({ route, serving }, identity, request.id);
      if (route.method !== 'GET') serving.assertMayWrite?.(route.action);
    },
    handler: async (request, reply) => {
      const contentType = mediaType(request);
      const params = checkRequestPart(route.params, 'params', request.params);
      const handling = route.handle({
        // `public` routes are the only ones where nobody may be signed in, and RouteContext says so.
        identity: identities.get(request) as I,
        params,
        query: checkRequestPart(route.query, 'query', request.query),
        body: readBody({ route, serving }, request, contentType),
        contentType,
        signal: abortedWithClient(reply),
        reply: reply.code(route.status ?? 200),
      });
      const answer = await orRecordRefusal({ route, serving }, identities.get(request), {
        requestId: request.id,
        handling,
      });
      if (route.personLevel !== undefined && route.personLevel !== 'recorded-by-handler') {
        const { objectKind } = route.personLevel;
        const objects = route.personLevel.objectsOf(answer, params);
        const access = { identity: identities.get(request), requestId: request.id, action: route.action };
        // Awaited: what could not be recorded does not leave.
        await serving.recordAccess?.({ ...access, outcome: 'read', objectKind, objects });
      }
      return sendAnswer(route, answer, reply);
    },
  });
}

async function allowOrRecordRefusal<I>(
  asked: { route: Route<I>; serving: Serving<I> },
  identity: I | undefined,
  requestId: string,
): Promise<void> {
  try {
    asked.serving.allow(identity, asked.route.action);
  } catch (error) {
    await recordRefusal(asked, identity, requestId);
    throw error;
  }
}

/** Whoever tries which cases another hospital has may ask in general, and is refused by the handler. */
async function orRecordRefusal<I>(
  asked: { route: Route<I>; serving: Serving<I> },
  identity: I | undefined,
  { requestId, handling }: { requestId: string; handling: Promise<unknown> },
): Promise<unknown> {
  try {
    return await handling;
  } catch (error) {
    const isRefused = error instanceof Problem && (error.code === 'not-found' || error.code === 'not-allowed');
    if (isRefused) await recordRefusal(asked, identity, requestId);
    throw error;
  }
}

async function recordRefusal<I>(
  { route, serving }: { route: Route<I>; serving: Serving<I> },
  identity: I | undefined,
  requestId: string,
): Promise<void> {
  if (route.personLevel === undefined) return;
  const objectKind = route.personLevel === 'recorded-by-handler' ? 'access-record' : route.personLevel.objectKind;
  const access = { identity, requestId, action: route.action, objectKind, objects: [] };
  await serving.recordAccess?.({ ...access, outcome: 'refused' });
}

function readBody<I>(
  { route, serving }: { route: Route<I>; serving: Serving<I> },
  request: FastifyRequest,
  contentType: string,
): unknown {
  if (route.body === undefined) return undefined;
  if (route.body !== 'stream') return checkRequestPart(route.body, 'body', request.body);
  const accepted = route.contentTypes ?? streamContentTypes;
  if (!accepted.includes(contentType)) {
    throw new Problem('unsupported-media-type', { detail: `Send ${accepted.join(' or ')}.` });
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new Problem('unsupported-media-type', { detail: 'Send the body without a content encoding.' });
  }
  const payload = request.body instanceof Readable ? request.body : Readable.from([]);
  const assertMayGoOn = goingOn({ route, serving }, request);
  return limitBytes(payload, { bytesMax: route.bodyBytesMax ?? streamBytesMax, assertMayGoOn });
}

/** What is revoked ends within this time, in the middle of a body too. */
const askedAgainEveryMs = 2000;

/**
 * A body may come for hours, and who sends it may lose their access meanwhile.
 * @returns throws, or rejects, once there is no room for more or the sender may not go on; nothing to wait for is undefined.
 */
function goingOn<I>(
  { route, serving }: { route: Route<I>; serving: Serving<I> },
  request: FastifyRequest,
): () => Promise<void> | undefined {
  let askedAt = performance.now();
  const askAgain = async (): Promise<void> => serving.allow(await serving.authenticate(request), route.action);
  return () => {
    serving.assertMayWrite?.(route.action);
    const now = performance.now();
    if (route.action === 'public' || now - askedAt < askedAgainEveryMs) return undefined;
    askedAt = now;
    return askAgain();
  };
}

/** The same bytes; one more than the limit, or no leave for them, ends the stream with a problem. Pressure and errors pass both ways. */
function limitBytes(
  payload: Readable,
  limit: { bytesMax: number; assertMayGoOn(): Promise<void> | undefined },
): Readable {
  let bytesSeen = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytesSeen += chunk.length;
      try {
        if (bytesSeen > limit.bytesMax) throw new Problem('body-too-large');
        const asked = limit.assertMayGoOn();
        if (asked === undefined) done(null, chunk);
        else asked.then(() => done(null, chunk), done);
      } catch (error) {
        done(error as Error);
      }
    },
  });
  payload.once('error', (error) => limited.destroy(error));
  // Where a client goes away mid-body there is no end: the reader must not take the part for the whole.
  payload.once('close', () => {
    if (!payload.readableEnded) limited.destroy(new Error('the client went away before the end of the body'));
  });
  // Without a listener an error after the reader has left would crash the process.
  limited.on('error', () => {});
  // What is refused in the middle is read to its end and thrown away: else the connection would stand still for the
  // client's next request.
  limited.once('close', () => payload.resume());
  return payload.pipe(limited);
}

function sendAnswer<I>(route: Route<I>, answer: unknown, reply: FastifyReply): FastifyReply {
  if (reply.sent) return reply;
  if (route.response === 'raw') return reply.send(answer);
  const fitted = fitAnswer(route.response, answer);
  if (fitted !== undefined) return reply.send(fitted);
  return route.status === undefined ? reply.code(204).send() : reply.send();
}

function abortedWithClient(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** A JSON body arrives within this time or is refused: nobody may hold a connection by sending a byte now and then. */
function limitBodyTime(scope: FastifyInstance, timeoutMs: number): void {
  const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  const stop = async (request: FastifyRequest): Promise<void> => clearTimeout(timers.get(request));
  scope.addHook('preParsing', async (request, reply) => {
    if (request.raw.complete) return;
    const refuse = () => answerProblem(new Problem('request-timeout'), request, reply.header('connection', 'close'));
    timers.set(request, setTimeout(refuse, timeoutMs).unref());
  });
  scope.addHook('preValidation', stop);
  scope.addHook('onResponse', stop);
}

const mediaType = (request: FastifyRequest): string =>
  (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
