import type { FastifyRequest } from 'fastify';
import { Problem } from '#kernel';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Methods that change nothing, by HTTP's own promise (RFC 9110 §9.2.1). */
export const isSafeMethod = (method: string): boolean => safeMethods.has(method);

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

export const isLoopback = (host: string): boolean => loopbackNames.has(host) || /^127\.\d+\.\d+\.\d+$/.test(host);

/**
 * Refuses to serve beyond this machine while anybody may sign in as a demo person.
 * @throws Problem insecure-listen
 */
export function assertSafeListen(host: string, hasRealSignIn: boolean): void {
  if (hasRealSignIn || isLoopback(host)) return;
  throw new Problem('insecure-listen', { detail: 'The address to listen on is not a loopback address.' });
}

/**
 * Refuses a request whose Host is none of ours. A page of another site can make its own name resolve to 127.0.0.1
 * (DNS rebinding) and would then be same-origin with us; only the Host header still tells its true name.
 * @param allowedHosts host names besides the loopback ones, lower case, without port; undefined allows every name.
 */
export function assertOwnHost(request: FastifyRequest, allowedHosts: ReadonlySet<string> | undefined): void {
  // A proxy may have gone by the one and Node by the other (RFC 9112 §3.2).
  const hosts = request.raw.rawHeaders.filter((text, i) => i % 2 === 0 && text.toLowerCase() === 'host');
  if (hosts.length > 1) throw new Problem('invalid-input', { detail: 'The request has more than one Host header.' });
  if (allowedHosts === undefined) return;
  const name = hostName(request.headers.host ?? '');
  if (isLoopback(name) || allowedHosts.has(name)) return;
  throw new Problem('wrong-origin', { detail: 'The Host header names another site.' });
}

/**
 * Refuses an unsafe request that a browser sends on behalf of another site (CSRF), beside SameSite=Strict: cookies do
 * not tell ports apart, so another program's page on localhost would be the same site.
 * A request with neither header does not come from a browser: all of them send Origin with unsafe methods.
 *
 * **Source**: Fetch Metadata (W3C), and the algorithm of Go 1.25's net/http.CrossOriginProtection, from its description.
 */
export function assertSameOrigin(request: FastifyRequest): void {
  if (isSafeMethod(request.method)) return;
  const fetchSite = request.headers['sec-fetch-site'];
  if (fetchSite === 'same-origin' || fetchSite === 'none') return;
  const origin = request.headers.origin;
  if (fetchSite === undefined && origin === undefined) return;
  if (fetchSite === undefined && origin !== undefined && originHost(origin) === request.headers.host) return;
  throw new Problem('wrong-origin');
}

function originHost(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

const hostName = (host: string): string => host.toLowerCase().replace(/:\d+$/, '');
