import { sql } from 'kysely';
import type { ModelId, ModelVersionId } from '#kernel';
import { instantFromSql, sqlInstant } from '#platform/db';
import type { Calibration, CandidateOrigin, Model, ModelVersion, VersionState } from './model.ts';
import type { DevelopStore } from './store.ts';

interface ModelRow {
  id: string;
  name: string;
  intended_purpose: string;
  population: string;
  endpoint: string;
  reference_model_id: string | null;
  notice: string | null;
  registered_at: string;
}

interface VersionRow {
  id: string;
  model_id: string;
  label: string;
  artefact_digest: string;
  preprocessing_digest: string;
  calibration: Calibration;
  digest: string;
  original_version_id: string;
  previous_version_id: string | null;
  state: VersionState;
  candidate: CandidateOrigin | null;
  registered_at: string;
  decided_at: string | null;
}

export const pgDevelopStore: DevelopStore = {
  async insertModel(tx, model) {
    await sql`insert into develop_model (id, name, intended_purpose, population, endpoint, reference_model_id, notice, registered_at)
      values (${model.id}, ${model.name}, ${model.intendedPurpose}, ${model.population}, ${model.endpoint},
        ${model.referenceModelId ?? null}, ${model.notice ?? null}, ${sqlInstant(model.registeredAt)})`.execute(tx);
  },

  async insertVersion(tx, version) {
    const inserted =
      await sql`insert into develop_model_version (id, model_id, label, artefact_digest, preprocessing_digest,
        calibration, digest, original_version_id, previous_version_id, state, candidate, registered_at)
      values (${version.id}, ${version.modelId}, ${version.label}, ${version.artefactDigest}, ${version.preprocessingDigest},
        ${JSON.stringify(version.calibration)}::jsonb, ${version.digest}, ${version.originalVersionId},
        ${version.previousVersionId ?? null}, ${version.state},
        ${version.candidate === undefined ? null : JSON.stringify(version.candidate)}::jsonb, ${sqlInstant(version.registeredAt)})
      on conflict do nothing`.execute(tx);
    return inserted.numAffectedRows === 1n;
  },

  async models(db) {
    const found = await sql<ModelRow>`select * from develop_model order by registered_at, id`.execute(db);
    return found.rows.map(modelOf);
  },

  async versions(db, filter = {}) {
    const found = await sql<VersionRow>`select * from develop_model_version
      where (${filter.id ?? null}::text is null or id = ${filter.id ?? null})
        and (${filter.modelId ?? null}::text is null or model_id = ${filter.modelId ?? null})
      order by registered_at, id`.execute(db);
    return found.rows.map(versionOf);
  },

  async setState(tx, id, state, decidedAt) {
    await sql`update develop_model_version set state = ${state}, decided_at = ${sqlInstant(decidedAt)} where id = ${id}`.execute(
      tx,
    );
  },
};

const modelOf = (row: ModelRow): Model => ({
  id: row.id as ModelId,
  name: row.name,
  intendedPurpose: row.intended_purpose,
  population: row.population,
  endpoint: row.endpoint,
  referenceModelId: row.reference_model_id ?? undefined,
  notice: row.notice ?? undefined,
  registeredAt: instantFromSql(row.registered_at),
});

const versionOf = (row: VersionRow): ModelVersion => ({
  id: row.id as ModelVersionId,
  modelId: row.model_id as ModelId,
  label: row.label,
  artefactDigest: row.artefact_digest,
  preprocessingDigest: row.preprocessing_digest,
  calibration: row.calibration,
  digest: row.digest,
  originalVersionId: row.original_version_id as ModelVersionId,
  previousVersionId: (row.previous_version_id ?? undefined) as ModelVersionId | undefined,
  state: row.state,
  candidate: row.candidate ?? undefined,
  registeredAt: instantFromSql(row.registered_at),
  decidedAt: row.decided_at === null ? undefined : instantFromSql(row.decided_at),
});
