import type { Instant, ModelId, ModelVersionId } from '#kernel';
import type { Db, Tx } from '#platform/db';
import type { Model, ModelVersion, VersionState } from './model.ts';

/** What develop keeps. */
export interface DevelopStore {
  insertModel(tx: Tx, model: Model): Promise<void>;
  /** @returns false if the digest, or the label within the model, is taken. */
  insertVersion(tx: Tx, version: ModelVersion): Promise<boolean>;
  models(db: Db | Tx): Promise<Model[]>;
  versions(db: Db | Tx, filter?: { id?: ModelVersionId; modelId?: ModelId }): Promise<ModelVersion[]>;
  setState(tx: Tx, id: ModelVersionId, state: VersionState, decidedAt: Instant): Promise<void>;
}
