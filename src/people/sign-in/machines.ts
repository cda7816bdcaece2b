import ipaddr from 'ipaddr.js';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { type Clock, type Id, type Instant, type LegalEntityId, newId, Problem } from '#kernel';
import { type Db, inTransaction } from '#platform/db';
import type { Actor, WriteAct } from '../acts.ts';
import { type Identity, noRelations } from '../model.ts';
import { digestOfSecret, looksLikeSecret, newSecret } from '../secrets.ts';
import { type MachinePolicy, signatureAlgorithms } from './configuration.ts';
import { pgMachineStore } from './machine-store.pg.ts';
import { pgSignInStore } from './store.pg.ts';
import type { OAuthClient } from './store.ts';

export const accessTokenSeconds = 600;
/** A client's assertion may be valid for this long at most: its id is kept as long. */
const assertionSecondsMax = 300;
const clockToleranceSeconds = 30;
const millisecondsPerDay = 86_400_000;
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A refusal in the words of OAuth 2.0 (RFC 6749 §5.2), which clients of the token endpoint read. */
export class OAuthRefusal extends Error {
  readonly code: 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'invalid_scope';
  constructor(code: OAuthRefusal['code'], description: string) {
    super(description);
    this.name = 'OAuthRefusal';
    this.code = code;
  }
}

/** What a machine shows at the token endpoint. */
export interface ClientProof {
  clientId: string | undefined;
  secret: string | undefined;
  assertion: string | undefined;
  /** SHA-256 (hex) of the certificate that a trusted proxy saw. */
  certificateSha256: string | undefined;
}

export interface NewClient {
  name: string;
  organisationId: LegalEntityId;
  scopes: readonly string[];
  expiresInDays: number;
  proof:
    | { kind: 'secret' }
    | { kind: 'keys'; jwks: { keys: Record<string, unknown>[] } }
    | { kind: 'certificate'; sha256: string };
}

export interface Machines {
  registerClient(by: Actor, given: NewClient): Promise<{ client: OAuthClient; secret: string | undefined }>;
  clients(organisationId: LegalEntityId): Promise<OAuthClient[]>;
  /** Its tokens stop working with it. Problems: not-found. */
  revokeClient(by: Actor, clientId: string): Promise<void>;
  /**
   * A short-lived token for a client that shows who it is. Throws OAuthRefusal.
   * @param audiences what an assertion may name as its reader: the token endpoint, and this installation.
   */
  grantToken(asked: {
    proof: ClientProof;
    scope: string | undefined;
    audiences: readonly string[];
  }): Promise<{ secret: string; scopes: string[]; expiresInSeconds: number }>;
  identityOfAccessToken(secret: string, certificateSha256: string | undefined): Promise<Identity | undefined>;
}

/**
 * Machines that fetch their own short-lived tokens.
 * **Source**: RFC 6749 §4.4 (client credentials); RFC 7523 §3 (private_key_jwt); RFC 8705 §2, §3 (certificates, bound
 * tokens), with the certificate seen by a proxy. Tokens are opaque, so that an end takes effect with the next request.
 */
export function machines(db: Db, parts: { wallClock: Clock; act: WriteAct }): Machines {
  const { wallClock, act } = parts;
  const store = pgMachineStore(db);
  return {
    registerClient: async (by, given) => {
      const { secret, sha256 } = newSecret();
      const now = wallClock.now();
      const { proof } = given;
      const client: OAuthClient = {
        id: newId('client') as Id<'client'>,
        name: given.name,
        organisationId: given.organisationId,
        scopes: [...new Set(given.scopes)],
        secretSha256: proof.kind === 'secret' ? sha256 : undefined,
        jwks: proof.kind === 'keys' ? proof.jwks : undefined,
        certificateSha256: proof.kind === 'certificate' ? proof.sha256 : undefined,
        createdBy: by.id,
        createdAt: now,
        expiresAt: (now + given.expiresInDays * millisecondsPerDay) as Instant,
        lastUsedAt: undefined,
        revokedAt: undefined,
      };
      await inTransaction(db, async (tx) => {
        await pgMachineStore(tx).addClient(client);
        const { id, organisationId, scopes } = client;
        const predicate = { action: 'client-registered', client: id, organisation: organisationId, scopes };
        await act(tx, by, { subject: id, predicate: { ...predicate, proof: proof.kind } });
      });
      return { client, secret: proof.kind === 'secret' ? secret : undefined };
    },

    clients: (organisationId) => store.clients(organisationId),

    revokeClient: async (by, clientId) => {
      const { organisationId } = by;
      await inTransaction(db, async (tx) => {
        const revoked =
          organisationId !== undefined &&
          (await pgMachineStore(tx).revokeClient({ id: clientId, organisationId, by: by.id, at: wallClock.now() }));
        if (!revoked)
          throw new Problem('not-found', { detail: 'No client of your organisation in force has this id.' });
        const predicate = { action: 'client-revoked', client: clientId, organisation: organisationId };
        await act(tx, by, { subject: clientId, predicate });
      });
    },

    grantToken: async ({ proof, scope, audiences }) => {
      const now = wallClock.now();
      const client = await provenClient(db, { proof, audiences, now });
      const scopes = scope === undefined ? client.scopes : scope.split(' ').filter((one) => one !== '');
      const beyond = scopes.filter((one) => !isWithin(one, client.scopes));
      if (scopes.length === 0 || beyond.length > 0) {
        throw new OAuthRefusal('invalid_scope', 'The client has no such scope.');
      }
      const { secret, sha256 } = newSecret();
      await store.addAccessToken({
        sha256,
        clientId: client.id,
        scopes,
        certificateSha256: client.certificateSha256,
        issuedAt: now,
        expiresAt: (now + accessTokenSeconds * 1000) as Instant,
      });
      await store.noteClientUse(client.id, now);
      return { secret, scopes, expiresInSeconds: accessTokenSeconds };
    },

    identityOfAccessToken: async (secret, certificateSha256) => {
      const found = await store.accessToken(digestOfSecret(secret), wallClock.now());
      if (found === undefined) return undefined;
      // A bound token is worth nothing in other hands.
      if (found.certificateSha256 !== undefined && found.certificateSha256 !== certificateSha256) return undefined;
      const { id, name, organisationId, scopes } = found;
      return { kind: 'machine', id, name, organisationId, roles: [], scopes, relations: noRelations };
    },
  };
}

/** An action is within itself and within its room's `room:*`; a whole room is within `room:*` only. */
const isWithin = (scope: string, held: readonly string[]): boolean =>
  held.includes(scope) || held.includes(`${scope.split(':', 1)[0]}:*`);

const unknownClient = (): OAuthRefusal =>
  new OAuthRefusal('invalid_client', 'The client is unknown, ended, or did not prove who it is.');

async function provenClient(
  db: Db,
  { proof, audiences, now }: { proof: ClientProof; audiences: readonly string[]; now: Instant },
): Promise<OAuthClient> {
  const { assertion, secret } = proof;
  const claimed = assertion === undefined ? proof.clientId : issuerOf(assertion);
  if (claimed === undefined || (proof.clientId !== undefined && proof.clientId !== claimed)) throw unknownClient();
  if (assertion !== undefined && secret !== undefined) {
    throw new OAuthRefusal('invalid_request', 'Prove who you are in one way only.');
  }
  const client = await pgMachineStore(db).client(claimed, now);
  if (client === undefined) throw unknownClient();
  if (assertion !== undefined) {
    await assertSignedBy(db, { client, assertion, audiences, now });
    return client;
  }
  const hasSecret = secret !== undefined && looksLikeSecret(secret) && client.secretSha256 === digestOfSecret(secret);
  const hasCertificate = client.certificateSha256 !== undefined && client.certificateSha256 === proof.certificateSha256;
  if (!hasSecret && !hasCertificate) throw unknownClient();
  return client;
}

function issuerOf(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).iss;
  } catch {
    return undefined;
  }
}

async function assertSignedBy(
  db: Db,
  given: { client: OAuthClient; assertion: string; audiences: readonly string[]; now: Instant },
): Promise<void> {
  const { client, assertion, audiences, now } = given;
  if (client.jwks === undefined) throw unknownClient();
  const verified = await jwtVerify(assertion, createLocalJWKSet(client.jwks as never), {
    algorithms: [...signatureAlgorithms],
    issuer: client.id,
    subject: client.id,
    audience: [...audiences],
    clockTolerance: clockToleranceSeconds,
    currentDate: new Date(now),
    requiredClaims: ['exp', 'jti'],
  }).catch(() => undefined);
  const { exp, jti } = verified?.payload ?? {};
  if (exp === undefined || jti === undefined || jti === '' || jti.length > 255) throw unknownClient();
  if (exp * 1000 - now > (assertionSecondsMax + clockToleranceSeconds) * 1000) throw unknownClient();
  const expiresAt = ((exp + clockToleranceSeconds) * 1000) as Instant;
  const isNew = await pgSignInStore(db).noteStatement({ issuer: client.id, id: jti, expiresAt, at: now });
  if (!isNew) throw unknownClient();
}

/**
 * The digest of the client certificate that a proxy in front saw, as its header says it.
 * @param peer address of the other end of the connection: never one that a header says.
 * @returns SHA-256 as 64 hex digits; undefined without the header.
 * Problems: not-signed-in, where the header comes from an address that is no trusted proxy, or is malformed: somebody
 * tries to be a machine that they are not.
 */
export function certificateSeen(
  { trustedProxies, certificateHeader }: MachinePolicy,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  peer: string,
): string | undefined {
  const said = headers[certificateHeader];
  if (said === undefined) return undefined;
  if (!isTrusted(trustedProxies, peer)) {
    throw new Problem('not-signed-in', { detail: 'Certificates are read from the proxy in front only.' });
  }
  const hex = typeof said === 'string' ? said.replaceAll(':', '').toLowerCase() : '';
  if (/^[0-9a-f]{64}$/.test(hex)) return hex;
  throw new Problem('not-signed-in', { detail: 'The proxy in front says no SHA-256 of a certificate.' });
}

function isTrusted(trusted: readonly string[], peer: string): boolean {
  if (!ipaddr.isValid(peer)) return false;
  const address = ipaddr.process(peer);
  return trusted.some((one) => {
    const [network, bits] = one.includes('/') ? ipaddr.parseCIDR(one) : ([ipaddr.process(one), undefined] as const);
    if (network.kind() !== address.kind()) return false;
    return address.match(network, bits ?? (network.kind() === 'ipv4' ? 32 : 128));
  });
}
