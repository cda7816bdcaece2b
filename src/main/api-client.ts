import type { Readable } from 'node:stream';
import { Problem, type ProblemDocument } from '#kernel';
import { type ProgressLine, progressContentType } from './progress-stream.ts';

/** Nobody answers at the address: not a refusal of Hortus, but no Hortus at all. */
export class Unreachable extends Error {
  constructor(url: string, cause: unknown) {
    super(`Nothing answers at ${url}.`, { cause });
    this.name = 'Unreachable';
  }
}

export interface ApiClient {
  readonly url: string;
  get<T>(path: string, query?: Readonly<Record<string, string | undefined>>): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  delete(path: string): Promise<void>;
  /** Sends a body as it is: text, or a stream of any length. */
  send<T>(path: string, contentType: string, body: string | Readable): Promise<T>;
  /** Asks for long work and follows it. Problems: those of the work. */
  follow<T>(path: string, onProgress: (done: number, total: number) => void): Promise<T>;
}

/** As whom to ask: with a bearer token, with the cookie of a session, or as nobody. */
export interface Credentials {
  bearer?: string | undefined;
  cookie?: string | undefined;
  /** Of the session: shows with every unsafe request that it is meant. */
  csrfToken?: string | undefined;
}

/** Speaks to a Hortus over HTTP; a refusal comes as the Problem it is. Problems: every one of the API. */
export function apiClient(url: string, credentials: Credentials = {}): ApiClient {
  const own: Record<string, string> = {
    ...(credentials.bearer === undefined ? {} : { authorization: `Bearer ${credentials.bearer}` }),
    ...(credentials.cookie === undefined ? {} : { cookie: credentials.cookie }),
    ...(credentials.csrfToken === undefined ? {} : { 'x-hortus-csrf': credentials.csrfToken }),
  };
  const ask = (path: string, init: RequestInit & { duplex?: 'half' } = {}): Promise<Response> =>
    answered(url, path, { ...init, headers: { ...own, ...(init.headers as Record<string, string> | undefined) } });
  const json = { 'content-type': 'application/json' };
  return {
    url,
    get: async (path, query = {}) => read(await ask(`${path}${queryText(query)}`)),
    post: async (path, body) => {
      const init = body === undefined ? {} : { headers: json, body: JSON.stringify(body) };
      return read(await ask(path, { method: 'POST', ...init }));
    },
    delete: async (path) => {
      await ask(path, { method: 'DELETE' });
    },
    send: async (path, contentType, body) => {
      const headers = { 'content-type': contentType };
      const streamed =
        typeof body === 'string' ? { body } : { body: body as unknown as BodyInit, duplex: 'half' as const };
      return read(await ask(path, { method: 'POST', headers, ...streamed }));
    },
    follow: async <T>(path: string, onProgress: (done: number, total: number) => void) =>
      followed<T>(await ask(path, { method: 'POST' }), onProgress),
  };
}

/**
 * Signs somebody in by links of the operator: the first one opens a session, the second one confirms it as a second
 * factor does. @returns a client that acts as that person. Problems: not-found.
 */
export async function signedIn(operator: ApiClient, person: string): Promise<ApiClient> {
  const once = await byLink(operator, person, {});
  return apiClient(operator.url, await byLink(operator, person, once));
}

async function byLink(operator: ApiClient, person: string, within: Credentials): Promise<Credentials> {
  const { secret } = await operator.post<{ secret: string }>('/api/v1/installation/sign-in-links', { person });
  const answer = await answered(operator.url, '/api/v1/people/sign-in', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(within.cookie === undefined ? {} : { cookie: within.cookie }),
      ...(within.csrfToken === undefined ? {} : { 'x-hortus-csrf': within.csrfToken }),
    },
    body: JSON.stringify({ link: secret }),
  });
  const { csrfToken } = await read<{ csrfToken?: string }>(answer);
  const cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0];
  if (cookie === undefined) throw new Problem('not-signed-in');
  return { cookie, csrfToken };
}

async function answered(url: string, path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(`${url}${path}`, init).catch((error: unknown) => {
    throw new Unreachable(url, error);
  });
  if (answer.ok) return answer;
  throw await problemIn(answer);
}

async function problemIn(answer: Response): Promise<Error> {
  const text = await answer.text();
  if (!(answer.headers.get('content-type') ?? '').startsWith('application/problem+json')) {
    return new Unreachable(answer.url, new Error(`It answers ${answer.status}, but not as a Hortus.`));
  }
  return problemFrom(JSON.parse(text) as ProblemDocument);
}

function problemFrom({ code, detail, errors, context }: ProblemDocument): Problem {
  return new Problem(code, {
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
    ...(context === undefined ? {} : { context }),
  });
}

async function read<T>(answer: Response): Promise<T> {
  const text = await answer.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function followed<T>(answer: Response, onProgress: (done: number, total: number) => void): Promise<T> {
  if (answer.body === null || answer.headers.get('content-type') !== progressContentType) {
    throw new Unreachable(answer.url, new Error('It answers in another form.'));
  }
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      const line = JSON.parse(text) as ProgressLine<T>;
      if ('progress' in line) onProgress(line.progress.done, line.progress.total);
      else if ('problem' in line) throw problemFrom(line.problem);
      else return line.result;
    }
  }
  throw new Unreachable(answer.url, new Error('It went away in the middle of its answer.'));
}

function queryText(query: Readonly<Record<string, string | undefined>>): string {
  const entries = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`;
}
