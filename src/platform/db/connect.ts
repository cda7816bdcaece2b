import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';

/** The database without tables: a room narrows it to its own, `db.withTables<MonitorTables>()`. */
export type Db = Kysely<Record<never, never>>;
export type Tx = Transaction<Record<never, never>>;

export interface ConnectOptions {
  /** A PostgreSQL URL; where it is given, only `poolSizeMax` is read besides it. */
  connectionString?: string;
  /** The folder of the server's Unix socket. */
  socketDir?: string;
  /** Host and port are for systems without Unix sockets. */
  host?: string;
  port?: number;
  user?: string;
  password?: string;
  database?: string;
  poolSizeMax?: number;
}

export interface Database {
  readonly db: Db;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

const typeIds = { int8: 20, date: 1082, timestamp: 1114, timestamptz: 1184, interval: 1186, numeric: 1700 };
const arrayTypeIds = { int8: 1016, date: 1182, timestamp: 1115, timestamptz: 1185, interval: 1187, numeric: 1231 };
const textArrayId: number = 1009;
const asText = new Set<number>(Object.values(typeIds));
const asTextArray = new Set<number>(Object.values(arrayTypeIds));

/**
 * Dates, times, intervals and wide numbers come as PostgreSQL's own text: the driver would make local midnights of
 * days and floats of exact numbers. `store.pg.ts` converts them, knowing what each column means.
 */
const getTypeParser: typeof pg.types.getTypeParser = ((id: number, format?: 'text' | 'binary') => {
  if (asText.has(id)) return (text: string) => text;
  if (asTextArray.has(id)) return pg.types.getTypeParser(textArrayId as typeof pg.types.builtins.INT4, 'text');
  return pg.types.getTypeParser(id, format as 'text');
}) as typeof pg.types.getTypeParser;

/** Opens a pool; connections are made when first needed, so a server that is down shows at the first query. */
export function connect(options: ConnectOptions): Database {
  const pool = new pg.Pool({
    ...place(options),
    max: options.poolSizeMax ?? 10,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    types: { getTypeParser },
    // Texts of instants must not depend on how somebody configured the server.
    onConnect: async (client) => {
      await client.query("set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'");
    },
  });
  // A connection that breaks fails its query and is replaced by the pool; without a listener, idle or in use, the
  // event would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const db: Db = new Kysely<Record<never, never>>({ dialect: new PostgresDialect({ pool }) });
  let closing: Promise<void> | undefined;
  return {
    db,
    pool,
    close: () => {
      closing ??= db.destroy().then(() => (pool.ended ? undefined : pool.end()));
      return closing;
    },
  };
}

function place(options: ConnectOptions): pg.PoolConfig {
  if (options.connectionString !== undefined) return { connectionString: options.connectionString };
  const host = options.socketDir ?? options.host;
  return {
    ...(host === undefined ? {} : { host }),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(options.password === undefined ? {} : { password: options.password }),
    database: options.database ?? 'hortus',
  };
}
