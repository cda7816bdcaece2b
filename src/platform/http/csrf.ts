import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Problem, utf8 } from '#kernel';
import { isSafeMethod } from './origin.ts';

/** The header in which a page shows that it could read our own answer, which another site's page cannot. */
const csrfHeader = 'x-hortus-csrf';

/**
 * The token that belongs to one session and to no other: it ends with the session, and nothing needs to be kept.
 * The session's secret cannot be found from it, so it may be in the hands of scripts where the cookie is not.
 * **Source**: OWASP CSRF Prevention Cheat Sheet, HMAC based token pattern; the key is the session's 256 random bits.
 */
export const csrfTokenOf = (sessionSecret: string): string =>
  createHmac('sha256', sessionSecret).update('hortus csrf v1').digest('base64url');

/**
 * Refuses an unsafe request in the name of a cookie's session without the token of that session.
 * @param sessionSecret of the session that the cookie opened; undefined where another proof than a cookie was given.
 * Problems: csrf-token-missing.
 */
export function assertCsrfToken(request: FastifyRequest, sessionSecret: string | undefined): void {
  if (sessionSecret === undefined || isSafeMethod(request.method)) return;
  const given = request.headers[csrfHeader];
  const wanted = utf8(csrfTokenOf(sessionSecret));
  const shown = utf8(typeof given === 'string' ? given : '');
  if (shown.length !== wanted.length || !timingSafeEqual(shown, wanted)) throw new Problem('csrf-token-missing');
}
