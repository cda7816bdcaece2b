import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { ZodType } from 'zod';
import { assert } from '#kernel';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What a handler is given: everything checked, nothing of the framework but the reply (for headers and cookies). */
export interface RouteContext<I, P, Q, B> {
  /** Whoever asks, already allowed to. On a route whose action is `public` this may be undefined at run time. */
  identity: I;
  params: P;
  query: Q;
  body: B;
  /** Media type of the body, lower case, without parameters; empty where there is no body. */
  contentType: string;
  /** Aborted when the client goes away before it has the whole answer. */
  signal: AbortSignal;
  reply: FastifyReply;
}

interface RouteText {
  method: Method;
  /** Full path with `:name` parameters: `/api/v1/monitor/claims/:claimId`. */
  path: string;
  /** An action some room's policy names, or `public` for what needs no permission at all. */
  action: string;
  /** One sentence for the API document. */
  summary: string;
  /** Of a success; default 200, or 204 where there is nothing to say. */
  status?: number;
  /** Media types a stream body may have; the default is NDJSON and CSV. */
  contentTypes?: readonly string[];
  /** Largest body; the default is 1 MiB for JSON and 8 GiB for a stream. */
  bodyBytesMax?: number;
}

/** A thing of one person that an answer shows: its pseudonym, and the code of the site it belongs to. */
export interface PersonObject {
  id: string;
  site?: string;
}

/** Marks a route whose answer holds data of single persons, and tells which: the server records it before it answers. */
interface PersonLevel<P, R> {
  /** What kind of thing is shown: `case`, `exam`. */
  objectKind: string;
  objectsOf(answer: R, params: P): readonly PersonObject[];
}

/** `recorded-by-handler` is for streams, whose handler records what leaves piece by piece. */
type PersonLevelMark<P, R> = PersonLevel<P, R> | 'recorded-by-handler';

/** A route as the server holds it, its schemas erased to what the server needs of them. */
export interface Route<I> extends RouteText {
  params?: ZodType;
  query?: ZodType;
  body?: ZodType | 'stream';
  response: ZodType | 'raw';
  personLevel?: PersonLevelMark<unknown, unknown>;
  handle(context: RouteContext<I, unknown, unknown, unknown>): Promise<unknown>;
}

interface RouteDefinition<I, P, Q, B, R> extends RouteText {
  params?: ZodType<P>;
  query?: ZodType<Q>;
  /** A schema (the body is JSON), or `stream`: the handler gets the body as a Readable, with back-pressure. */
  body?: ZodType<B> | 'stream';
  /** Fields that the schema does not declare never leave the house; `raw` is for text, bytes and streams. */
  response: ZodType<R> | 'raw';
  /** For every route whose answer holds data of single persons. */
  personLevel?: PersonLevelMark<P, R>;
  handle(context: RouteContext<I, P, Q, B>): Promise<R>;
}

interface StreamRouteDefinition<I, P, Q, R> extends RouteText {
  params?: ZodType<P>;
  query?: ZodType<Q>;
  body: 'stream';
  response: ZodType<R> | 'raw';
  personLevel?: PersonLevelMark<P, R>;
  handle(context: RouteContext<I, P, Q, Readable>): Promise<R>;
}

export const streamContentTypes = ['application/x-ndjson', 'text/csv'] as const;

/** Declares a route. The identity's type comes from the server it is given to; see `routesFor` to fix it beforehand. */
export function defineRoute<I, P, Q, R>(route: StreamRouteDefinition<I, P, Q, R>): Route<I>;
export function defineRoute<I, P, Q, B, R>(route: RouteDefinition<I, P, Q, B, R>): Route<I>;
export function defineRoute<I, P, Q, B, R>(route: RouteDefinition<I, P, Q, B, R>): Route<I> {
  assert(/^\/[\w\-./:*]*$/.test(route.path), `a route's path starts with a slash and is plain: ${route.path}`);
  assert(route.action.length > 0, `the route ${route.path} names no action`);
  assert(route.method !== 'GET' || route.body === undefined, `a GET has no body: ${route.path}`);
  return route as unknown as Route<I>;
}

export interface RouteDefiner<I> {
  <P, Q, R>(route: StreamRouteDefinition<I, P, Q, R>): Route<I>;
  <P, Q, B, R>(route: RouteDefinition<I, P, Q, B, R>): Route<I>;
}

/** `defineRoute` for one type of identity: `const route = routesFor<Identity>()`. */
export const routesFor = <I>(): RouteDefiner<I> => defineRoute as RouteDefiner<I>;
