import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Problem, type ProblemCode, type ProblemDocument, problemDocument, problemKinds } from '#kernel';
import { noteRefusal } from './refusal-log.ts';

/** Fastify's own refusals by their code; anything else of 4xx is a request that does not fit. */
const frameworkRefusals: Record<string, { code: ProblemCode; detail?: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body-too-large' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported-media-type' },
  FST_ERR_CTP_EMPTY_TYPE: { code: 'unsupported-media-type' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'invalid-json', detail: 'The body is empty.' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'invalid-json' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'invalid-input',
    detail: 'The body does not have the length that Content-Length announces.',
  },
  FST_ERR_BAD_URL: { code: 'not-found', detail: 'The address is not well formed.' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'not-found', detail: 'A part of the address is too long.' },
  FST_ERR_NOT_FOUND: { code: 'not-found' },
};

/** The problem that an error is to its reader. What is not a refusal is `internal`, without any detail. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  const refusal = typeof code === 'string' ? frameworkRefusals[code] : undefined;
  if (refusal) return new Problem(refusal.code, refusal.detail === undefined ? {} : { detail: refusal.detail });
  // From the file server: what may not be read is, to a stranger, not there.
  if (statusCode === 403 || statusCode === 404) return new Problem('not-found', { cause: error });
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new Problem(error instanceof SyntaxError ? 'invalid-json' : 'invalid-input', { cause: error });
  }
  return new Problem('internal', { cause: error });
}

/** Answers with the problem as `application/problem+json` (RFC 9457), and logs what an operator must see. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  const hasClientLeft = request.raw.destroyed && !request.raw.complete;
  if (hasClientLeft) {
    request.log.info('the client went away before the end of the body');
  } else if (problem.status >= 500) {
    request.log.error({ err: problem.cause ?? problem, code: problem.code }, 'request failed');
  } else {
    noteRefusal(request, { code: problem.code });
  }
  if (problem.code === 'not-signed-in') reply.header('www-authenticate', 'Bearer realm="hortus"');
  const retryAfterSeconds = problem.context.retryAfterSeconds;
  if (typeof retryAfterSeconds === 'number') reply.header('retry-after', String(Math.ceil(retryAfterSeconds)));
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .header('cache-control', 'no-store')
    .serializer((document: unknown) => JSON.stringify(document))
    .send({ ...problemDocument(problem), requestId: request.id } satisfies ProblemDocument & { requestId: string });
}

const codes = Object.keys(problemKinds) as [ProblemCode, ...ProblemCode[]];

/** The contract of a problem document, for the API document and for callers. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(codes),
  detail: z.string().optional(),
  remedy: z.string(),
  fixer: z.enum(['caller', 'operator', 'colleague']),
  errors: z
    .array(z.object({ pointer: z.string().optional(), line: z.int().optional(), detail: z.string() }))
    .optional(),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  requestId: z.string().optional(),
});

/** One entry of the registry of problems, as its page shows it. */
export const problemKindSchema = z.object({
  code: z.enum(codes),
  status: z.int(),
  title: z.string(),
  remedy: z.string(),
  fixer: z.enum(['caller', 'operator', 'colleague']),
});

export const listProblemKinds = (): z.output<typeof problemKindSchema>[] =>
  codes.map((code) => ({ code, ...problemKinds[code] }));
