import { sha256Hex } from '#kernel';
import { csrfTokenOf, listen } from '#platform/http';
import { createLogger } from '#platform/log';
import type { AssembleOptions } from '../../src/main/assemble.ts';
import { anAssembly } from '../../src/main/testing.ts';

/** What stands in every person-level row of these tests, and may never be where it does not belong. */
export const planted = 'PLANTED-0815';

export interface As {
  token?: string;
  /** Secret of a session; its token against forgery goes along. */
  session?: string;
}

export interface Sent extends As {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A live installation on a real port, its log in memory, and ways to ask it. */
export async function anAttacked(options: Partial<AssembleOptions> = {}) {
  const logged: string[] = [];
  const logger = createLogger({ level: 'trace', destination: { write: (line: string) => logged.push(line) } });
  const house = await anAssembly('live', { logger, ...options });
  const { url, port } = await listen(house.app, { host: '127.0.0.1', port: 0, hasRealSignIn: false });
  const prefix = options.edge?.isSecure === true ? '__Host-' : '';
  const cookieOf = (session: string): string => `${prefix}hortus_session_${port}=${session}`;

  const send = async (path: string, { method, body, token, session, headers = {} }: Sent = {}): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(session === undefined ? {} : { cookie: cookieOf(session), 'x-hortus-csrf': csrfTokenOf(session) }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const done = async <T>(path: string, sent: Sent = {}): Promise<T> => {
    const answer = await send(path, sent);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  const operator: As = { token: house.access.secret };

  /** A hospital with a site, and a person in each of the roles, signed in. */
  const aHospital = async (code: string, roles: readonly string[]) => {
    const { id } = await done<{ id: string }>('/api/v1/people/organisations', { body: { name: code }, ...operator });
    await done('/api/v1/people/sites', { body: { code, name: code, organisation: id }, ...operator });
    const people: Record<string, { id: string; session: string }> = {};
    for (const role of roles) {
      const person = { name: `${role} of ${code}`, organisation: id, roles: [role] };
      const made = await done<{ id: string }>('/api/v1/installation/persons', { body: person, ...operator });
      people[role] = { id: made.id, session: await signIn(made.id) };
    }
    await confirmLead(code, people);
    return { organisationId: id, code, people };
  };
  /** A lead signs off, so management has to agree; where a hospital has none yet, its first one is registered. */
  const confirmLead = async (code: string, people: Record<string, { id: string; session: string }>): Promise<void> => {
    const lead = people['model-lead'];
    if (lead === undefined) return;
    const first = { name: `First management of ${code}`, organisation: code, roles: ['deployer-management'] };
    const managing =
      people['deployer-management']?.session ??
      (await signIn((await done<{ id: string }>('/api/v1/installation/persons', { body: first, ...operator })).id));
    const { roles: awaiting } = await done<{ roles: { holdingId: string; personId: string }[] }>(
      '/api/v1/people/awaiting-roles',
      { session: managing },
    );
    const holding = awaiting.find(({ personId }) => personId === lead.id)?.holdingId ?? '';
    const decision = { body: { decision: 'confirmed' }, session: managing };
    await done(`/api/v1/people/awaiting-roles/${holding}/decision`, decision);
  };
  /** The secret of a new session, by a link. */
  const signIn = async (personId: string, headers: Record<string, string> = {}): Promise<string> => {
    const link = await done<{ secret: string }>('/api/v1/installation/sign-in-links', {
      body: { person: personId },
      ...operator,
    });
    const answer = await send('/api/v1/people/sign-in', { body: { link: link.secret }, headers });
    if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
    return /=([^;]+)/.exec(answer.headers.getSetCookie()[0] ?? '')?.[1] ?? '';
  };
  const aToken = (as: As, scopes: string[]) =>
    done<{ id: string; secret: string }>('/api/v1/people/tokens', {
      body: { name: 'Machine', scopes, expiresInDays: 1 },
      ...as,
    });
  return { ...house, url, port, logged, send, done, operator, aHospital, signIn, aToken, cookieOf };
}

export type Attacked = Awaited<ReturnType<typeof anAttacked>>;

/** A case of a hospital with a planted id and pseudonym, so that there is something to steal. */
export async function plantCase(house: Attacked, site: string, lead: As): Promise<void> {
  const model = await house.done<{ id: string }>('/api/v1/develop/models', {
    body: { name: `Model of ${site}`, intendedPurpose: 'Tests', population: 'Nobody', endpoint: 'csPCa' },
    ...lead,
  });
  const digest = sha256Hex('an invented model');
  const version = await house.done<{ id: string }>(`/api/v1/develop/models/${model.id}/versions`, {
    body: { label: '1.0', artefactDigest: digest, preprocessingDigest: digest },
    ...lead,
  });
  const row = {
    caseId: planted,
    site,
    pseudonym: planted,
    predictedAt: new Date(Date.now() - 60_000).toISOString(),
    modelVersionId: version.id,
    probability: 0.7,
  };
  await house.done('/api/v1/monitor/predictions', { body: row, ...lead });
}

export const codeOf = async (answer: Response): Promise<string | undefined> =>
  ((await answer.json()) as { code?: string }).code;
