import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { assert, Problem } from '#kernel';
import type { Person } from '../model.ts';
import { demoInteraction } from './embedded-interaction.ts';
import { errorPage, type ShownPage, signOutPage } from './embedded-pages.ts';
import { createRelyingParty, type RelyingParty } from './relying-party.ts';

/** What the embedded provider says in `acr` after the stand-in for a second factor; nobody else may say it. */
export const demoAcr = 'urn:hortus:demonstration:code';

export type DemoPerson = Pick<Person, 'id' | 'name' | 'roles'> & { organisationName: string };

/**
 * An OpenID provider inside this process, for demonstrations on loopback: it lets anybody be anybody of the invented
 * people, and keeps nothing. Everything after its pages is the same code as with a hospital's provider.
 */
export interface EmbeddedProvider {
  /** @param baseUrl where the browser reaches this installation; each address has a provider of its own. */
  party(baseUrl: string): Promise<RelyingParty>;
  /** Answers a request below `/oidc`; `raw.url` is the whole path. */
  handle(raw: IncomingMessage & { body?: unknown }, answer: ServerResponse, baseUrl: string): Promise<void>;
  /** How the installation asks its own provider: through its own server, without the network. */
  reachBy(fetchInside: typeof fetch): void;
}

export interface EmbeddedProviderOptions {
  persons(): Promise<DemoPerson[]>;
  /** What the library has to say to developers. */
  log(line: string): void;
}

interface Instance {
  provider: Provider;
  party: RelyingParty;
  interact(raw: IncomingMessage & { body?: unknown }, answer: ServerResponse): Promise<void>;
}

/** One address is the rule; localhost and 127.0.0.1 side by side are two. */
const addressesMax = 8;
const secondsPerHour = 3600;

export const embeddedPath = '/oidc';

export function createEmbeddedProvider(options: EmbeddedProviderOptions): EmbeddedProvider {
  const instances = new Map<string, Promise<Instance>>();
  let inside: typeof fetch | undefined;
  const fetchInside: typeof fetch = (input, init) => {
    assert(inside !== undefined, 'the embedded provider is reached through a server');
    return inside(input, init);
  };
  const at = (baseUrl: string): Promise<Instance> => {
    const known = instances.get(baseUrl);
    if (known !== undefined) return known;
    if (instances.size >= addressesMax) throw new Problem('wrong-origin', { detail: 'Too many addresses are in use.' });
    const made = createInstance(baseUrl, fetchInside, options);
    instances.set(baseUrl, made);
    made.catch(() => instances.delete(baseUrl));
    return made;
  };
  return {
    party: async (baseUrl) => (await at(baseUrl)).party,
    handle: async (raw, answer, baseUrl) => {
      const instance = await at(baseUrl);
      const path = raw.url ?? '';
      // The library asks for the path below its mount point, and looks here for the whole one.
      Object.assign(raw, { originalUrl: path });
      raw.url = path.slice(embeddedPath.length) || '/';
      if (raw.url.startsWith('/interaction/')) await instance.interact(raw, answer);
      else await instance.provider.callback()(raw, answer);
    },
    reachBy: (given) => {
      inside = given;
    },
  };
}

async function createInstance(
  baseUrl: string,
  fetchInside: typeof fetch,
  { persons, log }: EmbeddedProviderOptions,
): Promise<Instance> {
  const [library, { exportJWK, generateKeyPair }] = await Promise.all([loadLibrary(log), import('jose')]);
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: randomBytes(8).toString('hex'), use: 'sig', alg: 'ES256' };
  const clientSecret = randomBytes(32).toString('base64url');
  const issuer = `${baseUrl}${embeddedPath}`;
  const callback = `${baseUrl}/api/v1/people/sign-in/demo`;
  const provider = new library.Provider(issuer, {
    clients: [
      {
        client_id: 'hortus',
        client_secret: clientSecret,
        redirect_uris: [`${callback}/callback`],
        post_logout_redirect_uris: [`${baseUrl}/sign-in`],
        backchannel_logout_uri: `${callback}/back-channel-logout`,
        backchannel_logout_session_required: true,
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_basic',
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [key] },
    // Cookies do not tell ports apart: the port is part of the name, as with our own.
    cookies: { keys: [randomBytes(32).toString('base64url')], names: cookieNames(new URL(baseUrl).port) },
    scopes: ['openid', 'profile'],
    claims: { openid: ['sub'], profile: ['name'] },
    responseTypes: ['code'],
    acrValues: [demoAcr],
    clientAuthMethods: ['client_secret_basic'],
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          show(ctx, signOutPage(form));
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.redirect(`${baseUrl}/sign-in`);
        },
      },
    },
    findAccount: async (_ctx, id) => {
      const person = (await persons()).find((one) => one.id === id);
      return person && { accountId: id, claims: async () => ({ sub: id, name: person.name }) };
    },
    interactions: { url: (_ctx, { uid }) => `${embeddedPath}/interaction/${uid}` },
    loadExistingGrant,
    renderError: (ctx, { error }) => {
      show(ctx, errorPage(error));
    },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 12 * secondsPerHour,
      IdToken: 600,
      Interaction: 900,
      Session: 12 * secondsPerHour,
    },
    fetch: fetchInside,
  });
  provider.on('server_error', (_ctx, error) => log(`the embedded provider failed: ${error.name}`));
  const party = createRelyingParty({
    provider: {
      id: 'demo',
      label: 'Demonstration',
      issuer,
      clientId: 'hortus',
      client: { secret: clientSecret },
      scopes: ['openid', 'profile'],
      assignRoles: 'inside',
      rules: [],
      stepUp: { acrValues: [demoAcr], amr: [] },
      // Whoever changes roles in a demonstration should be asked nothing on the way out.
      logout: false,
      userInfo: false,
      isInternal: true,
      prompt: 'login',
    },
    fetch: fetchInside,
  });
  return { provider, party, interact: demoInteraction({ provider, persons }) };
}

function show(
  ctx: Pick<KoaContextWithOIDC, 'status' | 'type' | 'body' | 'set'>,
  { status, type, body, headers }: ShownPage,
): void {
  ctx.set(headers);
  ctx.status = status;
  ctx.type = type;
  ctx.body = body;
}

const cookieNames = (port: string) => ({
  session: `hortus_demo_session_${port}`,
  interaction: `hortus_demo_interaction_${port}`,
  resume: `hortus_demo_resume_${port}`,
});

/** The one client is ours: there is nothing to consent to. */
async function loadExistingGrant(ctx: KoaContextWithOIDC) {
  const { client, session, provider } = ctx.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const known = session.grantIdFor(client.clientId);
  if (known !== undefined) {
    const grant = await provider.Grant.find(known);
    if (grant !== undefined) return grant;
  }
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile');
  await grant.save();
  return grant;
}

let loaded: Promise<{ Provider: typeof Provider }> | undefined;

/**
 * Loads the library when the first one signs in. It speaks to developers on the console: that it would rather run on a
 * newer Node, that it keeps things in memory only. For an embedded demonstration both are as they should be, so lines
 * that begin with its name go to our log; every other line on the console is untouched. This is the only place.
 */
function loadLibrary(log: (line: string) => void): Promise<{ Provider: typeof Provider }> {
  loaded ??= (async () => {
    for (const channel of ['info', 'warn'] as const) {
      const said = console[channel].bind(console);
      console[channel] = (...words: unknown[]) => {
        const [first] = words;
        if (typeof first === 'string' && first.includes('oidc-provider ')) log(first);
        else said(...words);
      };
    }
    return import('oidc-provider');
  })();
  return loaded;
}
