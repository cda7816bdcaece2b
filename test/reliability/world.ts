import { addDays, type Instant, instant, type Random, sha256Hex, toIso } from '#kernel';
import { type ApiClient, apiClient } from '../../src/main/api-client.ts';
import { assembleCast, type Cast } from '../../src/main/demonstration/cast.ts';
import type { RunningHortus } from './installation.ts';
import type { SentRow } from './journal.ts';

// Three invented hospitals that send rows, a lead who registers claims, and an operator who moves the clock.

export const siteCodes = ['NOORDERZORG', 'WESTHAVEN', 'HEIDESTAD'] as const;
export type SiteCode = (typeof siteCodes)[number];

export interface World {
  url: string;
  cast: Cast;
  operator: ApiClient;
  versionId: string;
  now(): Promise<Instant>;
}

const horizonDays = 7;

/** Finds or registers people, senders and the model: after a restart the world is the same. */
export async function worldOf(hortus: Pick<RunningHortus, 'url' | 'operatorSecret'>): Promise<World> {
  const operator = apiClient(hortus.url, { bearer: hortus.operatorSecret });
  const cast = await assembleCast(operator);
  // Everybody is present before the trouble begins.
  for (const site of siteCodes) {
    await Promise.all([cast.as(site, 'model-lead'), cast.as(site, 'regulatory-lead'), cast.sender(site)]);
  }
  return {
    url: hortus.url,
    cast,
    operator,
    versionId: await ensureVersion(cast),
    now: async () => instant((await operator.get<{ now: string }>('/api/v1/installation')).now),
  };
}

async function ensureVersion(cast: Cast): Promise<string> {
  interface Known {
    id: string;
    versions: { id: string }[];
  }
  const lead = await cast.as('NOORDERZORG', 'model-lead');
  const { models } = await lead.get<{ models: Known[] }>('/api/v1/develop/models');
  const model =
    models[0] ??
    (await lead.post<Known>('/api/v1/develop/models', {
      name: 'Risk',
      intendedPurpose: 'triage',
      population: 'men',
      endpoint: 'csPCa',
    }));
  const version =
    model.versions[0] ??
    (await lead.post<{ id: string }>(`/api/v1/develop/models/${model.id}/versions`, {
      label: '1.0',
      artefactDigest: sha256Hex('an artefact'),
      preprocessingDigest: sha256Hex('its preprocessing'),
    }));
  return version.id;
}

export const claimRequest = (world: World, site: SiteCode, key: string, countsFrom: Instant) => ({
  key,
  statement: 'Finds at least 80 of 100 clinically significant cancers.',
  modelVersionId: world.versionId,
  metric: 'sensitivity',
  bound: 0.8,
  decisionThreshold: 0.2,
  among: 'all',
  sites: [site],
  scope: 'each-site',
  alpha: 0.05,
  outcome: 'csPCa',
  horizonDays,
  countsFrom: toIso(countsFrom),
  retrospective: false,
  verification: { model: 'reference-standard' },
  patientRule: 'every-exam',
  relevantPerYear: 1000,
  consequenceOnFail: { status: 'suspended' },
  consequenceOnEscalation: { status: 'suspended' },
});

export function predictionRows(
  world: World,
  site: SiteCode,
  batch: { name: string; rows: number; at: Instant; random: Random },
): SentRow[] {
  return Array.from({ length: batch.rows }, (_, i) => ({
    caseId: `${batch.name}-${i}`,
    site,
    pseudonym: `ps-${batch.name}-${i}`,
    predictedAt: toIso(batch.at),
    modelVersionId: world.versionId,
    probability: Math.round(batch.random() * 1e6) / 1e6,
  }));
}

export const outcomeRows = (predictions: readonly SentRow[], random: Random): SentRow[] =>
  predictions.map(({ caseId, site, predictedAt, probability }) => ({
    caseId,
    site,
    outcome: 'csPCa',
    value: random() < Number(probability),
    verification: 'verified',
    knownAt: predictedAt,
  }));

export const moveClock = async (world: World, days: number, settle: boolean): Promise<unknown> =>
  world.operator.post('/api/v1/simulation/clock', { at: toIso(addDays(await world.now(), days)), settle });
