import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Instant, LegalEntityId, ModelId, ModelVersionId } from '#kernel';
import { sha256Hex } from '#kernel';
import { type Act, openLedger } from '#ledger';
import { createFourEyes, fourEyesRoutes, type Identity, noRelations, type Role } from '#people';
import type { Database, Tx } from '#platform/db';
import { justNow, permissionsForTests } from '../people/permission/testing.ts';
import { assessors, aVerdict, day0, heidestad, hospital, version21, version22, westhaven } from './builders.ts';
import { createCertify } from './index.ts';
import { streamKey } from './model/index.ts';
import type { ChangeComparison, ClaimVerdict, ModelVersion } from './ports.ts';

/** A whole certify room on a real database and a real ledger, with monitor, develop and people played by fakes. */

export const aPersonWith = (role: Role, organisationId: LegalEntityId = hospital): Identity => ({
  kind: 'person',
  id: `person_${role}`,
  name: role,
  organisationId,
  roles: [role],
  scopes: [],
  relations: noRelations,
  signedIn: justNow,
});

export const persons = {
  clinicalOwner: aPersonWith('clinical-owner'),
  modelLead: aPersonWith('model-lead'),
  regulatoryLead: aPersonWith('regulatory-lead'),
  safetyOfficer: aPersonWith('safety-officer'),
  management: aPersonWith('deployer-management'),
  patient: aPersonWith('patient-representative'),
  assessor: aPersonWith('assessor', assessors),
  machine: { ...aPersonWith('operator'), kind: 'machine', id: 'token_1', roles: [] } as Identity,
};

/** Monitor as certify sees it: what a test puts in comes out, and it can be down. */
export class FakeMonitor {
  isDown = false;
  asked = 0;
  comparisons: ChangeComparison[] = [];
  private readonly verdicts = new Map<string, ClaimVerdict>();

  put(...verdicts: ClaimVerdict[]): void {
    for (const verdict of verdicts) this.verdicts.set(streamKey(verdict.claimId, verdict.siteId), verdict);
  }

  forget(verdict: ClaimVerdict): void {
    this.verdicts.delete(streamKey(verdict.claimId, verdict.siteId));
  }

  async claimVerdicts(_: unknown, question: { claimIds: string[]; siteIds: string[] }): Promise<ClaimVerdict[]> {
    this.asked++;
    if (this.isDown) throw new Error('monitor does not answer');
    return [...this.verdicts.values()].filter(
      (one) =>
        question.claimIds.includes(one.claimId) && (one.siteId === undefined || question.siteIds.includes(one.siteId)),
    );
  }

  async changeComparisons(_: unknown, versionId: string): Promise<ChangeComparison[]> {
    return this.comparisons.filter((one) => one.candidateVersionId === versionId);
  }
}

/** Develop as certify sees it: version 2.1 in force, 2.2 a candidate for Westhaven. */
export class FakeDevelop {
  readonly versions = new Map<string, ModelVersion>([
    [version21, aVersion(version21, '2.1', 'released')],
    [
      version22,
      {
        ...aVersion(version22, '2.2', 'candidate'),
        candidate: { siteIds: [westhaven] },
      },
    ],
  ]);

  async modelVersion(_: unknown, id: ModelVersionId): Promise<ModelVersion | undefined> {
    return this.versions.get(id);
  }

  async decideCandidate(
    _: Tx,
    { versionId, outcome }: { versionId: string; outcome: 'released' | 'refused' },
  ): Promise<void> {
    const version = this.versions.get(versionId);
    if (version !== undefined) this.versions.set(versionId, { ...version, state: outcome });
  }
}

const aVersion = (id: ModelVersionId, label: string, state: ModelVersion['state']): ModelVersion => ({
  id,
  modelId: 'model_1' as ModelId,
  label,
  digest: sha256Hex(`version ${label}`),
  originalVersionId: version21,
  previousVersionId: id === version21 ? undefined : version21,
  state,
});

const directory = {
  organisations: async () => [
    { id: hospital, name: 'Three Rivers Hospitals' },
    { id: assessors, name: 'Assessors' },
  ],
  sites: async () => [
    { id: westhaven, code: 'WESTHAVEN', name: 'Westhaven', legalEntityId: hospital },
    { id: heidestad, code: 'HEIDESTAD', name: 'Heidestad', legalEntityId: hospital },
  ],
};

/** Who holds which role, as the mechanism of signatures asks for it. */
const roleDirectory = {
  organisationsWith: async (_: unknown, oneOf: readonly string[]) => [
    ...new Set(
      Object.values(persons).flatMap(({ kind, organisationId, roles }) =>
        kind === 'person' && organisationId !== undefined && roles.some((role) => oneOf.includes(role))
          ? [organisationId]
          : [],
      ),
    ),
  ],
  identity: async (_: unknown, personId: string) => Object.values(persons).find(({ id }) => id === personId),
};

export async function aCertifyRoom(database: Database) {
  let now: Instant = day0;
  const clock = { now: () => now };
  const ledger = await openLedger({
    db: database.db,
    clock,
    dataDir: mkdtempSync(join(tmpdir(), 'hortus-certify-')),
    origin: { kind: 'simulation' },
  });
  const recorder = {
    isBroken: false,
    record: async (tx: Tx, act: Act) => {
      const pendingId = await ledger.record(tx, act);
      if (recorder.isBroken) throw new Error('the process died here');
      return pendingId;
    },
    sequenced: (pendingId: string) => ledger.sequenced(pendingId),
  };
  const monitor = new FakeMonitor();
  const develop = new FakeDevelop();
  const { db } = database;
  const permissions = permissionsForTests({ visitors: true, sites: await directory.sites() });
  const { allow } = permissions;
  const fourEyes = createFourEyes({ db, clock, ledger: recorder, directory: roleDirectory, permissions });
  const certify = createCertify({ db, clock, ledger: recorder, monitor, develop, directory, fourEyes, allow });
  monitor.put(aVerdict({ siteId: westhaven }), aVerdict({ siteId: heidestad }));
  return {
    certify,
    fourEyes,
    permissions,
    routes: [...certify.routes, ...fourEyesRoutes({ fourEyes, personNames: async () => new Map() })],
    monitor,
    develop,
    ledger,
    recorder,
    database,
    now: () => now,
    /** Moves the clock and reads the evidence, as the job does. */
    async moveTo(at: Instant) {
      now = at;
      return certify.reconsider(at);
    },
    setClock(at: Instant) {
      now = at;
    },
  };
}

export type CertifyRoom = Awaited<ReturnType<typeof aCertifyRoom>>;

export const theNewCertificate = {
  name: 'ProstateRisk 2.1',
  purpose: 'Decide who needs a biopsy after prostate MRI',
  route: 'assessor' as const,
  modelVersionId: version21,
  siteIds: [westhaven, heidestad],
  claimIds: [aVerdict({ siteId: westhaven }).claimId, aVerdict({ siteId: heidestad }).claimId],
  reason: 'First use of the model',
};
