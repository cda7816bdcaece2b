import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#kernel';
import { routesFor } from '#platform/http';
import { type Identity, visitor } from './model.ts';
import type { People } from './service.ts';
import { certificateSeen } from './sign-in/machines.ts';

/** Declares a route of the house: its handler knows who asks. */
export const route = routesFor<Identity>();

/**
 * Cookies do not tell ports apart: two installations on one machine would sign each other's people out. So the port is
 * part of the name, where an address shows one. Behind TLS the name begins with `__Host-`: browsers then take it only from
 * this very host, by TLS, for the path `/`, so that no neighbour in the domain can plant one (RFC 6265bis §4.1.3.2).
 */
export function cookieName(request: FastifyRequest, name: string): string {
  const port = /:(\d{1,5})$/.exec(request.headers.host ?? '')?.[1];
  const ofPort = port === undefined || port === '80' || port === '443' ? name : `${name}_${port}`;
  return request.isByTls ? `__Host-${ofPort}` : ofPort;
}

const sessionCookie = (request: FastifyRequest): string => cookieName(request, 'hortus_session');

type Authenticator = (request: FastifyRequest) => Promise<Identity | undefined>;

/**
 * Finds out who asks: a machine by its bearer token, a person by the session's cookie, else a visitor where visitors
 * are let in. A token that is not in force is refused, never taken for nobody: its owner must notice.
 */
export function authenticator(people: People, options: { visitors: boolean }): Authenticator {
  return async (request) => {
    const { authorization } = request.headers;
    // A certificate that no trusted proxy saw is refused wherever it is shown.
    const certificate = certificateSeen(
      people.configuration.machines,
      request.headers,
      request.socket.remoteAddress ?? '',
    );
    if (hasOwnProof.test(request.routeOptions.url ?? '')) return undefined;
    if (authorization !== undefined) return machineOf(people, authorization, certificate);
    const secret = sessionSecretOf(request);
    const person = secret === undefined ? undefined : await people.identityOfSession(secret);
    return person ?? (options.visitors ? visitor : undefined);
  };
}

/**
 * Endpoints of OAuth and OpenID Connect: who asks there is shown in their own ways (a client's secret or assertion, a
 * signed logout token, the embedded provider's cookies), never by a session or a token of ours.
 */
const hasOwnProof =
  /^\/oidc\/|^\/api\/v1\/people\/oauth\/token$|^\/api\/v1\/people\/sign-in\/:provider\/back-channel-logout$/;

async function machineOf(people: People, authorization: string, certificate: string | undefined): Promise<Identity> {
  const [, secret] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  const machine = secret === undefined ? undefined : await people.identityOfToken(secret, certificate);
  if (!machine) throw new Problem('not-signed-in', { detail: 'The bearer token is unknown, expired or revoked.' });
  return machine;
}

/**
 * Behind TLS the cookie does not travel without it. Browsers keep a strict cookie from the answer to a provider's redirect,
 * but do not send it along the rest of that redirect: the page it ends at asks who it is for itself.
 */
export function setSessionCookie(reply: FastifyReply, secret: string, { hours }: { hours: number }): void {
  reply.setCookie(sessionCookie(reply.request), secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: reply.request.isByTls,
    maxAge: hours * 3600,
  });
}

export const clearSessionCookie = (reply: FastifyReply): void => {
  // A browser does not take back a `__Host-` cookie by an answer that has not its attributes.
  reply.clearCookie(sessionCookie(reply.request), { path: '/', secure: reply.request.isByTls });
};

export const sessionSecretOf = (request: FastifyRequest): string | undefined => request.cookies[sessionCookie(request)];

/** The person who acts. What only persons do is never done by a visitor or a machine. */
export function assertPerson(identity: Identity): asserts identity is Identity & { kind: 'person' } {
  if (identity.kind === 'visitor') throw new Problem('not-signed-in');
  if (identity.kind !== 'person') throw new Problem('not-allowed', { detail: 'Only a person may do this.' });
}
