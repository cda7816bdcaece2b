import {
  type Clock,
  canonicalJson,
  type Instant,
  type ModelId,
  type ModelVersionId,
  newId,
  Problem,
  type SiteId,
  sha256Hex,
} from '#kernel';
import type { Ledger } from '#ledger';
import { type Database, type Db, inTransaction, type Tx } from '#platform/db';
import { type Calibration, composed, type Model, type ModelVersion, nextLabel, versionDigest } from './model.ts';
import { referenceModel } from './reference-models/index.ts';
import { pgDevelopStore as store } from './store.pg.ts';

export interface DevelopDependencies {
  database: Database;
  clock: Clock;
  ledger: Pick<Ledger, 'record' | 'sequenced'>;
}

export interface By {
  id: string;
  role: string;
}

/** A version as monitor and certify know it. */
export interface VersionCard {
  id: ModelVersionId;
  label: string;
  modelName: string;
  originalVersionId: ModelVersionId;
  previousVersionId: ModelVersionId | undefined;
}

export interface CandidateRequest {
  baseVersionId: ModelVersionId;
  intercept: number;
  slope: number;
  decisionThreshold: number;
  deficiencyId: string;
  siteIds: SiteId[];
  fit: Record<string, string | number | boolean>;
  actor: By;
  at: Instant;
}

/** Models and their versions; the door of the room. */
export interface Develop {
  registerModel(request: Omit<Model, 'id' | 'registeredAt'>, by: By): Promise<Model>;
  registerVersion(modelId: ModelId, request: VersionParts, by: By): Promise<ModelVersion>;
  models(): Promise<{ model: Model; versions: ModelVersion[] }[]>;
  modelVersion(db: Db | Tx, id: ModelVersionId): Promise<ModelVersion | undefined>;
  versions(db: Db | Tx): Promise<VersionCard[]>;
  addCandidate(tx: Tx, request: CandidateRequest): Promise<{ id: ModelVersionId; label: string }>;
  decideCandidate(
    tx: Tx,
    decision: { versionId: ModelVersionId; outcome: 'released' | 'refused'; at: Instant },
  ): Promise<void>;
}

export interface VersionParts {
  label: string;
  artefactDigest: string;
  preprocessingDigest: string;
  calibration: Calibration;
  previousVersionId?: ModelVersionId | undefined;
}

export function openDevelop(deps: DevelopDependencies): Develop {
  const db = deps.database.db;
  return {
    registerModel: (request, by) => registerModel(deps, request, by),
    registerVersion: (modelId, request, by) => registerVersion(deps, { modelId, request, by }),
    models: async () => {
      const versions = await store.versions(db);
      return (await store.models(db)).map((model) => ({
        model,
        versions: versions.filter((one) => one.modelId === model.id),
      }));
    },
    modelVersion: async (at, id) => (await store.versions(at, { id }))[0],
    versions: async (at) => {
      const names = new Map((await store.models(at)).map((model) => [model.id, model.name]));
      return (await store.versions(at)).map(({ id, label, modelId, originalVersionId, previousVersionId }) => ({
        id,
        label,
        modelName: names.get(modelId) ?? '',
        originalVersionId,
        previousVersionId,
      }));
    },
    addCandidate: (tx, request) => addCandidate(tx, deps, request),
    decideCandidate: (tx, decision) => decideCandidate(tx, decision),
  };
}

/** Problems: not-found (unknown reference model). */
async function registerModel(
  deps: DevelopDependencies,
  request: Omit<Model, 'id' | 'registeredAt'>,
  by: By,
): Promise<Model> {
  if (request.referenceModelId !== undefined && !referenceModel(request.referenceModelId)) {
    throw new Problem('not-found', { detail: 'There is no published model with this id.' });
  }
  const at = deps.clock.now();
  const model: Model = { ...request, id: newId('model', at) as ModelId, registeredAt: at };
  const digest = sha256Hex(
    canonicalJson({ ...request, referenceModelId: request.referenceModelId ?? null, notice: request.notice ?? null }),
  );
  const pendingId = await inTransaction(deps.database.db, async (tx) => {
    await store.insertModel(tx, model);
    return deps.ledger.record(tx, {
      kind: 'model',
      subjects: [{ name: model.id, sha256: digest }],
      chain: model.id,
      predicate: { model: model.id, endpoint: model.endpoint, referenceModel: model.referenceModelId ?? null },
      actor: by,
      occurredAt: at,
    });
  });
  await deps.ledger.sequenced(pendingId);
  return model;
}

/** Problems: not-found, conflict (the same parts, or the label, are registered). */
async function registerVersion(
  deps: DevelopDependencies,
  { modelId, request, by }: { modelId: ModelId; request: VersionParts; by: By },
): Promise<ModelVersion> {
  const at = deps.clock.now();
  const { version, pendingId } = await inTransaction(deps.database.db, async (tx) => {
    if (!(await store.models(tx)).some((model) => model.id === modelId)) {
      throw new Problem('not-found', { detail: 'There is no model with this id.' });
    }
    const siblings = await store.versions(tx, { modelId });
    const previous = siblings.find((one) => one.id === request.previousVersionId);
    if (request.previousVersionId !== undefined && !previous) {
      throw new Problem('not-found', { detail: 'The previous version is not one of this model.' });
    }
    const id = newId('modelVersion', at) as ModelVersionId;
    const { label, artefactDigest, preprocessingDigest, calibration } = request;
    const version: ModelVersion = {
      id,
      modelId,
      label,
      artefactDigest,
      preprocessingDigest,
      calibration,
      digest: versionDigest(request),
      originalVersionId: previous?.originalVersionId ?? id,
      previousVersionId: previous?.id,
      state: 'registered',
      candidate: undefined,
      registeredAt: at,
      decidedAt: undefined,
    };
    return { version, pendingId: await saveVersion(tx, { deps, version, by }) };
  });
  await deps.ledger.sequenced(pendingId);
  return version;
}

async function addCandidate(
  tx: Tx,
  deps: DevelopDependencies,
  request: CandidateRequest,
): Promise<{ id: ModelVersionId; label: string }> {
  const [base] = await store.versions(tx, { id: request.baseVersionId });
  if (!base) throw new Problem('not-found', { detail: 'The version to recalibrate is not registered.' });
  const taken = new Set((await store.versions(tx, { modelId: base.modelId })).map((one) => one.label));
  const calibration = composed(base.calibration, request);
  const { artefactDigest, preprocessingDigest } = base;
  const version: ModelVersion = {
    id: newId('modelVersion', request.at) as ModelVersionId,
    modelId: base.modelId,
    label: nextLabel(base.label, taken),
    artefactDigest,
    preprocessingDigest,
    calibration,
    digest: versionDigest({ artefactDigest, preprocessingDigest, calibration }),
    originalVersionId: base.originalVersionId,
    previousVersionId: base.id,
    state: 'candidate',
    candidate: {
      deficiencyId: request.deficiencyId,
      siteIds: request.siteIds,
      decisionThreshold: request.decisionThreshold,
      fit: request.fit,
    },
    registeredAt: request.at,
    decidedAt: undefined,
  };
  await saveVersion(tx, { deps, version, by: request.actor });
  return { id: version.id, label: version.label };
}

async function saveVersion(
  tx: Tx,
  { deps, version, by }: { deps: DevelopDependencies; version: ModelVersion; by: By },
): Promise<string> {
  if (!(await store.insertVersion(tx, version))) {
    throw new Problem('conflict', {
      detail: 'A version with the same parts, or the same label, is registered already.',
    });
  }
  return deps.ledger.record(tx, {
    kind: 'model',
    subjects: [{ name: version.id, sha256: version.digest }],
    chain: version.modelId,
    predicate: {
      modelVersion: version.id,
      label: version.label,
      artefact: version.artefactDigest,
      preprocessing: version.preprocessingDigest,
      calibration: { ...version.calibration },
      previous: version.previousVersionId ?? null,
      state: version.state,
    },
    actor: by,
    occurredAt: version.registeredAt,
  });
}

/** Problems: not-found, wrong-state (it is no candidate, or is decided). */
async function decideCandidate(
  tx: Tx,
  decision: { versionId: ModelVersionId; outcome: 'released' | 'refused'; at: Instant },
): Promise<void> {
  const [version] = await store.versions(tx, { id: decision.versionId });
  if (!version) throw new Problem('not-found', { detail: 'There is no model version with this id.' });
  if (version.state === decision.outcome) return;
  if (version.state !== 'candidate')
    throw new Problem('wrong-state', { detail: `The version is ${version.state}, no candidate.` });
  await store.setState(tx, version.id, decision.outcome, decision.at);
}
