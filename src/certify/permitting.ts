import type { LegalEntityId, ModelVersionId } from '#kernel';
import { type Identity, inCapacity } from '#people';
import type { Db, Tx } from '#platform/db';
import type { CertifyParts } from './carrying-out.ts';
import type { Actor, CertificateState } from './model/index.ts';

/** A certificate that exists, or one to be. */
type About = { id?: CertificateState['id']; legalEntityId: LegalEntityId; versionIds: readonly ModelVersionId[] };

/** The versions that a certificate is about, with those that an act brings into it. */
export const versionsOf = (state: CertificateState, ...more: ModelVersionId[]): ModelVersionId[] => [
  ...new Set([...state.sites.map((site) => site.modelVersionId), ...more]),
];

/** In what nobody who decides may have an interest: certificate, legal entity, and every version with its model. */
export async function concernsOf(
  { develop }: Pick<CertifyParts, 'develop'>,
  db: Db | Tx,
  { id, legalEntityId, versionIds }: About,
): Promise<string[]> {
  const models = await Promise.all(versionIds.map(async (one) => (await develop.modelVersion(db, one))?.modelId));
  return [...new Set([id, legalEntityId, ...versionIds, ...models])].filter((one) => one !== undefined);
}

/**
 * Throws unless the policies let this person do this to this certificate, in the role in which they act. Which act is
 * possible in which state is for the rules of the certificate. Problems: not-signed-in, not-allowed, step-up-needed.
 */
export async function assertPermitted(
  parts: Pick<CertifyParts, 'develop' | 'allow'>,
  db: Db | Tx,
  asked: { identity: Identity; actor: Pick<Actor, 'role' | 'organisationId'>; action: string; about: About },
): Promise<void> {
  const { identity, actor, action, about } = asked;
  const concerns = await concernsOf(parts, db, about);
  const { id, legalEntityId } = about;
  parts.allow(inCapacity(identity, actor), action, { objectId: id, legalEntityId, concerns });
}
