import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { addDays, type Instant, plainDate, seededRandom, sha256Hex, startOfDay, toIso } from '#kernel';
import { systemActor } from '#people';
import { createLogger } from '#platform/log';
import { type ApiClient, apiClient } from '../../src/main/api-client.ts';
import { readConfig } from '../../src/main/config.ts';
import { type OpenHortus, openHortus } from '../../src/main/open.ts';
import { webAppFolder } from '../../src/main/version.ts';

/** An installation in a folder of its own, with a real database (fsync on), as large as wanted. */
export interface LargeInstallation {
  hortus: OpenHortus;
  api: ApiClient;
  versionId: string;
  close(): Promise<void>;
}

const sites = ['NORTH', 'WEST', 'HEATH'] as const;
const from = startOfDay(plainDate('2016-01-01'));
const days = 3000;
const horizonDays = 90;
const convention = 'Benchmark: recorded on the day they happen.';

export async function openLargeInstallation(): Promise<LargeInstallation> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hortus-bench-'));
  const config = readConfig({ data: dataDir, port: '0', kind: 'demonstration' }, {});
  const hortus = await openHortus(config, { logger: createLogger({ level: 'error' }), webAppDir: webAppFolder() });
  const { url } = await hortus.serve();
  const by = { id: systemActor.id, role: 'bench' };
  for (const code of sites) {
    const organisation = await hortus.people.registerOrganisation(systemActor, { name: code, kind: 'legal-entity' });
    await hortus.people.registerSite(systemActor, { code, name: code, legalEntityId: organisation.id });
  }
  const model = await hortus.develop.registerModel(
    {
      name: 'Bench',
      intendedPurpose: 'Measures how fast cases are taken in.',
      population: 'Cases that were made up.',
      endpoint: 'A made-up outcome.',
      referenceModelId: undefined,
      notice: undefined,
    },
    by,
  );
  const version = await hortus.develop.registerVersion(
    model.id,
    {
      label: '1',
      artefactDigest: sha256Hex('bench'),
      preprocessingDigest: sha256Hex('bench'),
      calibration: { kind: 'identity' },
    },
    by,
  );
  await registerClaims(hortus, version.id, by);
  return {
    hortus,
    api: apiClient(url, { bearer: hortus.access.secret }),
    versionId: version.id,
    close: async () => {
      await hortus.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function registerClaims(
  { monitor }: OpenHortus,
  modelVersionId: string,
  by: { id: string; role: string },
): Promise<void> {
  const shared = {
    modelVersionId,
    decisionThreshold: 0.2,
    among: 'all' as const,
    sites: [...sites],
    scope: 'each-site' as const,
    outcome: 'disease',
    horizonDays,
    countsFrom: toIso(from),
    retrospective: true,
    verification: { model: 'reference-standard' as const },
    patientRule: 'every-exam' as const,
    relevantPerYear: 40_000,
    consequenceOnFail: { status: 'watch' as const },
    consequenceOnEscalation: { status: 'watch' as const },
    maxAgeDays: 3650,
    alpha: 0.01,
  };
  const metrics = [
    { key: 'sensitivity', metric: 'sensitivity' as const, bound: 0.8 },
    { key: 'calibration', metric: 'calibration-in-the-large' as const, tolerance: 0.05 },
    { key: 'auroc', metric: 'auroc' as const, bound: 0.8 },
  ];
  for (const one of metrics) {
    await monitor.registerClaim({ ...shared, ...one, statement: `A claim about ${one.key} for the benchmark` }, by);
  }
}

/** Rows as text, made while they are sent: the sender needs no memory either. */
export function rowsOf(kind: 'predictions' | 'outcomes', n: number, versionId: string): Readable {
  function* lines(): Generator<string> {
    const random = seededRandom('bench');
    let chunk = '';
    for (let i = 0; i < n; i++) {
      const at = addDays(from, Math.floor((i * days) / n)) as Instant;
      const predictedAt = (at + Math.floor(random() * 86_000_000)) as Instant;
      const probability = Math.round(random() ** 2 * 1e6) / 1e6;
      const value = random() < probability;
      chunk += `${JSON.stringify(
        kind === 'predictions'
          ? {
              caseId: `case_${i}`,
              site: sites[i % 3],
              pseudonym: `ps_${i}`,
              predictedAt: toIso(predictedAt),
              modelVersionId: versionId,
              probability,
              recordedAt: toIso(predictedAt),
            }
          : {
              caseId: `case_${i}`,
              site: sites[i % 3],
              outcome: 'disease',
              value,
              verification: 'verified',
              knownAt: toIso(addDays(predictedAt, 30)),
              recordedAt: toIso(addDays(predictedAt, 30)),
            },
      )}\n`;
      if (chunk.length > 60_000) {
        yield chunk;
        chunk = '';
      }
    }
    yield chunk;
  }
  return Readable.from(lines());
}

/** Sends n rows of a kind in one request. @returns seconds until it was acknowledged. */
export async function sendAll(
  { api, versionId }: LargeInstallation,
  kind: 'predictions' | 'outcomes',
  n: number,
): Promise<number> {
  const startedAtMs = performance.now();
  const query = new URLSearchParams({ convention });
  const path = `/api/v1/monitor/${kind}?${query}`;
  const report = await api.send<{ accepted: number }>(path, 'application/x-ndjson', rowsOf(kind, n, versionId));
  if (report.accepted !== n) throw new Error(`${report.accepted} of ${n} rows were accepted`);
  return (performance.now() - startedAtMs) / 1000;
}

/** How many rows; `HORTUS_BENCH_ROWS` sets another number. */
export const rowsWanted = (otherwise: number): number => Number(process.env.HORTUS_BENCH_ROWS ?? otherwise);

export const machine = async (): Promise<string> => {
  const { cpus, totalmem } = await import('node:os');
  const model = cpus()[0]?.model ?? 'unknown processor';
  return `${cpus().length} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
};
