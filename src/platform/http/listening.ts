import type { FastifyInstance } from 'fastify';
import { assert } from '#kernel';
import { assertSafeListen } from './origin.ts';

export interface Listening {
  url: string;
  port: number;
  /** True if the wanted port was taken and a later one is used. */
  moved: boolean;
}

/**
 * Starts listening; a taken port moves to the next free one.
 * @param options `port` 0 takes any free one; `portsTried` limits how far to move (1: not at all).
 * @throws Problem insecure-listen beyond loopback without real sign-in; the system's error for any other failure.
 */
export async function listen(
  app: FastifyInstance,
  options: { host: string; port: number; hasRealSignIn: boolean; portsTried?: number },
): Promise<Listening> {
  assertSafeListen(options.host, options.hasRealSignIn);
  const portsTried = options.portsTried ?? 20;
  for (let moved = 0; moved < portsTried; moved++) {
    try {
      await app.listen({ host: options.host, port: options.port + moved });
      const address = app.server.address();
      assert(typeof address === 'object' && address !== null, 'a listening TCP server has an address');
      const host = options.host.includes(':') ? `[${options.host}]` : options.host;
      return { url: `http://${host}:${address.port}`, port: address.port, moved: moved > 0 };
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'EADDRINUSE' || moved === portsTried - 1) throw error;
    }
  }
  throw new RangeError('portsTried must be at least 1');
}

/** Stops taking requests, lets running ones finish for a while, then closes what is left. Safe to call twice. */
export async function stopGracefully(app: FastifyInstance, graceMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), graceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}
