import type { ModelVersionId } from '#kernel';
import { Problem } from '#kernel';
import { capacityOf, type Identity, inCapacity, type Permissions, type Resource } from '#people';
import type { MonitorDependencies } from './dependencies.ts';
import { deficiencyById } from './store.pg/deficiencies.ts';

/** The policies, asked with what an act is about. */
export type Allow = Permissions['allow'];

interface Asked {
  deps: Pick<MonitorDependencies, 'database' | 'develop' | 'people'>;
  allow: Allow;
  identity: Identity;
  asRole: string | undefined;
}

/**
 * Throws unless the policies let this person act on this deficiency, in the role in which they act. One about all sites is
 * about their own one too. Problems: not-found, not-signed-in, not-allowed, step-up-needed, invalid-input (which role).
 */
export async function assertMayActOnDeficiency(asked: Asked, action: string, id: string): Promise<void> {
  const { deps, allow, identity, asRole } = asked;
  const { db } = deps.database;
  const deficiency = await deficiencyById(db, id);
  if (!deficiency) throw new Problem('not-found', { detail: 'There is no deficiency with this id.' });
  const capacity = capacityOf(identity, { asRole });
  const site = (await deps.people.sites(db)).find((one) => one.id === deficiency.siteId);
  const where = deficiency.siteId === undefined ? capacity.organisationId : site?.legalEntityId;
  const resource: Resource = { objectId: id, siteId: deficiency.siteId, legalEntityId: where };
  const concerns = await versionAndModel(deps, deficiency.modelVersionId);
  allow(inCapacity(identity, capacity), action, { ...resource, concerns });
}

/** The same for claims and plans, which are about a version and its model. */
export async function assertMayRegister(asked: Asked, modelVersionId: string): Promise<void> {
  const { deps, allow, identity, asRole } = asked;
  const [objectId = modelVersionId, ...concerns] = await versionAndModel(deps, modelVersionId);
  allow(inCapacity(identity, capacityOf(identity, { asRole })), 'monitor:register-claim', { objectId, concerns });
}

/** The model first, where the version is known. */
async function versionAndModel({ database, develop }: Asked['deps'], modelVersionId: string): Promise<string[]> {
  const version = await develop.modelVersion(database.db, modelVersionId as ModelVersionId);
  return version === undefined ? [modelVersionId] : [version.modelId, modelVersionId];
}
