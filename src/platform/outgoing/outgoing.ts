import { type IncomingHttpHeaders, type IncomingMessage, request as overHttp, type RequestOptions } from 'node:http';
import { request as overHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Problem } from '#kernel';
import { assertMayFollow, type CheckedHop, checkHop, type OutgoingPolicy, refusedAddress } from './policy.ts';

export interface OutgoingRequest {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** `follow` by default; `manual` gives the redirect itself, `error` refuses it. */
  redirect?: 'follow' | 'manual' | 'error';
  signal?: AbortSignal | undefined;
}

export interface OutgoingAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Uint8Array<ArrayBuffer>;
  /** Where the answer came from in the end. */
  url: string;
}

const defaults = { timeoutMs: 10_000, bytesMax: 1024 * 1024, redirectsMax: 3 } as const;
const headerBytesMax = 16 * 1024;
const redirects = new Set([301, 302, 303, 307, 308]);
/** They are meant for one origin and do not travel to another. */
const ownHeaders = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-hortus-csrf']);

/**
 * The one way by which the product asks others: every address is checked before it is connected to, and what was
 * checked is what is connected to, so that a name cannot change its mind in between (DNS rebinding).
 * @returns the whole answer, of any status; its body is at most `policy.bytesMax` long.
 * Problems: address-refused, upstream-unavailable. An abort by the caller throws the signal's reason.
 */
export async function outgoing(
  address: string | URL,
  request: OutgoingRequest = {},
  policy: OutgoingPolicy = {},
): Promise<OutgoingAnswer> {
  const late = AbortSignal.timeout(policy.timeoutMs ?? defaults.timeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, late]) : late;
  try {
    return await inTime(signal, follow(readAddress(address), { ...request, signal }, policy));
  } catch (error) {
    if (request.signal?.aborted) throw request.signal.reason;
    if (error instanceof Problem) throw error;
    const detail = late.aborted ? 'It took too long.' : 'The connection failed.';
    throw new Problem('upstream-unavailable', { detail, cause: error });
  }
}

/** The same as a `fetch`, for libraries that take one. Bodies are text, bytes or form fields, never streams. */
export function outgoingFetch(policy: OutgoingPolicy = {}): typeof fetch {
  return async (input, init) => {
    const asked = new Request(input, init);
    const body = asked.body === null ? undefined : new Uint8Array(await asked.arrayBuffer());
    const answer = await outgoing(
      asked.url,
      {
        method: asked.method,
        headers: Object.fromEntries(asked.headers),
        redirect: asked.redirect,
        signal: asked.signal,
        ...(body === undefined ? {} : { body }),
      },
      policy,
    );
    const headers = new Headers();
    for (const [name, value] of Object.entries(answer.headers)) {
      for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one);
    }
    const isBodiless = [204, 205, 304].includes(answer.status);
    return new Response(isBodiless ? null : answer.body, { status: answer.status, headers });
  };
}

function readAddress(address: string | URL): URL {
  if (!URL.canParse(String(address))) throw refusedAddress('it is not well formed');
  return new URL(String(address));
}

type Asked = OutgoingRequest & { signal: AbortSignal };

async function follow(first: URL, request: Asked, policy: OutgoingPolicy): Promise<OutgoingAnswer> {
  let hop = await checkHop(first, policy);
  let asked = request;
  for (let followed = 0; ; followed++) {
    const answer = await ask(hop, asked, policy);
    const { location } = answer.headers;
    if (!redirects.has(answer.status) || location === undefined || request.redirect === 'manual') return answer;
    if (request.redirect === 'error') throw refusedAddress('it redirects');
    if (followed >= (policy.redirectsMax ?? defaults.redirectsMax)) throw refusedAddress('it redirects too often');
    if (!URL.canParse(location, hop.url)) throw refusedAddress('it redirects to what is no address');
    const next = await checkHop(new URL(location, hop.url), policy);
    assertMayFollow(hop, next);
    asked = redirected(asked, answer.status, hop.url.origin === next.url.origin);
    hop = next;
  }
}

/** As browsers do it: all but 307 and 308 become a GET without its body (Fetch standard, HTTP-redirect fetch). */
function redirected(request: Asked, status: number, isSameOrigin: boolean): Asked {
  const { method = 'GET', body, headers = {}, ...rest } = request;
  const keepsMethod = status === 307 || status === 308 || method === 'GET' || method === 'HEAD';
  const kept = Object.entries(headers).filter(
    ([name]) => (isSameOrigin || !ownHeaders.has(name.toLowerCase())) && (keepsMethod || !/^content-/i.test(name)),
  );
  return {
    ...rest,
    method: keepsMethod ? method : 'GET',
    headers: Object.fromEntries(kept),
    ...(keepsMethod && body !== undefined ? { body } : {}),
  };
}

async function ask(hop: CheckedHop, request: Asked, policy: OutgoingPolicy): Promise<OutgoingAnswer> {
  const { method = 'GET', headers = {}, body, signal } = request;
  const startedAtMs = performance.now();
  const options: RequestOptions & { rejectUnauthorized: true } = {
    method,
    // No decoder means no bomb: what comes back all the same in another encoding is refused below.
    headers: { ...withoutLength(headers), 'accept-encoding': 'identity', ...lengthOf(body) },
    lookup: pinnedTo(hop.addresses),
    agent: false,
    // Said here, so that no variable of the environment turns it off.
    rejectUnauthorized: true,
    maxHeaderSize: headerBytesMax,
    signal,
  };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const send = hop.url.protocol === 'https:' ? overHttps : overHttp;
    send(hop.url, options, resolve).on('error', reject).end(body);
  });
  const status = answer.statusCode ?? 0;
  policy.onAnswer?.({
    method,
    origin: hop.url.origin,
    status,
    durationMs: Math.round(performance.now() - startedAtMs),
  });
  const whole = await readWhole(answer, policy.bytesMax ?? defaults.bytesMax);
  return { status, headers: answer.headers, body: whole, url: hop.url.href };
}

/** Answers with what was checked, whatever the name says by now. */
function pinnedTo(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, { all: wantsAll }, callback) => {
    if (wantsAll) callback(null, all);
    else callback(null, all[0]!.address, all[0]!.family);
  };
}

async function readWhole(answer: IncomingMessage, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = (): Problem => {
    answer.destroy();
    return new Problem('upstream-unavailable', { detail: `Its answer is larger than ${bytesMax} bytes.` });
  };
  if ((answer.headers['content-encoding'] ?? 'identity') !== 'identity') {
    answer.destroy();
    throw new Problem('upstream-unavailable', { detail: 'It answers in an encoding that was not asked for.' });
  }
  if (Number(answer.headers['content-length'] ?? 0) > bytesMax) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

const withoutLength = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !/^(?:content-length|transfer-encoding|accept-encoding|connection|host)$/i.test(name),
    ),
  );

const lengthOf = (body: string | Uint8Array | undefined): Record<string, string> =>
  body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };

/** The name's resolution knows no signal: it is left behind where the time is over. */
async function inTime<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
