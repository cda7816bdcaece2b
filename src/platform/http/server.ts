import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { assert, Problem, problemDocument } from '#kernel';
import {
  addressCharactersMax,
  type ConnectionLimits,
  defaultConnectionLimits,
  headerBytesMax,
  limitConnections,
} from './connection-limits.ts';
import { createMetrics, type Metrics, timeRequests } from './metrics.ts';
import type { ApiTitle } from './openapi.ts';
import { assertOwnHost, assertSameOrigin } from './origin.ts';
import { answerProblem } from './problem-answer.ts';
import { type Counted, defaultRateLimits, type RateLimiter, type RateLimits, rateLimiter } from './rate-limits.ts';
import { logRefusals } from './refusal-log.ts';
import type { Route } from './route.ts';
import { addRoutes, type PersonLevelAccess } from './route-serving.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { type SecurityContact, securityTxtRoute } from './security-txt.ts';
import { type HealthCheck, systemRoutes } from './system-routes.ts';
import { serveWebApp } from './web-app.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Reached by TLS, here or at the proxy in front: what the server was told, never what a header says. */
    readonly isByTls: boolean;
  }
}

export interface ServerOptions<I> {
  routes: readonly Route<I>[];
  /** Who asks, by cookie or bearer token; undefined if nobody is signed in. A wrong token is a Problem, not nobody. */
  authenticate(request: FastifyRequest): Promise<I | undefined>;
  /**
   * The secret of the session by whose cookie this identity was found; undefined where it was found otherwise. An unsafe
   * request by a cookie must carry `csrfTokenOf` it.
   */
  sessionSecret?(request: FastifyRequest, identity: I | undefined): string | undefined;
  /** As whom requests of this identity are counted; undefined: by address only. */
  countedAs?(identity: I | undefined): Counted | undefined;
  /** Requests a minute; those left out are the default's. */
  rateLimits?: Partial<RateLimits>;
  connectionLimits?: Partial<ConnectionLimits>;
  /** Reached by TLS, here or at the proxy in front. */
  isSecure?: boolean;
  securityContact?: SecurityContact;
  /** Throws a Problem unless this identity may do this. Asked before the body is read. */
  allow(identity: I | undefined, action: string): void;
  /**
   * Throws a Problem where nothing can be kept at the moment, as on a full disk. Asked before an act that writes, and
   * again with every piece of a streamed body.
   */
  assertMayWrite?(action: string): void;
  /** Records who sees data of single persons; awaited before the answer leaves. Needed where a route is person-level. */
  recordAccess?(access: PersonLevelAccess<I>): Promise<void>;
  /** Every action that some policy names. A route with any other keeps the server from starting. */
  actions?: ReadonlySet<string>;
  logger: FastifyBaseLogger;
  /** Folder of the built web app. */
  staticDir?: string;
  /** Names this server answers to besides loopback ones; `any` only where a proxy in front has checked the Host. */
  allowedHosts?: readonly string[] | 'any';
  metrics?: Metrics;
  health?: Readonly<Record<string, HealthCheck>>;
  about?: ApiTitle;
  /** True behind one proxy that adds to X-Forwarded-For and keeps the Host. */
  behindProxy?: boolean;
  /** Turns errors of the outside world into problems where it can: a database that is down is no defect of ours. */
  toProblem?(error: unknown): unknown;
  /** How long a JSON body may take to arrive; a minute by default. Streams may take any time while bytes flow. */
  jsonBodyTimeoutMs?: number;
}

export const jsonBytesMax = 1024 * 1024;

const defaultAbout: ApiTitle = { title: 'Hortus', version: '1', description: 'A platform for living medical AI.' };

/**
 * The HTTP server of the house: every route behind its permission, every body and answer behind its contract, every
 * refusal as application/problem+json.
 */
export function createServer<I>(options: ServerOptions<I>): FastifyInstance {
  const metrics = options.metrics ?? createMetrics();
  const about = options.about ?? defaultAbout;
  const routes: Route<I>[] = [...options.routes];
  routes.push(securityTxtRoute<I>(options.securityContact ?? { contacts: [] }));
  routes.push(...systemRoutes<I>({ about, health: options.health ?? {}, metrics, routes }));
  assertActionsKnown(routes, options.actions);
  const isRecorded = options.recordAccess !== undefined || !routes.some(({ personLevel }) => personLevel !== undefined);
  assert(isRecorded, 'a server with person-level routes needs recordAccess: nobody reads unrecorded');
  const limits = { ...defaultConnectionLimits, ...options.connectionLimits };

  const app: FastifyInstance = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: jsonBytesMax,
    connectionTimeout: limits.idleTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: { maxHeaderSize: headerBytesMax, connectionsCheckingInterval: limits.checkEveryMs },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    // Not a limit on the whole request: a table of gigabytes takes longer than any such limit. JSON bodies have their own.
    requestTimeout: 0,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // One hop only: what a client itself wrote into X-Forwarded-For stands before what the proxy added.
    trustProxy: options.behindProxy === true ? (_address: string, hop: number) => hop === 0 : false,
    routerOptions: { maxParamLength: 256, caseSensitive: true },
    clientErrorHandler: (error, socket) => {
      options.logger.info({ code: error.code }, 'a request that is no HTTP was refused');
      refuseBrokenRequest(error, socket);
    },
    frameworkErrors: (error, request, reply) => {
      setSecurityHeaders(reply as never, options.isSecure ?? false);
      answerProblem(error, request as FastifyRequest, reply as never);
    },
  });
  app.decorateRequest('isByTls', options.isSecure ?? false);
  limitConnections(app, limits, options.behindProxy ?? false);
  const limiter = rateLimiter(app, { ...defaultRateLimits, ...options.rateLimits });
  guardEveryRequest(app, { ...options, limiter });
  timeRequests(app, metrics);
  logRequests(app);
  logRefusals(app, options.logger);
  const toProblem = options.toProblem ?? ((error: unknown) => error);
  app.setErrorHandler((error, request, reply) => answerProblem(toProblem(error), request, reply));
  app.register(cookie);
  app.register((scope, _options, done) => {
    addRoutes(scope, { ...options, limiter, routes });
    done();
  });
  if (options.staticDir === undefined) {
    app.setNotFoundHandler((request, reply) => answerProblem(new Problem('not-found'), request, reply));
  } else {
    serveWebApp(app, options.staticDir);
  }
  return app;
}

interface Guard {
  allowedHosts?: readonly string[] | 'any';
  isSecure?: boolean;
  limiter: RateLimiter;
}

function guardEveryRequest(app: FastifyInstance, { allowedHosts = [], isSecure = false, limiter }: Guard): void {
  const hosts = allowedHosts === 'any' ? undefined : new Set(allowedHosts.map((host) => host.toLowerCase()));
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onRequest', async (request, reply) => {
    setSecurityHeaders(reply, isSecure);
    reply.header('x-request-id', request.id);
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    if (isClosing) {
      throw new Problem('shutting-down', { context: { retryAfterSeconds: 5 } });
    }
    await limiter.byAddress(request, reply);
    if (request.url.length > addressCharactersMax) {
      throw new Problem('invalid-input', { detail: `The address is longer than ${addressCharactersMax} characters.` });
    }
    assertOwnHost(request, hosts);
    assertSameOrigin(request);
  });
  // A connection kept alive after its last answer would hold up the shutdown.
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close');
  });
}

/** One line a request. The route's template stands for the address: what was sent may carry an id or a token. */
function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
    };
    if (request.method === 'GET' && reply.statusCode < 400) request.log.debug(line, 'request');
    else request.log.info(line, 'request');
  });
}

function assertActionsKnown<I>(routes: readonly Route<I>[], actions: ReadonlySet<string> | undefined): void {
  if (actions === undefined) return;
  const unknown = routes.filter((route) => route.action !== 'public' && !actions.has(route.action));
  const named = unknown.map((route) => `${route.method} ${route.path} (${route.action})`).join('; ');
  assert(unknown.length === 0, `no policy names the action of: ${named}; add it to the room's policy.ts`);
}

/** What is not HTTP never reaches Fastify; it is answered by hand and the connection is closed. */
function refuseBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const timedOut = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const problem = timedOut
    ? new Problem('request-timeout')
    : new Problem('invalid-input', { detail: 'The request is not well-formed HTTP.' });
  const text = JSON.stringify(problemDocument(problem));
  const status = timedOut
    ? '408 Request Timeout'
    : error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Headers Too Large'
      : '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}
