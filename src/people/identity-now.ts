import type { Instant, PersonId } from '#kernel';
import type { Db, Tx } from '#platform/db';
import type { Identity, SignedIn } from './model.ts';
import { relationsOf } from './organisations/store.pg/relations.ts';
import { identityOfPerson } from './sessions.ts';
import { pgPeopleStore } from './store.pg.ts';

/**
 * A person with roles and bonds of an instant; undefined if there is no such person.
 * @param asked `rolesFrom`: only the roles that this source gave; `signedIn`: how they proved who they are, if they did.
 */
export async function identityNow(
  db: Db | Tx,
  now: Instant,
  { personId, rolesFrom, signedIn }: { personId: PersonId; rolesFrom?: string; signedIn?: SignedIn },
): Promise<Identity | undefined> {
  const only = { id: personId, ...(rolesFrom === undefined ? {} : { source: rolesFrom }) };
  const [person] = await pgPeopleStore(db).persons(now, only);
  return person && identityOfPerson(person, await relationsOf(db, person.id, person.organisationId, now), signedIn);
}
