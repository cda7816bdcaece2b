import type { FastifyInstance, InjectOptions } from 'fastify';

/** Asks this very server as a `fetch`, without the network: for libraries that speak to something of our own. */
export const fetchInside =
  (app: FastifyInstance): typeof fetch =>
  async (input, init) => {
    const asked = new Request(input, init);
    const { pathname, search, host } = new URL(asked.url);
    const answer = await app.inject({
      method: asked.method as NonNullable<InjectOptions['method']>,
      url: `${pathname}${search}`,
      headers: { ...Object.fromEntries(asked.headers), host },
      ...(asked.body === null ? {} : { payload: await asked.text() }),
    });
    const headers = new Headers();
    for (const [name, value] of Object.entries(answer.headers)) {
      for (const one of Array.isArray(value) ? value : [String(value ?? '')]) headers.append(name, one);
    }
    const isBodiless = [204, 304].includes(answer.statusCode) || asked.method === 'HEAD';
    return new Response(isBodiless ? null : answer.body, { status: answer.statusCode, headers });
  };
