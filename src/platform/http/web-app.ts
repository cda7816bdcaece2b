import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#kernel';
import { answerProblem } from './problem-answer.ts';
import { noncePlaceholder, pagePolicy } from './security-headers.ts';

/** Paths of machines: an unknown one is a problem, never a page. */
const machinePaths = /^\/(?:api|log|status|\.well-known)(?:\/|$)|^\/(?:healthz|metrics)$/;
const filePath = /\.(?:js|mjs|css|map|json|svg|png|jpg|webp|ico|woff2?|txt|wasm|webmanifest|xml)$/i;

/** Vite names a built file by its content, so that it may be kept for ever. */
const hashedAsset = /[\\/]assets[\\/].+-[\w-]{8}\.\w+(?:\.(?:br|gz))?$/;

/** Serves the built web app: its files, and index.html for every address of a page, so that the app's own router finds it. */
export function serveWebApp(app: FastifyInstance, staticDir: string): void {
  app.register(fastifyStatic, {
    root: staticDir,
    index: false,
    dotfiles: 'ignore',
    preCompressed: true,
    cacheControl: false,
    decorateReply: false,
    // Everything else is a page, which needs its nonce and must not be sent as it lies on the disk.
    allowedPath: (path) => filePath.test(path),
    setHeaders: (response, path) => {
      response.setHeader('cache-control', hashedAsset.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.setNotFoundHandler(async (request, reply) => {
    if (isPage(request)) return sendPage(staticDir, request, reply);
    return answerProblem(new Problem('not-found'), request, reply);
  });
}

function isPage(request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0]!;
  return (request.method === 'GET' || request.method === 'HEAD') && !machinePaths.test(path) && !filePath.test(path);
}

async function sendPage(staticDir: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  let page: string;
  try {
    page = await readFile(join(staticDir, 'index.html'), 'utf8');
  } catch {
    const problem = new Problem('not-found', { detail: 'The web app is not built; run npm run build.' });
    return answerProblem(problem, request, reply);
  }
  const nonce = randomBytes(18).toString('base64');
  return reply
    .code(200)
    .type('text/html; charset=utf-8')
    .headers({ 'cache-control': 'no-cache', 'content-security-policy': pagePolicy(nonce) })
    .send(page.replaceAll(noncePlaceholder, nonce));
}
