import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#kernel';
import { routesFor } from '#platform/http';
import { type Identity, visitor } from './model.ts';
import type { People } from './service.ts';
import { sessionHours } from './sessions.ts';

/** Declares a route of the house: its handler knows who asks. */
export const route = routesFor<Identity>();

/**
 * Cookies do not tell ports apart: two installations on one machine would sign each other's people out. So the port is
 * part of the name, where an address shows one.
 */
function sessionCookie(request: FastifyRequest): string {
  const port = /:(\d{1,5})$/.exec(request.headers.host ?? '')?.[1];
  return port === undefined || port === '80' || port === '443' ? 'hortus_session' : `hortus_session_${port}`;
}

type Authenticator = (request: FastifyRequest) => Promise<Identity | undefined>;

/**
 * Finds out who asks: a machine by its bearer token, a person by the session's cookie, else a visitor where visitors
 * are let in. A token that is not in force is refused, never taken for nobody: its owner must notice.
 */
export function authenticator(people: People, options: { visitors: boolean }): Authenticator {
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) return machineOf(people, authorization);
    const secret = sessionSecretOf(request);
    const person = secret === undefined ? undefined : await people.identityOfSession(secret);
    return person ?? (options.visitors ? visitor : undefined);
  };
}

async function machineOf(people: People, authorization: string): Promise<Identity> {
  const [, secret] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  const machine = secret === undefined ? undefined : await people.identityOfToken(secret);
  if (!machine) throw new Problem('not-signed-in', { detail: 'The bearer token is unknown, expired or revoked.' });
  return machine;
}

/** `isSecure`: behind TLS, where the cookie must not travel without it. */
export function setSessionCookie(reply: FastifyReply, secret: string, isSecure: boolean): void {
  reply.setCookie(sessionCookie(reply.request), secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure,
    maxAge: sessionHours * 3600,
  });
}

export const clearSessionCookie = (reply: FastifyReply): void => {
  reply.clearCookie(sessionCookie(reply.request), { path: '/' });
};

export const sessionSecretOf = (request: FastifyRequest): string | undefined => request.cookies[sessionCookie(request)];

/** The person who acts. What only persons do is never done by a visitor or a machine. */
export function assertPerson(identity: Identity): asserts identity is Identity & { kind: 'person' } {
  if (identity.kind === 'visitor') throw new Problem('not-signed-in');
  if (identity.kind !== 'person') throw new Problem('not-allowed', { detail: 'Only a person may do this.' });
}
