import type { FastifyReply } from 'fastify';
import type { Route } from '#platform/http';
import { route } from '../authentication.ts';
import type { Identity } from '../model.ts';
import type { EmbeddedProvider } from './embedded-provider.ts';
import { readText } from './form.ts';
import { baseUrlOf } from './routes.ts';

/** The embedded provider below `/oidc`; it answers for itself, under the headers of every other answer. */
export function embeddedRoutes(
  embedded: EmbeddedProvider | undefined,
  publicUrl: string | undefined,
): Route<Identity>[] {
  if (embedded === undefined) return [];
  const path = '/oidc/*';
  const summary = 'The identity provider of a demonstration (OpenID Connect), with its invented people.';
  return [
    route({
      method: 'GET',
      path,
      action: 'public',
      summary,
      response: 'raw',
      handle: ({ reply }) => pass(embedded, reply, { publicUrl, body: undefined }),
    }),
    route({
      method: 'POST',
      path,
      action: 'public',
      summary,
      body: 'stream',
      contentTypes: ['application/x-www-form-urlencoded'],
      bodyBytesMax: 32 * 1024,
      response: 'raw',
      handle: async ({ body, reply }) => pass(embedded, reply, { publicUrl, body: await readText(body) }),
    }),
  ];
}

async function pass(
  embedded: EmbeddedProvider,
  reply: FastifyReply,
  { publicUrl, body }: { publicUrl: string | undefined; body: string | undefined },
): Promise<FastifyReply> {
  const { request } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  reply.hijack();
  await embedded.handle(Object.assign(request.raw, { body }), reply.raw, baseUrlOf(request, publicUrl));
  return reply;
}
