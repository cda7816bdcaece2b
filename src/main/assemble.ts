import type { FastifyInstance } from 'fastify';
import { type Certify, createCertify } from '#certify';
import { type Develop, developRoutes, openDevelop } from '#develop';
import { type Clock, Problem } from '#kernel';
import { type Ledger, ledgerRoutes, type OriginKind, openLedger } from '#ledger';
import { type Monitor, monitorRoutes, openMonitor } from '#monitor';
import {
  type AccessRecord,
  accessRecordRoutes,
  askPeople,
  authenticator,
  type BreakGlassAccess,
  type ChangeablePermissions,
  createFourEyes,
  createPeople,
  createPermissions,
  digestOfTexts,
  type FourEyes,
  fourEyesRoutes,
  type Identity,
  noProviders,
  openAccessRecord,
  openBreakGlass,
  openNotifications,
  openOrganisations,
  openPolicies,
  organisationsRoutes,
  type People,
  type PeopleQuestions,
  type Permissions,
  type PolicyChanges,
  type PolicyTexts,
  peopleDirectory,
  peopleRoutes,
  permissionRoutes,
  policyChanges,
  readPolicies,
  readPolicyFiles,
  type SignInConfiguration,
  type SiteSnapshot,
  sessionSecretOf,
  siteSnapshot,
  tellingOfSites,
} from '#people';
import { SystemClock } from '#platform/clock';
import { type Database, type Db, toProblem } from '#platform/db';
import { createMetrics, createServer, type Metrics, type Route, type ServerOptions } from '#platform/http';
import type { Logger } from '#platform/log';
import { accessRecording, policiesOf } from './access-recording.ts';
import { type Background, startBackground, tellingOfActs } from './background.ts';
import { certifyPorts } from './certify-ports.ts';
import { type DiskSpace, diskSpaceOf } from './disk-space.ts';
import { fetchInside } from './fetch-inside.ts';
import { addGauges } from './gauges.ts';
import { type Installation, openInstallation } from './installation.ts';
import { type InstallationClock, openClock } from './installation-clock.ts';
import { installationRoutes } from './installation-routes.ts';
import { assertJobsPermitted, jobsOf, runJobs } from './jobs.ts';
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
  /** The policies of this version; those beside the program where none are given. */
  policies?: PolicyTexts;
  /** Identity providers; without any, an installation that is not live has the embedded one. */
  signIn?: SignInConfiguration;
  /** Where browsers reach this installation; on loopback, the request says it. */
  publicUrl?: string | undefined;
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
  /** The clock on the wall, by which sign-ins are timed. */
  wallClock: Clock;
  /** Who may do what, by the policies in force. */
  permissions: ChangeablePermissions;
  /** The same by the policies of this version: what its routes and jobs need. Those in force may be older. */
  shipped: Permissions;
  changes: PolicyChanges;
  sites: SiteSnapshot;
  directory: PeopleQuestions;
  accessRecord: AccessRecord;
  breakGlass: BreakGlassAccess;
  fourEyes: FourEyes;
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
  const jobs = jobsOf(rooms, logger);
  assertJobsPermitted(jobs, rooms.shipped);
  assertSigningPermitted(rooms.fourEyes, rooms.shipped);
  const round = async (): Promise<void> => {
    space.assertRoom();
    await runJobs(jobs, rooms.permissions, logger);
  };
  const background = startBackground({ round, logger });
  news.background = background;
  const access = localAccess();
  const metrics = createMetrics();
  addGauges(metrics, rooms);
  const app = server({ ...rooms, background, access, metrics, space }, options);
  rooms.people.embedded?.reachBy(fetchInside(app));
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
  const opened = await openLedger({ db, clock, dataDir, origin: { kind: installation.kind } });
  const ledger = tellingOfActs(opened, onNews);
  const wallClock: Clock = new SystemClock();
  const { signIn = noProviders, logger } = options;
  const registered = createPeople({
    db,
    ledger,
    clock,
    wallClock,
    configuration: signIn,
    // Without an identity provider it is reached from this machine only: see readConfig.
    demoSignIn: installation.kind !== 'live' && signIn.providers.length === 0,
    onAnswer: (line) => logger.debug(line, 'asked an identity provider'),
    log: (line) => logger.debug(line),
  });
  const directory = askPeople(db, clock);
  const sites = await siteSnapshot(directory, () => permissions.forget());
  const visitors = installation.kind !== 'live';
  const ofThisVersion = options.policies ?? readPolicyFiles();
  const policies = await openPolicies({ db, clock, ledger }, ofThisVersion);
  const { stepUpMinutes } = signIn.session;
  const permissions = createPermissions({ policies, directory: sites, visitors, wallClock, stepUpMinutes });
  const shipped = shippedPermissions(ofThisVersion, permissions, sites);
  const people = tellingOfSites(registered, () => sites.refresh());
  const accessParts = { db, ledger, clock, wallClock };
  const accessRecord = openAccessRecord(accessParts);
  const breakGlass = openBreakGlass(accessParts);
  const fourEyes = createFourEyes({ db, clock, ledger, directory: peopleDirectory(clock), permissions });
  const changes = policyChanges({ db, clock, ledger, fourEyes }, permissions, readPolicyFiles);
  const develop = openDevelop({ database, clock, ledger });
  const monitor = openMonitor({ database, clock, ledger, people: peopleDirectory(clock), develop, fourEyes }, onNews);
  await monitor.resume();
  const certify = createCertify({
    db,
    clock,
    ledger,
    fourEyes,
    allow: permissions.allow,
    ...certifyPorts({ monitor, develop, people: directory }),
  });
  return {
    installation,
    clock,
    wallClock,
    ledger,
    people,
    permissions,
    shipped,
    changes,
    sites,
    directory,
    accessRecord,
    breakGlass,
    fourEyes,
    develop,
    monitor,
    certify,
  };
}

/** A signature that nobody may give would leave a proposal waiting for ever. Problem: not-allowed. */
function assertSigningPermitted({ actions }: FourEyes, permissions: Permissions): void {
  const orphans = [...actions].filter((action) => !permissions.actions.has(action));
  if (orphans.length === 0) return;
  throw new Problem('not-allowed', { detail: `No policy permits anybody to sign by ${orphans.join(', ')}.` });
}

/** In most installations the policies in force are those of this version, and are not read twice. */
function shippedPermissions(texts: PolicyTexts, inForce: ChangeablePermissions, directory: SiteSnapshot): Permissions {
  if (digestOfTexts(texts) === inForce.inForce().digest) return inForce;
  return createPermissions({ policies: readPolicies(texts), directory, visitors: false });
}

function server(
  parts: Rooms & { background: Background; access: LocalAccess; metrics: Metrics; space: DiskSpace },
  { database, dataDir, logger, webAppDir, allowedHosts, publicUrl, edge = {} }: AssembleOptions,
): FastifyInstance {
  const { installation, people, permissions, directory, ledger, clock, certify, monitor, develop } = parts;
  const { background, access, space, accessRecord, shipped, changes } = parts;
  const visitors = installation.kind !== 'live';
  const bySessionOrToken = authenticator(people, { visitors });
  const routes: Route<Identity>[] = [
    ...installationRoutes({ installation, clock, ledger, monitor, people, directory, background, database, dataDir }),
    ...permissionRoutes({ permissions, changes, questions: directory, wallClock: parts.wallClock }),
    ...peopleRoutes({ people, questions: directory, permissions, publicUrl }),
    ...bondRoutes(parts, database.db),
    ...fourEyesRoutes({ fourEyes: parts.fourEyes, personNames: (ids) => directory.namesOf(ids) }),
    ...ledgerRoutes<Identity>(ledger),
    ...developRoutes(develop, permissions.allow),
    ...monitorRoutes({
      scopeOf: permissions.scopeOf,
      mayDo: permissions.mayDo,
      allow: permissions.allow,
      monitor,
      personNames: (ids) => directory.namesOf(ids),
    }),
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
    actions: shipped.actions,
    recordAccess: accessRecording({ accessRecord, permissions, sites: () => directory.sites() }),
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

/** Groups, delegations, interests, notifications; the access record and emergency access. */
function bondRoutes(
  { ledger, clock, accessRecord, breakGlass, permissions, directory }: Rooms,
  db: Db,
): Route<Identity>[] {
  const now = () => clock.now();
  return [
    ...organisationsRoutes({
      organisations: openOrganisations({ db, ledger, clock, allow: permissions.allow }),
      notifications: openNotifications({ db, clock }),
      now,
    }),
    ...accessRecordRoutes({
      accessRecord,
      breakGlass,
      policiesOf: (identity, action) => policiesOf(permissions, identity, action),
      personNames: (ids) => directory.namesOf(ids),
      now,
    }),
  ];
}

async function assertLedgerAlive(ledger: Ledger): Promise<void> {
  const checkpoint = await ledger.questions.checkpoint();
  if (checkpoint.size < 1) throw new Problem('ledger-unavailable');
}
