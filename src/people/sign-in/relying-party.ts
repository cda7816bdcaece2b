import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, customFetch as joseFetch, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { Problem } from '#kernel';
import { type ProviderConfiguration, signatureAlgorithms } from './configuration.ts';
import type { Claims } from './placement.ts';

/** What must be remembered between the way to a provider and back; none of it is shown to anybody else. */
export interface Expected {
  state: string;
  nonce: string;
  codeVerifier: string;
  isStepUp: boolean;
}

/** Who a provider says has signed in. */
export interface Authenticated {
  issuer: string;
  subject: string;
  claims: Claims;
  idToken: string;
}

/** Whose sessions a provider ends: those of one session of its own, or all of one account. */
export interface LogoutStatement {
  issuer: string;
  subject: string | undefined;
  sid: string | undefined;
  id: string;
  /** Seconds since 1970 after which it is refused anyway. */
  expiresAtSeconds: number;
}

/** This installation as the client of one provider (OpenID Connect relying party). */
export interface RelyingParty {
  begin(asked: { redirectUri: string; isStepUp: boolean; loginHint?: string | undefined }): Promise<{
    url: string;
    expected: Expected;
  }>;
  /** Problems: sign-in-failed with what did not hold; upstream-unavailable. */
  complete(answer: URL, expected: Expected): Promise<Authenticated>;
  /** Problems: sign-in-failed. */
  readLogout(token: string): Promise<LogoutStatement>;
  /** Where to end the session at the provider; undefined where that is not wanted or not offered. */
  endSessionUrl(given: { idToken: string | undefined; returnTo: string }): Promise<string | undefined>;
}

export interface RelyingPartyOptions {
  provider: ProviderConfiguration & { prompt?: string };
  fetch: typeof fetch;
  /** After an unknown key has made us fetch the provider's keys, for how long we do not fetch them again. */
  keyCooldownMs?: number;
}

interface Verified {
  payload: JWTPayload;
  type: string | undefined;
}

const clockToleranceSeconds = 60;
const idTokenAgeMaxSeconds = 600;
const discoveryKeptMs = 3_600_000;
const stepUpAgeMaxSeconds = 300;
const backChannelEvent = 'http://schemas.openid.net/event/backchannel-logout';

/**
 * Speaks to one provider: authorization code with PKCE (S256), state, nonce and the issuer's own name in the answer.
 * Every signed statement is judged here by keys of that provider alone, fetched from the address in its metadata;
 * what a token says about keys (`jku`, `x5u`, `jwk`) is not read.
 *
 * **Source**: OpenID Connect Core 1.0 §3.1; RFC 7636; RFC 9207; RFC 8725; OpenID Connect Back-Channel Logout 1.0 §2.6;
 * RP-Initiated Logout 1.0 §2. Oracle: providers of two other makes, and a hostile one, in the tests.
 */
export function createRelyingParty(options: RelyingPartyOptions): RelyingParty {
  const { provider } = options;
  const metadata = rememberFor(discoveryKeptMs, () => told('its description', () => discover(options)));
  const keys = rememberFor(Number.POSITIVE_INFINITY, async (): Promise<JWTVerifyGetKey> => {
    const uri = (await metadata()).serverMetadata().jwks_uri;
    if (uri === undefined) throw failed('The provider publishes no keys.');
    return createRemoteJWKSet(new URL(uri), {
      [joseFetch]: options.fetch,
      cooldownDuration: options.keyCooldownMs ?? 30_000,
    });
  });
  const verify = async (token: string, requiredClaims: string[]): Promise<Verified> => {
    const { payload, protectedHeader } = await jwtVerify(token, await keys(), {
      algorithms: [...signatureAlgorithms],
      issuer: (await metadata()).serverMetadata().issuer,
      audience: provider.clientId,
      clockTolerance: clockToleranceSeconds,
      maxTokenAge: idTokenAgeMaxSeconds,
      requiredClaims,
    });
    return { payload, type: protectedHeader.typ };
  };
  return {
    begin: async ({ redirectUri, isStepUp, loginHint }) => {
      const config = await metadata();
      const expected: Expected = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        codeVerifier: client.randomPKCECodeVerifier(),
        isStepUp,
      };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: provider.scopes.join(' '),
        state: expected.state,
        nonce: expected.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(expected.codeVerifier),
        code_challenge_method: 'S256',
        ...(loginHint === undefined ? {} : { login_hint: loginHint }),
        ...(provider.prompt === undefined ? {} : { prompt: provider.prompt }),
        ...(isStepUp ? stepUpParameters(provider.stepUp.acrValues) : {}),
      });
      return { url: url.href, expected };
    },
    complete: (answer, expected) =>
      told('its answer', async () => {
        const config = await metadata();
        const tokens = await client.authorizationCodeGrant(config, answer, {
          pkceCodeVerifier: expected.codeVerifier,
          expectedState: expected.state,
          expectedNonce: expected.nonce,
          idTokenExpected: true,
          ...(expected.isStepUp ? { maxAge: stepUpAgeMaxSeconds } : {}),
        });
        const idToken = tokens.id_token ?? '';
        const { payload, type } = await verify(idToken, ['exp', 'iat']);
        assertIdToken(payload, { type, clientId: provider.clientId, nonce: expected.nonce });
        const subject = payload.sub as string;
        const more = provider.userInfo ? await client.fetchUserInfo(config, tokens.access_token, subject) : {};
        return { issuer: payload.iss as string, subject, claims: { ...withoutProof(more), ...payload }, idToken };
      }),
    readLogout: (token) => told('its logout', async () => logoutStatement(await verify(token, ['iat']))),
    endSessionUrl: async ({ idToken, returnTo }) => {
      if (!provider.logout) return undefined;
      const config = await metadata();
      if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
      return client.buildEndSessionUrl(config, {
        post_logout_redirect_uri: returnTo,
        ...(idToken === undefined ? { client_id: provider.clientId } : { id_token_hint: idToken }),
      }).href;
    },
  };
}

/** What proves something is taken from the signed token only. */
const withoutProof = (claims: Claims): Claims =>
  Object.fromEntries(
    Object.entries(claims).filter(([name]) => !['iss', 'aud', 'acr', 'amr', 'auth_time', 'sid'].includes(name)),
  );

const stepUpParameters = (acrValues: readonly string[]): Record<string, string> => ({
  prompt: 'login',
  max_age: '0',
  ...(acrValues.length === 0 ? {} : { acr_values: acrValues.join(' ') }),
});

async function discover({ provider, fetch }: RelyingPartyOptions): Promise<client.Configuration> {
  const isPlain = provider.issuer.startsWith('http:');
  return client.discovery(
    new URL(provider.issuer),
    provider.clientId,
    { redirect_uris: [] },
    await clientAuthentication(provider),
    {
      [client.customFetch]: fetch as client.CustomFetch,
      timeout: 10,
      // Plain http is read from the configuration on this machine only.
      ...(isPlain ? { execute: [client.allowInsecureRequests] } : {}),
    },
  );
}

async function clientAuthentication({ client: own }: ProviderConfiguration): Promise<client.ClientAuth> {
  if ('secret' in own) return client.ClientSecretBasic(own.secret);
  const { importJWK } = await import('jose');
  const key = await importJWK(own.privateKey, String(own.privateKey.alg ?? 'ES256'));
  return client.PrivateKeyJwt(key as CryptoKey);
}

function assertIdToken(
  payload: JWTPayload,
  { type, clientId, nonce }: { type: string | undefined; clientId: string; nonce: string },
): void {
  if (typeof payload.sub !== 'string' || payload.sub === '' || payload.sub.length > 255) {
    throw failed('The identity token names nobody.');
  }
  if (payload.nonce !== nonce) throw failed('The identity token was made for another sign-in.');
  // A logout token of the same provider is signed by the same key.
  if (type === 'logout+jwt' || payload.events !== undefined) throw failed('This is no identity token.');
  const isForOthersToo = Array.isArray(payload.aud) && payload.aud.length > 1;
  if (payload.azp !== undefined ? payload.azp !== clientId : isForOthersToo) {
    throw failed('The identity token was made for another client.');
  }
}

/** Providers of the specification's last drafts leave `exp` out; the token's age is judged by `iat` in any case. */
function logoutStatement({ payload, type }: Verified): LogoutStatement {
  const { iss, sub, sid, jti, events, iat, nonce } = payload;
  if (type !== undefined && type.toLowerCase() !== 'logout+jwt' && type !== 'JWT') {
    throw failed('This is no logout token.');
  }
  const event = (events as Record<string, unknown> | undefined)?.[backChannelEvent];
  if (typeof event !== 'object' || event === null || nonce !== undefined) throw failed('This is no logout token.');
  if (typeof jti !== 'string' || jti === '' || jti.length > 255) throw failed('The logout token has no id.');
  if (typeof sub !== 'string' && typeof sid !== 'string') throw failed('The logout token names no session.');
  return {
    issuer: iss as string,
    subject: sub,
    sid: typeof sid === 'string' ? sid : undefined,
    id: jti,
    expiresAtSeconds: (iat as number) + idTokenAgeMaxSeconds + clockToleranceSeconds,
  };
}

const failed = (detail: string): Problem => new Problem('sign-in-failed', { detail });

/** Whatever a library throws over what a provider sent, as a problem in words; never with a value of the token. */
async function told<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw problemIn(error) ?? failed(`The provider sent ${what} in a form that is not accepted: ${reasonOf(error)}.`);
  }
}

function problemIn(error: unknown): Problem | undefined {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth++) {
    if (one instanceof Problem) return one;
  }
  return undefined;
}

/** Error codes of OAuth and of the libraries are words of a closed alphabet; anything else could be a stranger's text. */
function reasonOf(error: unknown): string {
  const { error: said, code, claim } = error as { error?: unknown; code?: unknown; claim?: unknown };
  const words = [said, code, claim].filter((text) => typeof text === 'string' && /^[\w-]{1,60}$/.test(text));
  return words.length === 0 ? 'it is malformed' : words.join(', ');
}

/** Remembers an answer for a while; a failure is not remembered, and those who ask at once ask once. */
function rememberFor<T>(keptMs: number, ask: () => Promise<T>): () => Promise<T> {
  let kept: { at: number; answer: Promise<T> } | undefined;
  return () => {
    const nowMs = performance.now();
    if (kept !== undefined && nowMs - kept.at < keptMs) return kept.answer;
    const mine = { at: nowMs, answer: ask() };
    kept = mine;
    mine.answer.catch(() => {
      if (kept === mine) kept = undefined;
    });
    return mine.answer;
  };
}
