import { type Id, type Instant, newRandomId, type PersonId } from '#kernel';
import { type Identity, noRelations, type Person, type Relations, type SignedIn } from './model.ts';
import { newSecret } from './secrets.ts';
import type { SessionPolicy } from './sign-in/configuration.ts';
import type { Session, SignInStore, Validity } from './sign-in/store.ts';

const millisecondsPerMinute = 60_000;
const millisecondsPerHour = 60 * millisecondsPerMinute;

export const identityOfPerson = (
  { id, name, organisationId, roles }: Person,
  relations: Relations = noRelations,
  signedIn?: SignedIn,
): Identity => ({
  kind: 'person',
  id,
  name,
  organisationId,
  roles,
  scopes: [],
  relations,
  ...(signedIn === undefined ? {} : { signedIn }),
});

export const validityAt = (at: Instant, { idleMinutes }: SessionPolicy): Validity => ({
  at,
  seenAfter: (at - idleMinutes * millisecondsPerMinute) as Instant,
});

/** A session from now on. @returns its secret, which goes into a cookie and nowhere else. */
export async function openSession(
  store: SignInStore,
  opened: { personId: PersonId; signedIn: SignedIn; account?: Session['account'] },
  { now, policy }: { now: Instant; policy: SessionPolicy },
): Promise<string> {
  const { secret, sha256 } = newSecret();
  await store.dropSessionsExpiredBefore(now);
  await store.addSession({
    ...opened,
    id: newRandomId('session') as Id<'session'>,
    sha256,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: (now + policy.absoluteHours * millisecondsPerHour) as Instant,
  });
  return secret;
}

const stepUpMinutesByDefault = 15;

/**
 * Whether a person proved who they are by a second factor, shortly before.
 * @param now by the clock on the wall, by which sign-ins are timed.
 * @param minutes for how long a second factor counts; default 15.
 */
export function isFresh(
  { signedIn }: Pick<Identity, 'signedIn'>,
  now: Instant,
  minutes: number = stepUpMinutesByDefault,
): boolean {
  return signedIn?.strength === 'multi-factor' && now - signedIn.at <= minutes * millisecondsPerMinute;
}
