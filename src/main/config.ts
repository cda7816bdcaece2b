import { join, resolve } from 'node:path';
import { type FieldError, Problem } from '#kernel';
import { type OriginKind, originKinds } from '#ledger';
import { isLoopback } from '#platform/http';

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
 * Problems: invalid-input with every fault; insecure-listen beyond this machine, for which there is no sign-in yet.
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
  };
  if (!/^[A-Za-z0-9.:_[\]-]+$/.test(host)) faults.push({ pointer: '/host', detail: 'is no host name or address' });
  if (faults.length > 0) throw new WrongConfiguration(faults);
  if (!isLoopback(host)) {
    throw new Problem('insecure-listen', {
      detail: `${host} is reachable from other machines, and Hortus has no identity provider to sign people in with.`,
    });
  }
  return config;
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
