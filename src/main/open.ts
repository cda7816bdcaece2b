import type { OriginKind } from '#ledger';
import {
  type ConnectOptions,
  connect,
  type Database,
  lockDatabase,
  lockDataFolder,
  migrate,
  startEmbedded,
} from '#platform/db';
import { type Listening, listen, stopGracefully } from '#platform/http';
import type { Logger } from '#platform/log';
import { type Assembled, type AssembleOptions, assemble } from './assemble.ts';
import type { Config } from './config.ts';
import { kindOf } from './installation.ts';

/** An installation at work in this process: the only one on its data folder. */
export interface OpenHortus extends Assembled {
  database: Database;
  config: Config;
  /** True where the database was empty before this start. */
  isNew: boolean;
  /** Listens, and tells other commands on this data folder where. */
  serve(place?: { port?: number }): Promise<Listening>;
  close(): Promise<void>;
}

export interface OpenOptions {
  logger: Logger;
  webAppDir?: string | undefined;
  /** The kind that a fresh folder gets where the configuration says none. */
  kindIfNew?: OriginKind;
}

const graceMs = 10_000;
/** A start takes a second; the first one two. */
const slowAfterMs = 10_000;
const poolSizeMax = 12;

/**
 * Opens an installation: data folder, database, schema, rooms, in this order; whatever fails, what was opened before
 * is closed again. Problems: folder-in-use, folder-unusable, database-in-use, no-database-here, storage-unavailable,
 * schema-mismatch, conflict (another kind), ledger-inconsistent.
 */
export async function openHortus(config: Config, options: OpenOptions): Promise<OpenHortus> {
  const closers: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  const during = toldWhileSlow(options.logger);
  try {
    const lock = await during('taking the data folder', lockDataFolder(config.dataDir));
    closers.push(() => lock.release());
    const place = await during('starting the database', databaseOf(config, options.logger, closers));
    const database = connect({ ...place, poolSizeMax });
    closers.push(() => database.close());
    // The embedded one is behind the lock of its folder.
    if (config.databaseUrl !== undefined) {
      const only = await during('locking the database', onlyOn(database, options.logger));
      closers.push(() => only.release());
    }
    await during('bringing the schema to this version', migrate(database));
    const known = await during('reading the kind of the installation', kindOf(database.db));
    const assembling = assemble({
      database,
      dataDir: config.dataDir,
      kind: config.kind ?? (known === undefined ? options.kindIfNew : undefined),
      logger: options.logger,
      webAppDir: options.webAppDir,
      allowedHosts: config.allowedHosts,
      signIn: config.signIn,
      publicUrl: config.publicUrl,
      edge: edgeOf(config),
    });
    const assembled = await during('opening ledger and rooms', assembling);
    closers.push(async () => {
      await assembled.background.stop();
      await stopGracefully(assembled.app, graceMs);
    });
    return {
      ...assembled,
      database,
      config,
      isNew: known === undefined,
      serve: async (place = {}) => {
        const { host, port } = config;
        const listening = await listen(assembled.app, {
          host,
          port: place.port ?? port,
          hasRealSignIn: config.signIn.providers.length > 0,
        });
        await assembled.access.publish(config.dataDir);
        closers.push(() => assembled.access.withdraw(config.dataDir));
        await lock.announce(listening.url);
        return listening;
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

const onlyOn = (database: Database, logger: Logger) => lockDatabase(database, (line) => logger.error(line));

/** Whoever waits for a start is told what it waits for itself. */
const toldWhileSlow =
  (logger: Logger) =>
  async <T>(what: string, work: Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const timer = setInterval(() => {
      logger.warn(`still starting: ${what}, for ${Math.round((performance.now() - startedAt) / 1000)} s`);
    }, slowAfterMs);
    timer.unref();
    return work.finally(() => clearInterval(timer));
  };

/** TLS is ended by a proxy in front: where the public address has it, there is one. */
function edgeOf({ rateLimits, securityContacts, publicUrl }: Config): NonNullable<AssembleOptions['edge']> {
  const isSecure = publicUrl?.startsWith('https:') === true;
  return { rateLimits, securityContact: { contacts: securityContacts, publicUrl }, isSecure, behindProxy: isSecure };
}

async function databaseOf(
  { databaseUrl, dataDir }: Config,
  logger: Logger,
  closers: (() => Promise<void>)[],
): Promise<ConnectOptions> {
  if (databaseUrl !== undefined) return { connectionString: databaseUrl };
  const server = await startEmbedded({ dataDir, log: (line) => logger.warn(line) });
  closers.push(() => server.stop());
  return server.connection;
}
