import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Why a request was refused, in codes of ours: never what was sent. */
interface Refusal {
  code: string;
  /** At which identity provider, where it was there. */
  provider?: string;
  /** Our own words, where they say more than the code. */
  why?: string | undefined;
}

const askers = new WeakMap<FastifyRequest, string>();
const refusals = new WeakMap<FastifyRequest, Refusal>();

/** Once it is known who asks: a person's or a machine's id. */
export const noteAsker = (request: FastifyRequest, id: string): void => void askers.set(request, id);

/** For what is refused in another way than by a problem of ours, as a redirect to a page or an error of OAuth. */
export const noteRefusal = (request: FastifyRequest, refusal: Refusal): void => void refusals.set(request, refusal);

/**
 * What somebody is missing (404) or is too late for (409) is daily work; everything else that is refused is a sign-in that
 * failed, a permission that was not there, or an attempt on a control: of input, of forgery, of rates.
 */
const isDailyWork = (status: number): boolean => status === 404 || status === 409;

const windowMs = 60_000;
/** Refusals told apart at once; beyond them, only by their code. */
const toldApartMax = 1000;

/**
 * Logs refusals at `warn`: when, where (the route's template), who (an id, or `nobody`), what (the code). The first one is
 * logged at once; others of the same asker, route and code within the minute are counted, and told at its end.
 */
export function logRefusals(app: FastifyInstance, logger: FastifyBaseLogger): void {
  const open = new Map<string, { end(): void; repeated: number }>();
  app.addHook('onResponse', async (request: FastifyRequest, reply: FastifyReply) => {
    const refusal = refusals.get(request);
    const { statusCode: status } = reply;
    if (refusal === undefined || status >= 500 || isDailyWork(status)) return;
    const asker = askers.get(request) ?? 'nobody';
    const { method } = request;
    const line = { asker, method, route: request.routeOptions.url ?? 'none', status, ...refusal };
    const own = `${asker} ${method} ${line.route} ${refusal.code}`;
    const isToldApart = open.has(own) || open.size < toldApartMax;
    const key = isToldApart ? own : refusal.code;
    const present = open.get(key);
    if (present !== undefined) {
      present.repeated++;
      return;
    }
    request.log.warn(line, 'refused');
    const end = (): void => {
      clearTimeout(timer);
      open.delete(key);
      const told = isToldApart ? line : { code: refusal.code };
      if (counted.repeated > 0) logger.warn({ ...told, repeated: counted.repeated }, 'refused again within a minute');
    };
    const timer = setTimeout(end, windowMs).unref();
    const counted = { end, repeated: 0 };
    open.set(key, counted);
  });
  app.addHook('onClose', async () => {
    for (const { end } of [...open.values()]) end();
  });
}
