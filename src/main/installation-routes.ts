import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { dayOf, instant, type LegalEntityId, type PersonId, Problem, toIso } from '#kernel';
import type { Ledger } from '#ledger';
import type { Monitor } from '#monitor';
import { type Identity, type People, type PeopleQuestions, roles, route, systemActor } from '#people';
import { backup, type Database } from '#platform/db';
import type { Route } from '#platform/http';
import type { Background } from './background.ts';
import {
  backupRequest,
  clockRequest,
  clockView,
  type InstallationView,
  installationView,
  localTokenRequest,
  localTokenView,
  signInLinkRequest,
  signInLinkView,
} from './contract.ts';
import type { Installation } from './installation.ts';
import type { InstallationClock } from './installation-clock.ts';
import { localOperator } from './local-operator.ts';
import { progressContentType, progressStream } from './progress-stream.ts';
import { productVersion } from './version.ts';

interface Parts {
  installation: Installation;
  clock: InstallationClock;
  ledger: Ledger;
  monitor: Monitor;
  people: People;
  directory: PeopleQuestions;
  background: Background;
  database: Database;
  dataDir: string;
}

const dataOf = { live: 'real', simulation: 'simulated', demonstration: 'demonstration' } as const;

export const installationRoutes = (parts: Parts): Route<Identity>[] => [
  ...publicRoutes(parts),
  ...checkRoutes(parts),
  ...operatorRoutes(parts),
  ...personRoutes(parts),
];

function publicRoutes({ installation, clock, ledger, background }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/installation',
      action: 'public',
      summary: 'What this installation is, where its data come from, and what must be said of them.',
      response: installationView,
      handle: async (): Promise<InstallationView> => viewOf(installation, clock, ledger),
    }),
    route({
      method: 'POST',
      path: '/api/v1/simulation/clock',
      action: 'installation:set-clock',
      summary: 'Moves the time of a simulation forwards; elsewhere it is refused.',
      body: clockRequest,
      response: clockView,
      handle: async ({ body }) => {
        if (installation.kind !== 'simulation') throw new Problem('not-a-simulation');
        await clock.moveTo(instant(body.at));
        if (body.settle) await background.settle();
        else background.kick();
        return { now: toIso(clock.now()) };
      },
    }),
  ];
}

function viewOf(installation: Installation, clock: InstallationClock, ledger: Ledger): InstallationView {
  const [now, filling, notice] = [clock.now(), installation.filling(), installation.notice()];
  const labels = [
    ...(installation.kind === 'simulation' ? ['Simulated data'] : []),
    ...(installation.kind === 'demonstration' ? ['Demonstration data, not a benchmark'] : []),
    ...(notice === undefined ? [] : [notice]),
  ];
  return {
    name: installation.name,
    today: dayOf(now),
    now: toIso(now),
    data: dataOf[installation.kind],
    originKind: installation.kind,
    origin: ledger.origin(),
    labels,
    ...(notice === undefined ? {} : { licence: notice }),
    ...(filling === undefined ? {} : { filling: { ...filling, etaSeconds: filling.etaSeconds ?? null } }),
    version: productVersion(),
  };
}

function checkRoutes({ ledger, monitor }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/installation/ledger-verification',
      action: 'installation:operate',
      summary: 'Verifies every entry and checkpoint of the ledger; the answer comes as lines with progress.',
      response: 'raw',
      handle: async ({ reply, signal }) => {
        reply.type(progressContentType);
        return progressStream((report) =>
          ledger.verify({ signal, onProgress: ({ entries, size }) => report(entries, size) }),
        );
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/installation/claim-replay',
      action: 'installation:operate',
      summary: 'Recomputes every claim from its cases and compares to the last bit; lines with progress.',
      response: 'raw',
      handle: async ({ reply }) => {
        reply.type(progressContentType);
        return progressStream(async (report) => ({ streams: await monitor.replay(report) }));
      },
    }),
  ];
}

function operatorRoutes({ people, directory, database, dataDir, clock }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/installation/backups',
      action: 'installation:operate',
      summary: 'Writes the whole installation into one file on this machine.',
      body: backupRequest,
      response: z.object({ file: z.string(), createdAt: z.string(), rows: z.number() }),
      handle: async ({ identity, body }) => {
        assertLocal(identity);
        if (!isAbsolute(body.file)) {
          throw new Problem('invalid-input', { errors: [{ pointer: '/file', detail: 'Must be an absolute path.' }] });
        }
        const manifest = await backup({ database, dataDir, file: body.file, now: clock.now() });
        const rows = Object.values(manifest.rows).reduce((sum, count) => sum + count, 0);
        return { file: body.file, createdAt: manifest.createdAt, rows };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/installation/tokens',
      action: 'installation:operate',
      summary: 'Gives a machine of an organisation access; the secret is in this answer only.',
      body: localTokenRequest,
      response: localTokenView,
      status: 201,
      handle: async ({ identity, body }) => {
        assertLocal(identity);
        const { organisation, ...rest } = body;
        const organisationId = await organisationOf(directory, organisation);
        const { token, secret } = await people.issueToken(systemActor, { ...rest, organisationId });
        return { id: token.id, secret, expiresAt: toIso(token.expiresAt) };
      },
    }),
  ];
}

const localPersonRequest = z.strictObject({
  name: z.string().trim().min(1).max(120),
  /** Id or name of the organisation, or code of one of its sites. */
  organisation: z.string().min(1).max(120),
  roles: z.array(z.enum(roles)).min(1).max(8),
});

function personRoutes({ people, directory }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/installation/persons',
      action: 'installation:operate',
      summary: 'Registers a person of any organisation with roles; the first ones of an installation.',
      body: localPersonRequest,
      response: z.object({ id: z.string(), rolesAwaiting: z.array(z.string()) }),
      status: 201,
      handle: async ({ identity, body }) => {
        assertLocal(identity);
        const { organisation, ...rest } = body;
        const organisationId = await organisationOf(directory, organisation);
        const { id, rolesAwaiting } = await people.registerPerson(identity, {
          ...rest,
          organisationId,
          isDemo: false,
        });
        return { id, rolesAwaiting };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/installation/sign-in-links',
      action: 'installation:operate',
      summary: 'Makes a link that signs a person in once, within ten minutes; the secret is in this answer only.',
      body: signInLinkRequest,
      response: signInLinkView,
      status: 201,
      handle: async ({ identity, body }) => {
        assertLocal(identity);
        const personId = await personOf(directory, body.person);
        const { secret, expiresAt } = await people.issueSignInLink(identity, personId);
        return { personId, secret, expiresAt: toIso(expiresAt) };
      },
    }),
  ];
}

/** Two persons of one name are told apart by their ids only. */
async function personOf(directory: PeopleQuestions, said: string): Promise<PersonId> {
  const [first, ...others] = (await directory.persons()).filter(({ id, name }) => id === said || name === said);
  if (first === undefined) throw new Problem('not-found', { detail: 'No person has this id or name.' });
  if (others.length === 0) return first.id;
  const ids = [first, ...others].map(({ id }) => id).join(', ');
  throw new Problem('conflict', { detail: `Several persons have this name; give the id, one of ${ids}.` });
}

/** A token may carry the scope; what touches files and access is for whoever may read the data folder all the same. */
function assertLocal(identity: Identity): void {
  if (identity.id !== localOperator.id) throw new Problem('not-allowed', { detail: 'Only commands on this machine.' });
}

async function organisationOf(directory: PeopleQuestions, said: string): Promise<LegalEntityId> {
  const site = await directory.site(said);
  const organisation = await directory.organisation(site?.legalEntityId ?? said);
  if (organisation !== undefined) return organisation.id;
  throw new Problem('not-found', { detail: 'No site has this code and no organisation this id or name.' });
}
