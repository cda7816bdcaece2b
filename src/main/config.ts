import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type FieldError, Problem } from '#kernel';
import { type OriginKind, originKinds } from '#ledger';
import { noProviders, readSignInConfiguration, type SignInConfiguration } from '#people';
import { defaultRateLimits, isLoopback, type RateLimits } from '#platform/http';

/** How this process was asked to run, from flags, then the environment, then defaults. */
export interface Config {
  dataDir: string;
  host: string;
  port: number;
  /** A PostgreSQL that is not ours; the embedded one where it is absent. */
  databaseUrl: string | undefined;
  /** Fixed when the installation is made; absent: as it was made, or live. */
  kind: OriginKind | undefined;
  logLevel: LogLevel;
  /** Names besides loopback ones that this server answers to. */
  allowedHosts: string[];
  /** Requests a minute, where they are not the default's. */
  rateLimits: Partial<RateLimits>;
  /** Addresses to which weaknesses of this installation are reported; shown in `/.well-known/security.txt`. */
  securityContacts: string[];
  /** Identity providers, sessions and machines, from the file that HORTUS_SIGN_IN names. */
  signIn: SignInConfiguration;
  /** Where browsers reach this installation, without a slash at the end; on loopback, the request says it. */
  publicUrl: string | undefined;
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface ConfigFlags {
  data?: string | undefined;
  host?: string | undefined;
  port?: string | undefined;
  kind?: string | undefined;
  logLevel?: string | undefined;
}

/** What was asked for on the command line, or in the environment, cannot be: a fault of the one who asked. */
export class WrongConfiguration extends Problem {
  constructor(errors: FieldError[]) {
    super('invalid-input', { detail: 'Hortus cannot start with this configuration.', errors });
    this.name = 'WrongConfiguration';
  }
}

export const defaultHost = '127.0.0.1';
export const defaultPort = 4680;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads how to run. Everything that is wrong is told at once, so that nobody starts five times to find five mistakes.
 * Problems: invalid-input with every fault; insecure-listen beyond this machine without an identity provider, or
 * without a public https address to which its answers come back.
 */
export function readConfig(flags: ConfigFlags, environment: Environment = process.env): Config {
  const faults: FieldError[] = [];
  const said = (flag: string | undefined, variable: string): string | undefined => {
    const text = flag ?? environment[variable];
    return text === undefined || text.trim() === '' ? undefined : text.trim();
  };
  const host = said(flags.host, 'HORTUS_HOST') ?? defaultHost;
  const config: Config = {
    dataDir: resolve(said(flags.data, 'HORTUS_DATA') ?? 'hortus-data'),
    host,
    port: readPort(said(flags.port, 'HORTUS_PORT'), faults),
    databaseUrl: readDatabaseUrl(said(undefined, 'DATABASE_URL'), faults),
    kind: readOneOf(said(flags.kind, 'HORTUS_KIND'), originKinds, { pointer: '/kind', faults }),
    logLevel: readOneOf(said(flags.logLevel, 'HORTUS_LOG'), logLevels, { pointer: '/logLevel', faults }) ?? 'warn',
    allowedHosts: (said(undefined, 'HORTUS_ALLOWED_HOSTS') ?? '').split(/[\s,]+/).filter((name) => name !== ''),
    rateLimits: readRateLimits(said(undefined, 'HORTUS_RATE_LIMITS'), faults),
    securityContacts: readContacts(said(undefined, 'HORTUS_SECURITY_CONTACT'), faults),
    signIn: readSignIn(said(undefined, 'HORTUS_SIGN_IN'), faults),
    publicUrl: readPublicUrl(said(undefined, 'HORTUS_PUBLIC_URL'), faults),
  };
  if (!/^[A-Za-z0-9.:_[\]-]+$/.test(host)) faults.push({ pointer: '/host', detail: 'is no host name or address' });
  if (faults.length > 0) throw new WrongConfiguration(faults);
  if (config.publicUrl !== undefined) config.allowedHosts.push(new URL(config.publicUrl).hostname);
  if (!isLoopback(host)) assertMayLeaveLoopback(config);
  return config;
}

function assertMayLeaveLoopback({ host, signIn, publicUrl }: Config): void {
  if (signIn.providers.length === 0) {
    throw new Problem('insecure-listen', {
      detail: `${host} is reachable from other machines, and no identity provider is configured (HORTUS_SIGN_IN).`,
    });
  }
  if (publicUrl?.startsWith('https:') !== true) {
    throw new Problem('insecure-listen', {
      detail: `${host} is reachable from other machines, and HORTUS_PUBLIC_URL is no https address.`,
    });
  }
}

/** Where the secret of the local operator lies: whoever can read the data folder may run its commands. */
export const operatorTokenFile = (dataDir: string): string => join(dataDir, 'operator.token');

function readPort(text: string | undefined, faults: FieldError[]): number {
  if (text === undefined) return defaultPort;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  faults.push({ pointer: '/port', detail: 'must be a whole number from 0 to 65535' });
  return defaultPort;
}

/** The value may hold a password: no message repeats it. */
function readDatabaseUrl(text: string | undefined, faults: FieldError[]): string | undefined {
  if (text === undefined) return undefined;
  if (/^postgres(?:ql)?:$/.test(URL.canParse(text) ? new URL(text).protocol : '')) return text;
  faults.push({ pointer: '/DATABASE_URL', detail: 'must be an address like postgresql://user@host:5432/hortus' });
  return undefined;
}

/** As `address=30000, signIn=60, reads=6000, writes=3000, machine=60000`; what is left out stays as it is. */
function readRateLimits(text: string | undefined, faults: FieldError[]): Partial<RateLimits> {
  const limits: Partial<RateLimits> = {};
  for (const entry of (text ?? '').split(/[\s,]+/).filter((one) => one !== '')) {
    const [, name, number] = /^(\w+)=([1-9]\d{0,8})$/.exec(entry) ?? [];
    if (name === 'address' || name === 'signIn' || name === 'reads' || name === 'writes' || name === 'machine') {
      limits[name] = Number(number);
    } else {
      const known = Object.entries(defaultRateLimits).filter(([, value]) => typeof value === 'number');
      const example = known.map(([key, value]) => `${key}=${value}`).join(',');
      faults.push({ pointer: '/HORTUS_RATE_LIMITS', detail: `must be requests a minute, like ${example}` });
      return {};
    }
  }
  return limits;
}

function readContacts(text: string | undefined, faults: FieldError[]): string[] {
  const contacts = (text ?? '').split(/[\s,]+/).filter((one) => one !== '');
  if (contacts.every((one) => /^(?:mailto|https|tel):[\x21-\x7e]+$/.test(one))) return contacts;
  faults.push({
    pointer: '/HORTUS_SECURITY_CONTACT',
    detail: 'must be addresses like mailto:security@hospital.example',
  });
  return [];
}

/** The faults of the file have their own pointers, below `/HORTUS_SIGN_IN`. */
function readSignIn(file: string | undefined, faults: FieldError[]): SignInConfiguration {
  if (file === undefined) return noProviders;
  const read = readSignInConfiguration(resolve(file), (path) => readFileSync(path, 'utf8'));
  if ('configuration' in read) return read.configuration;
  for (const { pointer, ...fault } of read.faults) {
    faults.push({ ...fault, pointer: `/HORTUS_SIGN_IN${pointer ?? ''}` });
  }
  return noProviders;
}

/** Plain http is for this machine only; a path would not survive the way through a provider. */
function readPublicUrl(text: string | undefined, faults: FieldError[]): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWhole =
    url !== undefined && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (isWhole && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))) {
    return url.origin;
  }
  faults.push({ pointer: '/HORTUS_PUBLIC_URL', detail: 'must be an address like https://hortus.hospital.example' });
  return undefined;
}

function readOneOf<T extends string>(
  text: string | undefined,
  allowed: readonly T[],
  told: { pointer: string; faults: FieldError[] },
): T | undefined {
  if (text === undefined) return undefined;
  const found = allowed.find((one) => one === text);
  if (found === undefined) {
    told.faults.push({ pointer: told.pointer, detail: `must be one of ${allowed.join(', ')}` });
  }
  return found;
}
