import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** What one answer of the token endpoint may do wrong; everything else is as the specification asks. */
export interface Misdeed {
  claims?: (honest: JWTPayload) => JWTPayload;
  /** The whole token instead of an honest one. */
  token?: (honest: JWTPayload) => Promise<string>;
  header?: Record<string, unknown>;
  /** What the provider says of itself. */
  metadata?: Record<string, unknown>;
}

interface Code {
  nonce: string;
  challenge: string;
  redirectUri: string;
  clientId: string;
}

/** An OpenID provider on real HTTP that keeps to the rules where it is not told otherwise. */
export interface Issuer {
  url: string;
  clientSecret: string;
  subject: { sub: string; claims: JWTPayload };
  /** What the userinfo endpoint says. */
  userInfo: JWTPayload;
  misdeed: Misdeed;
  publicKey(): Promise<JWK>;
  /** How often the keys were fetched. */
  keysFetched: number;
  rotate(): Promise<void>;
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>;
  /** What the browser brings back after the person said yes. */
  authorize(address: string, answer?: Record<string, string | undefined>): URL;
  close(): Promise<void>;
}

export async function anIssuer(): Promise<Issuer> {
  let key = await aKey();
  const codes = new Map<string, Code>();
  const server = createServer((request, answer) => {
    handle(request, answer).catch(() => answer.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: Issuer = {
    url,
    clientSecret: randomUUID(),
    subject: { sub: 'subject-1', claims: { name: 'Noor Nieuw', groups: ['mri-readers'] } },
    userInfo: {},
    misdeed: {},
    publicKey: () => exportJWK(key.publicKey).then((jwk) => ({ ...jwk, kid: key.kid, alg: 'RS256' })),
    keysFetched: 0,
    rotate: async () => {
      key = await aKey();
    },
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: key.kid, ...header }).sign(key.privateKey),
    authorize: (address, answer = {}) => {
      const { searchParams } = new URL(address);
      const said = (name: string) => searchParams.get(name) ?? '';
      const code = randomUUID();
      codes.set(code, {
        nonce: said('nonce'),
        challenge: said('code_challenge'),
        redirectUri: said('redirect_uri'),
        clientId: said('client_id'),
      });
      const back = new URL(said('redirect_uri'));
      const given = { code, state: said('state'), iss: url, ...answer };
      for (const [name, value] of Object.entries(given)) if (value !== undefined) back.searchParams.set(name, value);
      return back;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };

  async function handle(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', url).pathname;
    if (path === '/.well-known/openid-configuration') {
      return json(answer, { ...metadataOf(url), ...issuer.misdeed.metadata });
    }
    if (path === '/jwks') {
      issuer.keysFetched++;
      return json(answer, { keys: [await issuer.publicKey()] });
    }
    if (path === '/userinfo') return json(answer, { sub: issuer.subject.sub, ...issuer.userInfo });
    if (path !== '/token') return void answer.writeHead(404).end();
    const form = new URLSearchParams(await textOf(request));
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    if (basicOf(request.headers.authorization) !== `hortus-client:${issuer.clientSecret}`) {
      return json(answer, { error: 'invalid_client' }, 401);
    }
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (code?.challenge !== verifier || code.redirectUri !== form.get('redirect_uri')) {
      return json(answer, { error: 'invalid_grant' }, 400);
    }
    return json(answer, { access_token: 'not-used', token_type: 'Bearer', id_token: await idToken(issuer, code) });
  }
  return issuer;
}

async function idToken(issuer: Issuer, code: Code): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const honest: JWTPayload = {
    iss: issuer.url,
    aud: code.clientId,
    sub: issuer.subject.sub,
    iat: now,
    exp: now + 300,
    auth_time: now,
    nonce: code.nonce,
    ...issuer.subject.claims,
  };
  const { token, claims, header } = issuer.misdeed;
  return token === undefined ? issuer.sign(claims?.(honest) ?? honest, header) : token(honest);
}

const metadataOf = (url: string) => ({
  issuer: url,
  authorization_endpoint: `${url}/authorize`,
  token_endpoint: `${url}/token`,
  jwks_uri: `${url}/jwks`,
  userinfo_endpoint: `${url}/userinfo`,
  end_session_endpoint: `${url}/end`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  // It would like to; the client must not.
  id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
  authorization_response_iss_parameter_supported: true,
});

async function aKey(): Promise<{ privateKey: CryptoKey; publicKey: CryptoKey; kid: string }> {
  const pair = await generateKeyPair('RS256', { extractable: true });
  return { ...pair, kid: randomUUID() };
}

/** Id and secret are form-encoded before they are joined (RFC 6749 §2.3.1). */
const basicOf = (authorization = ''): string =>
  Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString('utf8')
    .split(':')
    .map(decodeURIComponent)
    .join(':');

function json(answer: ServerResponse, body: unknown, status = 200): void {
  answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
