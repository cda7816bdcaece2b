import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { Clock, Instant } from '#kernel';
import type { Act } from '#ledger';
import type { Database, Tx } from '#platform/db';
import { createServer, csrfTokenOf } from '#platform/http';
import { createLogger } from '#platform/log';
import { authenticator, sessionSecretOf } from '../authentication.ts';
import { seedDemoPeople } from '../demo-people.ts';
import { permissionsForTests } from '../permission/testing.ts';
import { askPeople } from '../questions.ts';
import { peopleRoutes } from '../routes.ts';
import { createPeople } from '../service.ts';
import type { ProviderConfiguration, SignInConfiguration } from './configuration.ts';
import { noProviders } from './configuration.ts';
import type { Issuer } from './issuer-for-tests.ts';

/** The room alone behind its server, with providers, and a wall clock that the test may put forward. */
export async function aHouseWithSignIn(
  { db }: Database,
  {
    configuration = {},
    keyCooldownMs = 0,
    isSecure = false,
  }: { configuration?: Partial<SignInConfiguration>; keyCooldownMs?: number; isSecure?: boolean } = {},
) {
  let aheadMs = 0;
  const clock: Clock = { now: () => (Date.now() + aheadMs) as Instant };
  const acts: Act[] = [];
  const logged: string[] = [];
  const ledger = {
    record: async (_tx: Tx, act: Act) => {
      acts.push(act);
      return `pending-${acts.length}`;
    },
  };
  const demoSignIn = (configuration.providers ?? []).length === 0;
  const people = createPeople({
    db,
    ledger,
    clock,
    wallClock: clock,
    demoSignIn,
    configuration: { ...noProviders, ...configuration },
    keyCooldownMs,
    log: (line) => logged.push(line),
  });
  const questions = askPeople(db, clock);
  const seeded = await seedDemoPeople(people, questions);
  const permissions = permissionsForTests({ visitors: false });
  const app = createServer({
    routes: peopleRoutes({ people, questions, permissions }),
    authenticate: authenticator(people, { visitors: false }),
    sessionSecret: (request, identity) => (identity?.kind === 'person' ? sessionSecretOf(request) : undefined),
    allow: permissions.allow,
    actions: permissions.actions,
    isSecure,
    rateLimits: { address: 10_000, signIn: 10_000, writes: 10_000 },
    logger: createLogger({ level: 'debug', destination: { write: (line: string) => logged.push(line) } }),
  });
  await app.ready();
  people.embedded?.reachBy(insideOf(app));
  return {
    app,
    people,
    questions,
    seeded,
    acts,
    logged,
    wait: (ms: number) => {
      aheadMs += ms;
    },
    browser: () => new Browser(app),
  };
}

export type SignInHouse = Awaited<ReturnType<typeof aHouseWithSignIn>>;

/** An honest provider, as a configuration names it. */
export const providerOf = (issuer: Issuer, given: Partial<ProviderConfiguration> = {}): ProviderConfiguration => ({
  id: 'hospital',
  label: 'Hospital',
  issuer: issuer.url,
  clientId: 'hortus-client',
  client: { secret: issuer.clientSecret },
  scopes: ['openid', 'profile'],
  assignRoles: 'claims',
  rules: [{ claim: 'groups', has: 'mri-readers', organisation: 'NOORDERZORG', roles: ['clinical-owner'] }],
  stepUp: { acrValues: ['mfa'], amr: ['otp'] },
  logout: true,
  userInfo: false,
  isInternal: false,
  ...given,
});

const insideOf =
  (app: FastifyInstance): typeof fetch =>
  async (input, init) => {
    const asked = new Request(input, init);
    const { pathname, search, host } = new URL(asked.url);
    const answer = await app.inject({
      method: asked.method as 'GET' | 'POST',
      url: `${pathname}${search}`,
      headers: { ...Object.fromEntries(asked.headers), host },
      ...(asked.body === null ? {} : { payload: await asked.text() }),
    });
    return new Response(answer.body, { status: answer.statusCode, headers: answer.headers as Record<string, string> });
  };

/** Keeps cookies as a browser does, and says what a page of ours would say. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #app: FastifyInstance;

  constructor(app: FastifyInstance) {
    this.#app = app;
  }

  get session(): string | undefined {
    return this.cookies.get('__Host-hortus_session') ?? this.cookies.get('hortus_session');
  }

  async send(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    given: { body?: object; form?: Record<string, string>; headers?: Record<string, string> } = {},
  ): Promise<LightMyRequestResponse> {
    const { session } = this;
    const answer = await this.#app.inject({
      method,
      url,
      cookies: Object.fromEntries(this.cookies),
      headers: {
        host: 'localhost',
        ...(session === undefined ? {} : { 'x-hortus-csrf': csrfTokenOf(session) }),
        ...(given.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...given.headers,
      },
      ...(given.body === undefined ? {} : { payload: given.body }),
      ...(given.form === undefined ? {} : { payload: new URLSearchParams(given.form).toString() }),
    });
    for (const { name, value, expires, maxAge } of answer.cookies) {
      const isGone = value === '' || maxAge === 0 || (expires !== undefined && expires.getTime() < Date.now());
      if (isGone) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  /** Begins a sign-in. @returns where the browser goes on, at the provider. */
  async begin(provider: string, body: object = {}): Promise<string> {
    const answer = await this.send('POST', `/api/v1/people/sign-in/${provider}/start`, { body });
    if (answer.statusCode !== 200) throw new Error(`start: ${answer.statusCode} ${answer.body}`);
    return answer.json().url as string;
  }

  /** Brings the provider's answer back. */
  back(at: URL): Promise<LightMyRequestResponse> {
    return this.send('GET', `${at.pathname}${at.search}`);
  }

  me() {
    return this.send('GET', '/api/v1/people/me').then((answer) => answer.json());
  }
}
