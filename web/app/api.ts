import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { meSchema } from '../../src/people/contract.ts';
import { t } from '../messages/translate.ts';
import type { ShownProblem } from '../ui/problem-view.tsx';

/** The problem document of RFC 9457 as the server writes it; a field more does not make it unreadable. */
const problemSchema = z.object({
  title: z.string(),
  code: z.string(),
  detail: z.string().optional(),
  remedy: z.string(),
  fixer: z.enum(['caller', 'operator', 'colleague']),
  errors: z
    .array(z.object({ pointer: z.string().optional(), line: z.number().optional(), detail: z.string() }))
    .optional(),
  requestId: z.string().optional(),
});

const mePath = '/api/v1/people/me';

/** A refusal of the server, or its silence, as something a page can show. */
export class ApiProblem extends Error {
  readonly shown: ShownProblem;
  /** 0 when the server did not answer. */
  readonly status: number;

  constructor(shown: ShownProblem, status: number) {
    super(shown.title);
    this.name = 'ApiProblem';
    this.shown = shown;
    this.status = status;
  }
}

const unreachable = (): ApiProblem =>
  new ApiProblem(
    {
      title: t('ui.problem.unreachable'),
      remedy: t('ui.problem.unreachable.remedy'),
      fixer: 'operator',
      code: 'unreachable',
    },
    0,
  );

const unexpected = (status: number, detail: string): ApiProblem =>
  new ApiProblem(
    {
      title: t('ui.problem.unexpected'),
      remedy: t('ui.problem.unexpected.remedy'),
      fixer: 'operator',
      code: 'unexpected',
      detail,
    },
    status,
  );

/** Makes something that can be shown of whatever was thrown. */
export function problemOf(failure: unknown): ShownProblem {
  if (failure instanceof ApiProblem) return failure.shown;
  const detail = failure instanceof Error ? failure.message : String(failure);
  return { title: t('ui.problem.page'), remedy: t('ui.problem.page.remedy'), fixer: 'operator', code: 'page', detail };
}

export type SearchValues = Record<string, string | number | boolean | undefined>;

/** An address with its search values; undefined ones are left out. */
export function address(path: string, search: SearchValues = {}): string {
  const values = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) if (value !== undefined) values.set(key, String(value));
  const text = values.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** What was refused, read from the answer; an answer that is no problem document is itself unexpected. */
async function refusalOf(response: Response): Promise<ApiProblem> {
  const isProblem = response.headers.get('content-type')?.includes('json') ?? false;
  const parsed = isProblem ? problemSchema.safeParse(await response.json().catch(() => undefined)) : undefined;
  return parsed?.success
    ? new ApiProblem(parsed.data, response.status)
    : unexpected(response.status, `HTTP ${response.status}`);
}

interface Call<Schema extends z.ZodType> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  schema: Schema;
  search?: SearchValues;
  body?: unknown;
  signal?: AbortSignal;
}

/** Shows the server that a page of its own sends the request; kept until somebody else signs in. */
let csrfToken: string | undefined;

/** Empty where nobody is signed in, or the server is silent: the request itself will tell. */
async function csrfHeader(signal: AbortSignal | undefined): Promise<Record<string, string>> {
  const me = meSchema.pick({ csrfToken: true });
  csrfToken ??= (await call({ method: 'GET', path: mePath, schema: me, ...(signal ? { signal } : {}) })).csrfToken;
  return csrfToken === undefined ? {} : { 'x-hortus-csrf': csrfToken };
}

/** The same answer to an unsafe request, asked once more where another tab has signed in since the token was read. */
async function send(url: string, init: RequestInit & { method: string; headers: Record<string, string> }) {
  const { method, signal } = init;
  // The token shows our own server that our own page asks; nobody else is told it.
  const isUnsafe = method !== 'GET' && url.startsWith('/');
  const once = async () =>
    fetch(url, { ...init, headers: { ...init.headers, ...(isUnsafe ? await csrfHeader(signal ?? undefined) : {}) } });
  const first = await once();
  if (!isUnsafe || first.status !== 403) return first;
  const { code } = (await first
    .clone()
    .json()
    .catch(() => ({}))) as { code?: unknown };
  if (code !== 'csrf-token-missing') return first;
  csrfToken = undefined;
  return once();
}

/**
 * Calls the server and reads its answer by the contract of the room.
 * @throws ApiProblem for every refusal, for silence, and for an answer that does not fit the contract
 */
async function call<Schema extends z.ZodType>({
  method,
  path,
  schema,
  search,
  body,
  signal,
}: Call<Schema>): Promise<z.output<Schema>> {
  const response = await send(address(path, search), {
    method,
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }).catch((failure: unknown) => {
    if (signal?.aborted || failure instanceof ApiProblem) throw failure;
    throw unreachable();
  });
  if (path.startsWith('/api/v1/people/sign-')) csrfToken = undefined;
  if (!response.ok) throw await refusalOf(response);
  const answer: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw unexpected(response.status, z.prettifyError(parsed.error));
  return parsed.data;
}

/** Asks for something: `ask('/api/v1/monitor/claims', claimsSchema, { search: { asOf } })`. */
export const ask = <Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  options: { search?: SearchValues; signal?: AbortSignal } = {},
) => call({ method: 'GET', path, schema, ...options });

/** Does something: `tell('POST', path, body, schema)`. */
export const tell = <Schema extends z.ZodType>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  options: { body?: unknown; schema: Schema },
) => call({ method, path, ...options });

/** A question for `useQuery`: its key is its address, so that an act may invalidate all questions under a path. */
export const apiQuery = <Schema extends z.ZodType>(path: string, schema: Schema, search: SearchValues = {}) =>
  queryOptions({
    queryKey: [...path.split('/').filter(Boolean), search],
    queryFn: ({ signal }) => ask(path, schema, { search, signal }),
  });
