import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Develop, type ModelVersion, openDevelop } from '#develop';
import { addDays, type Instant, instant, type LegalEntityId, Problem, type SiteId, sha256Hex } from '#kernel';
import { type Ledger, openLedger } from '#ledger';
import {
  createFourEyes,
  type FourEyes,
  type Identity,
  noRelations,
  type Proposal,
  type Role,
  type Scope,
} from '#people';
import { SimulatedClock } from '#platform/clock';
import type { Database } from '#platform/db';
import { justNow, permissionsForTests } from '../people/permission/testing.ts';
import type { ClaimRequest, IntakeReport } from './contract.ts';
import type { DeficiencyCommand } from './model/deficiency.ts';
import { type Monitor, openMonitor } from './service/monitor.ts';

/** A monitor with real neighbours on a test database, under a clock that the test sets. */
export interface MonitorBench {
  monitor: Monitor;
  fourEyes: FourEyes;
  develop: Develop;
  ledger: Ledger;
  clock: SimulatedClock;
  version: ModelVersion;
  /** Moves the clock on and counts what has matured. */
  afterDays(days: number): Promise<void>;
  predict(rows: object[], options?: { mode?: 'all' | 'rows'; convention?: string }): Promise<IntakeReport>;
  report(rows: object[], options?: { mode?: 'all' | 'rows'; convention?: string }): Promise<IntakeReport>;
  /** Sends a body as a stream of text. */
  stream(kind: 'predictions' | 'outcomes', text: string | string[], contentType?: string): Promise<IntakeReport>;
}

/** The problem that some work ends in. */
export const problemOf = async (work: Promise<unknown>): Promise<Problem> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('no problem was thrown');
};

export const lead = { id: 'person_lead', role: 'model-lead' };
export const benchSites = [
  { id: 'site_north' as SiteId, code: 'NORTH', name: 'North', legalEntityId: 'org_north' as LegalEntityId },
  { id: 'site_south' as SiteId, code: 'SOUTH', name: 'South', legalEntityId: 'org_south' as LegalEntityId },
];

/** What an installation sees of its own cases. */
export const everyCase: Scope = { detail: 'cases', sites: 'every' };

const everybodyHoldsTheirRole = {
  organisationsWith: async () => [],
  identity: async (_: unknown, personId: string) => aNortherner(personId.slice('person_'.length) as Role),
};

/** Proposals of one server; each server registers its own kinds. */
export const fourEyesOn = (parts: Pick<Parameters<typeof createFourEyes>[0], 'db' | 'clock' | 'ledger'>): FourEyes =>
  createFourEyes({
    ...parts,
    directory: everybodyHoldsTheirRole,
    permissions: permissionsForTests({ sites: benchSites }),
  });

/** Somebody of the hospital of the site NORTH. */
export const aNortherner = (role: Role): Identity => ({
  kind: 'person',
  id: `person_${role}`,
  name: role,
  organisationId: 'org_north' as LegalEntityId,
  roles: [role],
  scopes: [],
  relations: noRelations,
  signedIn: justNow,
});

/** A person opens what is judged and signs it. */
export async function signAs(bench: MonitorBench, who: Identity, proposalId: string): Promise<Proposal> {
  const { digest, parts } = await bench.fourEyes.open(who, proposalId);
  const seen = parts.map((part) => part.sha256);
  return bench.fourEyes.sign(who, proposalId, { digest, seen, reason: 'I looked at all of it' });
}

/** Proposes a decision and signs it, one after the other. */
export async function decideTogether(
  bench: MonitorBench,
  id: string,
  { command, roles = ['safety-officer', 'clinical-owner'] }: { command: DeficiencyCommand; roles?: Role[] },
): Promise<void> {
  const signers = roles.map(aNortherner);
  const proposalId = await bench.monitor.proposeDecision(signers[0]!, { id, command });
  for (const signer of signers) await signAs(bench, signer, proposalId);
}

export const benchStart = instant('2020-01-01T00:00:00Z');

export async function aMonitor(database: Database): Promise<MonitorBench> {
  const clock = new SimulatedClock(benchStart);
  const dataDir = await mkdtemp(join(tmpdir(), 'hortus-monitor-'));
  const ledger = await openLedger({ db: database.db, clock, dataDir, origin: { kind: 'simulation' } });
  const develop = openDevelop({ database, clock, ledger });
  const model = await develop.registerModel(
    {
      name: 'Risk',
      intendedPurpose: 'triage',
      population: 'men',
      endpoint: 'csPCa',
      referenceModelId: undefined,
      notice: undefined,
    },
    lead,
  );
  const version = await develop.registerVersion(
    model.id,
    {
      label: '1.0',
      artefactDigest: sha256Hex('a'),
      preprocessingDigest: sha256Hex('p'),
      calibration: { kind: 'identity' },
    },
    lead,
  );
  const fourEyes = fourEyesOn({ db: database.db, clock, ledger });
  const monitor = openMonitor({
    database,
    clock,
    ledger,
    people: { sites: async () => benchSites },
    develop,
    fourEyes,
  });
  const send =
    (receive: Monitor['receivePredictions']) =>
    (rows: object[], options: { mode?: 'all' | 'rows'; convention?: string } = {}): Promise<IntakeReport> =>
      receive({
        body: rows.map((raw, i) => ({ line: i + 1, raw })),
        contentType: 'application/json',
        mode: options.mode ?? 'all',
        convention: options.convention,
        sourceId: 'token_test',
        organisationId: undefined,
      });
  return {
    monitor,
    fourEyes,
    develop,
    ledger,
    clock,
    version,
    afterDays: async (days) => {
      clock.moveTo(addDays(clock.now(), days));
      await monitor.advance({ wait: true });
    },
    predict: send(monitor.receivePredictions),
    report: send(monitor.receiveOutcomes),
    stream: (kind, text, contentType = 'application/x-ndjson') =>
      (kind === 'predictions' ? monitor.receivePredictions : monitor.receiveOutcomes)({
        body: Readable.from((Array.isArray(text) ? text : [text]).map((part) => Buffer.from(part))),
        contentType,
        mode: 'all',
        convention: undefined,
        sourceId: 'token_test',
        organisationId: undefined,
      }),
  };
}

/** A prediction row as a sender would write it. */
export const aPrediction = (
  version: ModelVersion,
  caseId: string,
  over: { at?: Instant; probability?: number; site?: string; pseudonym?: string; [field: string]: unknown } = {},
): object => {
  const { at = benchStart, ...rest } = over;
  return {
    caseId,
    site: 'NORTH',
    pseudonym: `ps-${caseId}`,
    predictedAt: new Date(at).toISOString(),
    modelVersionId: version.id,
    probability: 0.3,
    ...rest,
  };
};

export const anOutcome = (
  caseId: string,
  over: { at?: Instant; value?: boolean; [field: string]: unknown } = {},
): object => {
  const { at = benchStart, ...rest } = over;
  return {
    caseId,
    site: 'NORTH',
    outcome: 'csPCa',
    value: true,
    verification: 'verified',
    knownAt: new Date(at).toISOString(),
    ...rest,
  };
};

export const aClaimRequest = (version: ModelVersion, over: Partial<ClaimRequest> = {}): ClaimRequest => ({
  key: 'sensitivity',
  statement: 'Finds at least 90 of 100 clinically significant cancers.',
  modelVersionId: version.id,
  metric: 'sensitivity',
  bound: 0.9,
  decisionThreshold: 0.2,
  among: 'all',
  sites: ['NORTH'],
  scope: 'each-site',
  alpha: 0.05,
  outcome: 'csPCa',
  horizonDays: 90,
  retrospective: false,
  verification: { model: 'reference-standard' },
  patientRule: 'every-exam',
  relevantPerYear: 100,
  consequenceOnFail: { status: 'suspended' },
  consequenceOnEscalation: { status: 'suspended' },
  maxAgeDays: 60,
  ...over,
});
