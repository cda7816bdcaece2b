import { addDays, type Instant, millisecondsPerDay, Problem, sha256Hex, toIso } from '#kernel';
import type { ApiClient } from '../api-client.ts';
import type { Cast } from './cast.ts';
import { auditShare, demonstrationClaims, demonstrationModel } from './claims.ts';
import type { Hospital } from './hospitals.ts';
import { signInTurn } from './signing.ts';
import { words } from './story.ts';

/** Registrations over the API. Each looks first whether it is done: a demonstration that was interrupted goes on. */

export interface VersionRow {
  id: string;
  label: string;
  state: string;
  decidedAt: string | null;
  registeredAt: string;
  calibration: { kind: 'identity' } | { kind: 'logistic'; intercept: number; slope: number };
  candidate: { decisionThreshold: number; deficiencyId: string } | null;
}

interface ModelRow {
  id: string;
  name: string;
  versions: VersionRow[];
}

export async function modelOf(api: ApiClient): Promise<ModelRow | undefined> {
  const { models } = await api.get<{ models: ModelRow[] }>('/api/v1/develop/models');
  return models.find((model) => model.name === demonstrationModel.name);
}

/** The model with its original version and the plan under which it is watched. */
export async function ensureModel(cast: Cast): Promise<VersionRow> {
  const lead = await cast.as('NOORDERZORG', 'model-lead');
  const model =
    (await modelOf(lead)) ??
    (await lead.post<ModelRow>('/api/v1/develop/models', {
      name: demonstrationModel.name,
      intendedPurpose: words.purpose,
      population: words.population,
      endpoint: demonstrationModel.endpoint,
      notice: words.notice,
    }));
  const version =
    model.versions.find(({ label }) => label === demonstrationModel.versionLabel) ??
    (await lead.post<VersionRow>(`/api/v1/develop/models/${model.id}/versions`, {
      label: demonstrationModel.versionLabel,
      artefactDigest: sha256Hex('the weights of an invented model'),
      preprocessingDigest: sha256Hex('the preprocessing of an invented model'),
    }));
  await unlessDone(
    lead.post('/api/v1/monitor/plans', {
      modelVersionId: version.id,
      decisionThreshold: demonstrationModel.decisionThreshold,
      auditRate: auditShare,
      auditSeed: 'hortus',
    }),
  );
  return version;
}

interface ClaimRow {
  id: string;
  key: string;
  modelVersionId: string;
  streams: { siteCode: string | null }[];
}

/** The claims of a version at a hospital, registered by its own people before the first case counts. */
export async function ensureClaims(
  cast: Cast,
  hospital: Hospital,
  version: { id: string; decisionThreshold: number; countsFrom: Instant },
): Promise<string[]> {
  const lead = await cast.as(hospital.code, 'model-lead');
  const { claims } = await lead.get<{ claims: ClaimRow[] }>('/api/v1/monitor/claims');
  const own = claims.filter(
    (claim) => claim.modelVersionId === version.id && claim.streams.some(({ siteCode }) => siteCode === hospital.code),
  );
  const ids: string[] = [];
  for (const {
    alphaShare,
    relevantShare,
    consequenceOnEscalation,
    evaluableAfterYears,
    ...claim
  } of demonstrationClaims) {
    const known = own.find(({ key }) => key === claim.key);
    const request = {
      ...claim,
      modelVersionId: version.id,
      decisionThreshold: version.decisionThreshold,
      sites: [hospital.code],
      alpha: alphaShare,
      outcome: demonstrationModel.outcome,
      horizonDays: demonstrationModel.horizonDays,
      countsFrom: toIso(version.countsFrom),
      verification: { model: 'audit', rate: auditShare },
      relevantPerYear: Math.round(hospital.examsPerWeek * 52 * relevantShare),
      consequenceOnFail: { status: 'suspended' },
      consequenceOnEscalation: { status: consequenceOnEscalation },
      evaluableBy: toIso(addDays(version.countsFrom, 365 * evaluableAfterYears)),
    };
    ids.push(known?.id ?? (await lead.post<{ id: string }>('/api/v1/monitor/claims', request)).id);
  }
  return ids;
}

export interface CertificateRow {
  id: string;
  base: string;
  legalEntityId: string;
  sites: { siteId: string; effectiveStatus: string; modelVersionId: string }[];
}

export interface CertificateDetail extends CertificateRow {
  claims: { claimId: string; verdict: string; n: number; minN: number; state: string; metric: string | null }[];
  tasks: { id: string; kind: string; siteId: string | null; openedAt: string }[];
  timeline: { at: string; type: string; statusChanges: { siteId: string; from: string; to: string }[] }[];
}

/** The certificate of a hospital as it stands, if there is one. */
export async function certificateOf(cast: Cast, hospital: Hospital): Promise<CertificateDetail | undefined> {
  const { legalEntityId } = cast.hospital(hospital.code);
  const { certificates } = await cast.visitor.get<{ certificates: CertificateRow[] }>('/api/v1/certify/certificates');
  const found = certificates.find((one) => one.legalEntityId === legalEntityId);
  return found && detailOf(cast, found.id);
}

export const detailOf = (cast: Cast, certificateId: string): Promise<CertificateDetail> =>
  cast.visitor.get<CertificateDetail>(`/api/v1/certify/certificates/${certificateId}`);

/** The hospital's certificate, drafted and submitted by its regulatory lead. */
export async function ensureCertificate(
  cast: Cast,
  hospital: Hospital,
  on: { versionId: string; claimIds: string[] },
): Promise<CertificateDetail> {
  const lead = await cast.as(hospital.code, 'regulatory-lead');
  const known = await certificateOf(cast, hospital);
  const drafted =
    known ??
    (await lead.post<CertificateDetail>('/api/v1/certify/certificates', {
      name: `${demonstrationModel.name} ${demonstrationModel.versionLabel}`,
      purpose: words.purpose,
      route: 'assessor',
      modelVersionId: on.versionId,
      siteIds: [cast.hospital(hospital.code).siteId],
      claimIds: on.claimIds,
      reason: 'The claims are registered before the first case.',
    }));
  if (drafted.base !== 'draft') return drafted;
  return lead.post<CertificateDetail>(`/api/v1/certify/certificates/${drafted.id}/acts`, {
    act: { type: 'submit' },
    reason: 'Ready for the assessor.',
  });
}

/** An act that two persons sign, each having opened what is judged. Problems: as the act; the first refuses a hopeless one. */
export async function raiseByTwo(
  certificateId: string,
  act: { type: string; [key: string]: unknown },
  by: { first: ApiClient; second: ApiClient; reason: string; document?: string },
): Promise<void> {
  const { reason } = by;
  const opened = await by.first.post<{ proposalId: string }>(
    `/api/v1/certify/certificates/${certificateId}/proposals`,
    { act, reason, ...(by.document === undefined ? {} : { documentDigest: sha256Hex(by.document) }) },
  );
  await signInTurn(
    opened.proposalId,
    [by.first, by.second].map((person) => ({ person, reason })),
  );
}

/** What exists already was done before an interruption. */
async function unlessDone(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Problem && error.code === 'conflict')) throw error;
  });
}

export const weeksBetween = (from: Instant, to: Instant): number => (to - from) / (7 * millisecondsPerDay);
