import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Problem } from '#kernel';
import { type AddressClass, classOfAddress } from './address-class.ts';

/** What requests that leave this house may do. Without a word: `https` to public addresses, small and soon. */
export interface OutgoingPolicy {
  /**
   * Origins (`https://idp.hospital.example`, `http://keycloak:8080`) that the operator has named: plain http, private
   * and loopback addresses are allowed for exactly these. Link-local ones never are.
   */
  allowedOrigins?: readonly string[];
  /** The installation itself is on loopback: `localhost`, 127.0.0.0/8 and ::1 may be asked, also over plain http. */
  isOnLoopback?: boolean;
  /** From the question to the last byte of the answer, redirects included; 10 s by default. */
  timeoutMs?: number;
  /** Largest answer; 1 MiB by default. */
  bytesMax?: number;
  /** 3 by default. */
  redirectsMax?: number;
  /** Names to addresses; the system's resolver by default. Asked once for every hop, and what it said is connected to. */
  resolve?(host: string): Promise<readonly string[]>;
  /** One line for each hop: never a path, a query, a header or a body. */
  onAnswer?(line: { method: string; origin: string; status: number; durationMs: number }): void;
}

/** One hop that has been checked: only `addresses` may be connected to. */
export interface CheckedHop {
  url: URL;
  addresses: readonly string[];
  reach: AddressClass;
}

const resolveBySystem = async (host: string): Promise<string[]> =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * Checks where an address leads, by every address its name has now: one forbidden one among them is enough to refuse.
 * Problems: address-refused; upstream-unavailable where the name is unknown.
 */
export async function checkHop(url: URL, policy: OutgoingPolicy): Promise<CheckedHop> {
  if (url.username !== '' || url.password !== '') throw refusedAddress('it holds a user name or a password');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refusedAddress('only https is spoken');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isNamed = (policy.allowedOrigins ?? []).some((origin) => originOf(origin) === url.origin);
  const isOwnMachine = policy.isOnLoopback === true && isLoopbackName(host);
  if (url.protocol === 'http:' && !isNamed && !isOwnMachine) throw refusedAddress('it is not https');
  const addresses = isIP(host) === 0 ? await resolved(host, policy) : [host];
  const classes = new Set(addresses.map(classOfAddress));
  for (const reach of classes) {
    const isAllowed =
      reach === 'public' || (reach === 'loopback' && (isNamed || isOwnMachine)) || (reach === 'private' && isNamed);
    if (!isAllowed) throw refusedAddress('it leads into a network that is not asked from here');
  }
  const reach = classes.has('loopback') ? 'loopback' : classes.has('private') ? 'private' : 'public';
  return { url, addresses, reach };
}

/** A redirect may not lead from outside to inside, nor from https to http, whatever would be allowed as a first hop. */
export function assertMayFollow(from: CheckedHop, to: CheckedHop): void {
  if (from.url.protocol === 'https:' && to.url.protocol === 'http:') throw refusedAddress('the redirect leaves https');
  const order: readonly AddressClass[] = ['public', 'private', 'loopback'];
  if (order.indexOf(to.reach) > order.indexOf(from.reach)) throw refusedAddress('the redirect leads inside');
}

async function resolved(host: string, policy: OutgoingPolicy): Promise<readonly string[]> {
  const addresses = await (policy.resolve ?? resolveBySystem)(host).catch((error: unknown) => {
    throw new Problem('upstream-unavailable', { detail: 'Its name is not known here.', cause: error });
  });
  if (addresses.length > 0) return addresses;
  throw new Problem('upstream-unavailable', { detail: 'Its name has no address.' });
}

/** The address itself is left out: it may be a stranger's text, or hold a token. */
export const refusedAddress = (why: string): Problem =>
  new Problem('address-refused', { detail: `The address is refused: ${why}.` });

const isLoopbackName = (host: string): boolean =>
  host === 'localhost' || (isIP(host) !== 0 && classOfAddress(host) === 'loopback');

const originOf = (text: string): string | undefined => (URL.canParse(text) ? new URL(text).origin : undefined);
