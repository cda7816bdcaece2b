import type { FastifyInstance } from 'fastify';
import { type Certify, certifyPolicy, createCertify } from '#certify';
import { type Develop, developPolicy, developRoutes, openDevelop } from '#develop';
import { type Clock, Problem } from '#kernel';
import { type Ledger, ledgerPolicy, ledgerRoutes, type OriginKind, openLedger } from '#ledger';
import { type Monitor, monitorPolicy, monitorRoutes, openMonitor } from '#monitor';
import {
  askPeople,
  authenticator,
  createPeople,
  type Identity,
  joinPolicies,
  type People,
  type PeopleQuestions,
  peopleDirectory,
  peoplePolicy,
  peopleRoutes,
  sessionSecretOf,
} from '#people';
import { SystemClock } from '#platform/clock';
import { type Database, toProblem } from '#platform/db';
import { createMetrics, createServer, type Metrics, type Route, type ServerOptions } from '#platform/http';
import type { Logger } from '#platform/log';
import { type Background, startBackground } from './background.ts';
import { certifyPorts } from './certify-ports.ts';
import { type DiskSpace, diskSpaceOf } from './disk-space.ts';
import { addGauges } from './gauges.ts';
import { type Installation, openInstallation } from './installation.ts';
import { type InstallationClock, openClock } from './installation-clock.ts';
import { installationPolicy, installationRoutes } from './installation-routes.ts';
import { type LocalAccess, localAccess, localOperator } from './local-operator.ts';
import { pingDatabase } from './store.pg.ts';
import { productVersion } from './version.ts';

export interface AssembleOptions {
  /** Migrated. */
  database: Database;
  dataDir: string;
  kind: OriginKind | undefined;
  logger: Logger;
  webAppDir?: string | undefined;
  allowedHosts?: readonly string[];
  /** What protects the server's edge: rate limits, connection limits, whether it is reached by TLS, whom to tell. */
  edge?: Pick<
    ServerOptions<Identity>,
    'rateLimits' | 'connectionLimits' | 'securityContact' | 'isSecure' | 'behindProxy'
  >;
}

/** Every room, open and joined, on one database; nothing listens yet. */
export interface Rooms {
  installation: Installation;
  clock: InstallationClock;
  ledger: Ledger;
  people: People;
  directory: PeopleQuestions;
  develop: Develop;
  monitor: Monitor;
  certify: Certify;
}

export interface Assembled extends Rooms {
  app: FastifyInstance;
  background: Background;
  access: LocalAccess;
  /** Ends what runs in the background and the server; the database stays open. */
  close(): Promise<void>;
}

/** Opens the rooms from left to right, plugs the right ones' ports, and joins their routes behind their policies. */
export async function assemble(options: AssembleOptions): Promise<Assembled> {
  const { logger } = options;
  // Rooms are opened before the work that their news asks for exists.
  const news: { background?: Background } = {};
  const rooms = await openRooms(options, () => news.background?.kick());
  const space = diskSpaceOf(options.dataDir);
  const round = async (): Promise<void> => {
    space.assertRoom();
    await reconsiderAll(rooms, logger);
  };
  const background = startBackground({ round, logger });
  news.background = background;
  const access = localAccess();
  const metrics = createMetrics();
  addGauges(metrics, rooms);
  const app = server({ ...rooms, background, access, metrics, space }, options);
  await app.ready();
  background.kick();
  return {
    ...rooms,
    app,
    background,
    access,
    close: async () => {
      await background.stop();
      await app.close();
    },
  };
}

async function openRooms(options: AssembleOptions, onNews: () => void): Promise<Rooms> {
  const { database, dataDir, kind } = options;
  const { db } = database;
  const installation = await openInstallation(db, kind);
  const clock = await openClock(db, installation.kind);
  const ledger = await openLedger({ db, clock, dataDir, origin: { kind: installation.kind } });
  const wallClock: Clock = new SystemClock();
  // Reached from this machine only, and without an identity provider: see readConfig.
  const people = createPeople({ db, ledger, clock, wallClock, demoSignIn: installation.kind !== 'live' });
  const directory = askPeople(db, clock);
  const develop = openDevelop({ database, clock, ledger });
  const monitor = openMonitor({ database, clock, ledger, people: peopleDirectory(clock), develop }, onNews);
  await monitor.resume();
  const certify = createCertify({ db, clock, ledger, ...certifyPorts({ monitor, develop, people: directory }) });
  return { installation, clock, ledger, people, directory, develop, monitor, certify };
}

/** One round of the background: count what matured, give acts their places, judge certificates by what is known now. */
async function reconsiderAll({ monitor, ledger, certify, clock }: Rooms, logger: Logger): Promise<void> {
  await monitor.advance({ wait: true });
  await ledger.sequenceAll();
  const { failed } = await certify.reconsider(clock.now());
  for (const one of failed) logger.warn(one, 'a certificate could not be judged');
}

function server(
  parts: Rooms & { background: Background; access: LocalAccess; metrics: Metrics; space: DiskSpace },
  { database, dataDir, logger, webAppDir, allowedHosts, edge = {} }: AssembleOptions,
): FastifyInstance {
  const { installation, people, directory, ledger, clock, certify, monitor, develop, background, access, space } =
    parts;
  const visitors = installation.kind !== 'live';
  const policies = [peoplePolicy, ledgerPolicy, developPolicy, monitorPolicy, certifyPolicy, installationPolicy];
  const permissions = joinPolicies(policies, { visitors });
  const bySessionOrToken = authenticator(people, { visitors });
  const routes: Route<Identity>[] = [
    ...installationRoutes({ installation, clock, ledger, monitor, people, directory, background, database, dataDir }),
    ...peopleRoutes({ people, questions: directory, permissions, isSecure: edge.isSecure ?? false }),
    ...ledgerRoutes<Identity>(ledger),
    ...developRoutes(develop),
    ...monitorRoutes({ monitor, personNames: (ids) => directory.namesOf(ids) }),
    ...certify.routes,
  ];
  return createServer<Identity>({
    routes,
    authenticate: async (request) =>
      access.isMeant(request.headers.authorization) ? localOperator : bySessionOrToken(request),
    sessionSecret: (request, identity) => (identity?.kind === 'person' ? sessionSecretOf(request) : undefined),
    countedAs,
    ...edge,
    allow: permissions.allow,
    actions: permissions.actions,
    logger,
    metrics: parts.metrics,
    toProblem: (error) => space.explain(toProblem(error)),
    // What an operator does about a full disk, a backup above all, writes elsewhere.
    assertMayWrite: (action) => (action === 'installation:operate' ? undefined : space.assertRoom()),
    health: {
      database: () => pingDatabase(database.db),
      ledger: () => assertLedgerAlive(ledger),
      clock: async () => clock.assertSound(),
      storage: async () => space.assertRoom(),
    },
    about: {
      title: 'Hortus',
      version: productVersion(),
      description: 'A platform for living medical AI: evidence, certificates and changes that anyone can check.',
    },
    ...(webAppDir === undefined ? {} : { staticDir: webAppDir }),
    ...(allowedHosts === undefined ? {} : { allowedHosts }),
  });
}

/** Visitors are many in one name, and the commands of this machine are nobody's flood. */
function countedAs(identity: Identity | undefined): { kind: 'person' | 'machine'; id: string } | undefined {
  if (identity === undefined || identity.kind === 'visitor' || identity.id === localOperator.id) return undefined;
  return { kind: identity.kind, id: identity.id };
}

async function assertLedgerAlive(ledger: Ledger): Promise<void> {
  const checkpoint = await ledger.questions.checkpoint();
  if (checkpoint.size < 1) throw new Problem('ledger-unavailable');
}
