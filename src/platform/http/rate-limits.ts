import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#kernel';
import { isLoopback, isSafeMethod } from './origin.ts';
import type { Route } from './route.ts';

/**
 * Requests a minute. They stand far above what people and machines do, and below what would hold up everybody else.
 * Counted in the memory of this process: a restart forgets, and there is one process to an installation.
 */
export interface RateLimits {
  /** From one address, or one /64 network of IPv6, before anybody is known. A whole hospital may be one address. */
  address: number;
  /** Attempts to sign in from one address. */
  signIn: number;
  /** Of one person: what only reads, what writes. */
  reads: number;
  writes: number;
  /** Of one machine, whatever it does: intake must not stand still behind a limit. */
  machine: number;
  /** Whether requests from this very machine count by their address; else only by who asks. */
  alsoLoopback: boolean;
}

export const defaultRateLimits: RateLimits = {
  address: 30_000,
  signIn: 60,
  reads: 6000,
  writes: 3000,
  machine: 60_000,
  alsoLoopback: false,
};

/** Who is counted: a person or a machine by its id; undefined is counted by the address alone. */
export type Counted = { kind: 'person' | 'machine'; id: string };

export interface RateLimiter {
  /** Before anything else is done for a request. Problems: too-many-requests. */
  byAddress(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Once it is known who asks. Problems: too-many-requests. */
  byAsker(ask: {
    request: FastifyRequest;
    reply: FastifyReply;
    asker: Counted | undefined;
    isSignIn: boolean;
  }): Promise<void>;
}

const minuteMs = 60_000;
/** Addresses and persons remembered at once; the ones not seen for longest are forgotten. */
const remembered = 20_000;

type Limiter = ReturnType<FastifyInstance['createRateLimit']>;

/** Registers the counters with a server. They count once it is ready. */
export function rateLimiter(app: FastifyInstance, limits: RateLimits): RateLimiter {
  app.register(rateLimit, { global: false, cache: remembered });
  const askers = new WeakMap<FastifyRequest, Counted>();
  const limiters = new Map<string, Limiter>();
  const limiter = (name: keyof Omit<RateLimits, 'alsoLoopback'>, by: 'address' | 'asker'): Limiter => {
    const present = limiters.get(name);
    if (present) return present;
    const keyGenerator = (request: FastifyRequest): string => askers.get(request)!.id;
    const made = app.createRateLimit({
      max: limits[name],
      timeWindow: minuteMs,
      ...(by === 'asker' ? { keyGenerator } : {}),
    });
    limiters.set(name, made);
    return made;
  };
  const isExempt = (request: FastifyRequest): boolean => !limits.alsoLoopback && isOfThisMachine(request.ip);
  return {
    byAddress: async (request, reply) => {
      if (!isExempt(request)) await count(limiter('address', 'address'), request, reply);
    },
    byAsker: async ({ request, reply, asker, isSignIn }) => {
      if (isSignIn && !isExempt(request)) await count(limiter('signIn', 'address'), request, reply);
      if (asker === undefined) return;
      askers.set(request, asker);
      const reading = isSafeMethod(request.method) ? 'reads' : 'writes';
      await count(limiter(asker.kind === 'machine' ? 'machine' : reading, 'asker'), request, reply);
    },
  };
}

/** A route by which one signs in, by its path: whoever guesses secrets is slowed down there. */
export const isSignInRoute = ({ path, method }: Pick<Route<never>, 'path' | 'method'>): boolean =>
  method === 'POST' && /\/sign-in(?:\/|$)/.test(path);

async function count(limiter: Limiter, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const counted = await limiter(request);
  if (counted.isAllowed) return;
  reply.headers({
    'ratelimit-limit': String(counted.max),
    'ratelimit-remaining': String(counted.remaining),
    'ratelimit-reset': String(counted.ttlInSeconds),
  });
  if (!counted.isExceeded) return;
  throw new Problem('too-many-requests', { context: { retryAfterSeconds: Math.max(1, counted.ttlInSeconds) } });
}

const isOfThisMachine = (address: string): boolean => isLoopback(address.replace(/^::ffff:/, ''));
