import { z } from 'zod';
import { type Instant, type LegalEntityId, toIso } from '#kernel';
import { noteRefusal, type Route } from '#platform/http';
import { route } from '../authentication.ts';
import type { Identity } from '../model.ts';
import type { People } from '../service.ts';
import { type clientSchema, clientsSchema, newClientSchema, registeredClientSchema } from './contract.ts';
import { readForm } from './form.ts';
import { assertionType, type ClientProof, certificateSeen, OAuthRefusal } from './machines.ts';
import { baseUrlOf } from './routes.ts';
import type { OAuthClient } from './store.ts';

interface Parts {
  people: People;
  publicUrl: string | undefined;
  ownOrganisation(identity: Identity): LegalEntityId;
  /** Throws where a scope is no action that machines may do. */
  assertScopes(scopes: readonly string[]): void;
}

const tokenPath = '/api/v1/people/oauth/token';

export const machineRoutes = (parts: Parts): Route<Identity>[] => [tokenRoute(parts), ...clientRoutes(parts)];

/** The token endpoint speaks OAuth: its clients read `error`, not problems. */
function tokenRoute({ people, publicUrl }: Parts): Route<Identity> {
  return route({
    method: 'POST',
    path: tokenPath,
    action: 'public',
    summary: 'Gives a registered machine a token for ten minutes (OAuth 2.0 client credentials).',
    body: 'stream',
    contentTypes: ['application/x-www-form-urlencoded'],
    bodyBytesMax: 32 * 1024,
    response: 'raw',
    handle: async ({ body, reply }) => {
      const { request } = reply;
      const form = await readForm(body);
      const baseUrl = baseUrlOf(request, publicUrl);
      reply.header('pragma', 'no-cache');
      try {
        const certificateSha256 = certificateSeen(
          people.configuration.machines,
          request.headers,
          request.socket.remoteAddress ?? '',
        );
        const { secret, scopes, expiresInSeconds } = await people.grantToken({
          proof: proofIn(form, request.headers.authorization, certificateSha256),
          scope: single(form, 'scope'),
          audiences: [`${baseUrl}${tokenPath}`, baseUrl],
        });
        const answer = { access_token: secret, token_type: 'Bearer', expires_in: expiresInSeconds };
        return reply.send({ ...answer, scope: scopes.join(' ') });
      } catch (error) {
        if (!(error instanceof OAuthRefusal)) throw error;
        const isUnknown = error.code === 'invalid_client';
        if (isUnknown) reply.header('www-authenticate', 'Basic realm="hortus"');
        noteRefusal(request, { code: error.code });
        return reply.code(isUnknown ? 401 : 400).send({ error: error.code, error_description: error.message });
      }
    },
  });
}

function proofIn(
  form: URLSearchParams,
  authorization: string | undefined,
  certificateSha256: string | undefined,
): ClientProof {
  if (single(form, 'grant_type') !== 'client_credentials') {
    throw new OAuthRefusal('unsupported_grant_type', 'Only client_credentials is granted here.');
  }
  const assertion = single(form, 'client_assertion');
  if (assertion !== undefined && single(form, 'client_assertion_type') !== assertionType) {
    throw new OAuthRefusal('invalid_request', `client_assertion_type must be ${assertionType}.`);
  }
  // Only the header: a secret in a body ends up in more logs than one in a header.
  if (form.has('client_secret')) {
    throw new OAuthRefusal('invalid_request', 'Send the secret as HTTP Basic (client_secret_basic).');
  }
  const basic = authorization === undefined ? undefined : basicIn(authorization);
  return {
    clientId: basic?.id ?? single(form, 'client_id'),
    secret: basic?.secret,
    assertion,
    certificateSha256,
  };
}

/** RFC 6749 §3.2: a parameter that is there twice is refused. */
function single(form: URLSearchParams, name: string): string | undefined {
  const values = form.getAll(name);
  if (values.length > 1) throw new OAuthRefusal('invalid_request', `${name} is there twice.`);
  return values[0];
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they are joined. */
function basicIn(authorization: string): { id: string; secret: string } {
  const [, coded = ''] = /^Basic +([A-Za-z0-9+/=]{1,1000})$/i.exec(authorization) ?? [];
  const [, id, secret] = /^([^:]*):([\s\S]*)$/.exec(Buffer.from(coded, 'base64').toString('utf8')) ?? [];
  if (id === undefined || secret === undefined) {
    throw new OAuthRefusal('invalid_client', 'The authorization header is no HTTP Basic.');
  }
  const decoded = (text: string) => new URLSearchParams(`value=${text}`).get('value') ?? '';
  return { id: decoded(id), secret: decoded(secret) };
}

function clientRoutes({ people, ownOrganisation, assertScopes }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/people/oauth/clients',
      action: 'people:read-tokens',
      summary: 'The machines of your organisation that fetch their own tokens.',
      response: clientsSchema,
      handle: async ({ identity }) => ({
        clients: (await people.clients(ownOrganisation(identity))).map(shownClient),
      }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/oauth/clients',
      action: 'people:issue-token',
      summary: 'Registers a machine that fetches its own tokens; a secret is shown in this answer only.',
      body: newClientSchema,
      response: registeredClientSchema,
      status: 201,
      handle: async ({ identity, body }) => {
        assertScopes(body.scopes);
        const organisationId = ownOrganisation(identity);
        const { client, secret } = await people.registerClient(identity, { ...body, organisationId });
        return { ...shownClient(client), ...(secret === undefined ? {} : { secret }) };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/people/oauth/clients/:clientId',
      action: 'people:revoke-token',
      summary: 'Ends a machine’s access; the tokens it has stop working at once.',
      params: z.object({ clientId: z.string().max(64) }),
      response: z.undefined(),
      handle: async ({ identity, params }) => {
        ownOrganisation(identity);
        await people.revokeClient(identity, params.clientId);
      },
    }),
  ];
}

function shownClient(client: OAuthClient): z.output<typeof clientSchema> {
  const { id, name, scopes, createdBy, createdAt, expiresAt } = client;
  const shown = (key: 'lastUsedAt' | 'revokedAt', at: Instant | undefined) =>
    at === undefined ? {} : { [key]: toIso(at) };
  return {
    id,
    name,
    scopes,
    proof: client.secretSha256 !== undefined ? 'secret' : client.jwks !== undefined ? 'keys' : 'certificate',
    createdBy,
    createdAt: toIso(createdAt),
    expiresAt: toIso(expiresAt),
    ...shown('lastUsedAt', client.lastUsedAt),
    ...shown('revokedAt', client.revokedAt),
  };
}
