import type { Instant, PersonId } from '#kernel';
import { type Identity, noRelations, type Person } from './model.ts';
import { newSecret } from './secrets.ts';
import type { PeopleStore } from './store.ts';

export const sessionHours = 12;
const millisecondsPerHour = 3_600_000;

export const identityOfPerson = ({ id, name, organisationId, roles }: Person): Identity => ({
  kind: 'person',
  id,
  name,
  organisationId,
  roles,
  scopes: [],
  relations: noRelations,
});

/** A session from now on. @returns its secret, which goes into a cookie and nowhere else. */
export async function openSession(store: PeopleStore, personId: PersonId, now: Instant): Promise<string> {
  const { secret, sha256 } = newSecret();
  await store.dropSessionsExpiredBefore(now);
  const expiresAt = (now + sessionHours * millisecondsPerHour) as Instant;
  await store.addSession({ sha256, personId, createdAt: now, expiresAt });
  return secret;
}
