import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Metrics } from './metrics.ts';
import { type ApiTitle, openApiDocument } from './openapi.ts';
import { listProblemKinds, problemKindSchema } from './problem-answer.ts';
import { defineRoute, type Route } from './route.ts';

/** Resolves if that part works; its error is logged, never shown. */
export type HealthCheck = () => Promise<void>;

/** The action behind `/metrics`; the permission policy must name it. */
export const readMetricsAction = 'system:read-metrics';

const healthCheckTimeoutMs = 3000;

const healthSchema = z.object({
  status: z.enum(['ok', 'failing']),
  checks: z.record(z.string(), z.enum(['ok', 'failing'])),
});

/** What operators and programs ask of every server: is it well, its numbers, its API, its problems. */
export function systemRoutes<I>(parts: {
  about: ApiTitle;
  health: Readonly<Record<string, HealthCheck>>;
  metrics: Metrics;
  routes: readonly Route<I>[];
}): Route<I>[] {
  let document: unknown;
  return [
    defineRoute({
      method: 'GET',
      path: '/healthz',
      action: 'public',
      summary: 'Whether the server and what it needs are well; 503 if not.',
      response: healthSchema,
      handle: async ({ reply }) => answerHealth(parts.health, reply),
    }),
    defineRoute({
      method: 'GET',
      path: '/metrics',
      action: readMetricsAction,
      summary: 'Numbers of this process in the text format of Prometheus.',
      response: 'raw',
      handle: async ({ reply }) => {
        reply.type(parts.metrics.registry.contentType);
        return parts.metrics.registry.metrics();
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/openapi.json',
      action: 'public',
      summary: 'This API as an OpenAPI 3.1 document.',
      response: 'raw',
      handle: async () => {
        document ??= openApiDocument(parts.about, parts.routes);
        return document;
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/problems',
      action: 'public',
      summary: 'Every problem this API answers with, and what to do about it.',
      response: z.object({ problems: z.array(problemKindSchema) }),
      handle: async () => ({ problems: listProblemKinds() }),
    }),
  ];
}

async function answerHealth(
  health: Readonly<Record<string, HealthCheck>>,
  reply: FastifyReply,
): Promise<z.output<typeof healthSchema>> {
  const results = await Promise.all(
    Object.entries(health).map(async ([name, check]) => {
      try {
        await withinTime(check());
        return [name, 'ok'] as const;
      } catch (error) {
        reply.log.warn({ err: error, check: name }, 'health check failed');
        return [name, 'failing'] as const;
      }
    }),
  );
  const isWell = results.every(([, state]) => state === 'ok');
  reply.code(isWell ? 200 : 503).header('cache-control', 'no-store');
  return { status: isWell ? 'ok' : 'failing', checks: Object.fromEntries(results) };
}

async function withinTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RangeError('the health check took too long')), healthCheckTimeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
