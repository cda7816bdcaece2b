import {
  canonicalJson,
  type Instant,
  type LegalEntityId,
  newId,
  type PersonId,
  Problem,
  sha256Hex,
  toIso,
} from '#kernel';
import { inTransaction, type Tx } from '#platform/db';
import { actWriter } from '../acts.ts';
import type { ActingPerson } from '../organisations/service.ts';
import { notify } from '../organisations/store.pg/notifications.ts';
import { pgPeopleStore } from '../store.pg.ts';
import {
  type BreakGlass,
  breakGlassMinutesMax,
  breakGlassReviewHours,
  mayReview,
  recordScopeOf,
  reviewRoles,
} from './model.ts';
import type { AccessRecordParts } from './service.ts';
import { addAnomaly } from './store.pg/anomalies.ts';
import {
  addBreakGlass,
  addBreakGlassEnd,
  addBreakGlassReview,
  breakGlasses,
  overdueReviews,
} from './store.pg/break-glass.ts';

export interface BreakGlassAccess {
  /**
   * Opens the cases of a legal entity to one person at once, for care, and tells those who answer for them.
   * @returns also how many were told. Problems: not-found, conflict while one is open.
   */
  start(
    by: ActingPerson,
    given: { legalEntityId: string; reason: string; minutes: number },
  ): Promise<BreakGlass & { told: number }>;
  /** By its user; the cases are closed at this instant. Problems: not-found, wrong-state. */
  end(by: ActingPerson, id: string): Promise<void>;
  /** By another person of the legal entity whose cases were opened. Problems: not-found, not-allowed, four-eyes, wrong-state. */
  review(
    by: ActingPerson,
    given: { id: string; verdict: 'justified' | 'not-justified'; explanation: string },
  ): Promise<void>;
  for(by: ActingPerson): Promise<BreakGlass[]>;
  overdueReviews(): Promise<number>;
}

const minuteMs = 60_000;

/** Emergency access: with a reason, for hours, seen by its owners, and reviewed. */
export function openBreakGlass(parts: AccessRecordParts): BreakGlassAccess {
  const { db, ledger, clock, wallClock } = parts;
  const act = actWriter(ledger, clock);
  return {
    start: (by, given) =>
      inTransaction(db, async (tx) => {
        const now = clock.now();
        const legalEntityId = await legalEntity(tx, given.legalEntityId);
        // Two requests at once: the second waits here and then sees the first.
        await pgPeopleStore(tx).lockOrganisation(legalEntityId);
        const mine = await breakGlasses(tx, { scope: { identityId: by.id, legalEntityId: undefined } });
        if (mine.some((one) => one.legalEntityId === legalEntityId && one.endsAt > now)) {
          throw new Problem('conflict', { detail: 'Your emergency access to these cases is open already.' });
        }
        const one = newBreakGlass(by, { ...given, legalEntityId, now });
        await addBreakGlass(tx, one);
        const told = await tellOwners(tx, one);
        await addAnomaly(tx, {
          id: newId('anomaly'),
          kind: 'break-glass',
          identityKind: 'person',
          identityId: by.id,
          organisationId: by.organisationId,
          legalEntityId,
          raisedAt: wallClock.now(),
          figures: { minutes: given.minutes },
        });
        const reasonSha256 = sha256Hex(canonicalJson({ id: one.id, reason: one.reason }));
        const about = { breakGlass: one.id, person: by.id, organisation: legalEntityId, reasonSha256 };
        const predicate = { action: 'break-glass-started', ...about, endsAt: toIso(one.endsAt) };
        await act(tx, by, { subject: one.id, predicate });
        return { ...one, told };
      }),
    end: (by, id) =>
      inTransaction(db, async (tx) => {
        const now = clock.now();
        const [one] = await breakGlasses(tx, { scope: { identityId: by.id, legalEntityId: undefined }, id });
        if (!one) throw new Problem('not-found', { detail: 'You have no emergency access under this id.' });
        const isEnded = one.endsAt > now && (await addBreakGlassEnd(tx, { id, by: by.id, at: now }));
        if (!isEnded) throw new Problem('wrong-state', { detail: 'It has ended before.' });
        await act(tx, by, { subject: id, predicate: { action: 'break-glass-ended', breakGlass: id } });
      }),
    review: (by, { id, verdict, explanation }) =>
      inTransaction(db, async (tx) => {
        const [one] = await breakGlasses(tx, { scope: recordScopeOf(by), id });
        if (!one) throw new Problem('not-found', { detail: 'No emergency access to your cases has this id.' });
        const judged = mayReview(by, { identityId: one.personId, legalEntityId: one.legalEntityId });
        if (!judged.ok) throw judged.error;
        const isFirst = await addBreakGlassReview(tx, { id, verdict, explanation, by: by.id, at: clock.now() });
        if (!isFirst) throw new Problem('wrong-state', { detail: 'It was reviewed before.' });
        const explanationSha256 = sha256Hex(canonicalJson({ id, explanation }));
        const predicate = { action: 'break-glass-reviewed', breakGlass: id, verdict, explanationSha256 };
        await act(tx, by, { subject: id, predicate });
      }),
    for: (by) => breakGlasses(db, { scope: recordScopeOf(by) }),
    overdueReviews: () => overdueReviews(db, clock.now()),
  };
}

function newBreakGlass(
  by: ActingPerson,
  given: { legalEntityId: LegalEntityId; reason: string; minutes: number; now: Instant },
): BreakGlass {
  const { legalEntityId, reason, minutes, now } = given;
  if (by.organisationId === undefined) throw new Problem('not-allowed');
  return {
    id: newId('breakGlass'),
    personId: by.id as PersonId,
    organisationId: by.organisationId,
    legalEntityId,
    reason,
    startedAt: now,
    endsAt: (now + Math.min(minutes, breakGlassMinutesMax) * minuteMs) as Instant,
    reviewDueAt: (now + breakGlassReviewHours * 60 * minuteMs) as Instant,
    review: undefined,
  };
}

async function legalEntity(tx: Tx, id: string): Promise<LegalEntityId> {
  const found = (await pgPeopleStore(tx).organisations()).find((one) => one.id === id && one.kind === 'legal-entity');
  if (!found) throw new Problem('not-found', { detail: 'No legal entity with cases has this id.' });
  return found.id;
}

/** Care does not wait for somebody to be there to be told; how many were is in the answer. */
async function tellOwners(tx: Tx, one: BreakGlass): Promise<number> {
  const owners = (await pgPeopleStore(tx).persons(one.startedAt)).filter(
    ({ id, organisationId, roles }) =>
      organisationId === one.legalEntityId && id !== one.personId && roles.some((role) => reviewRoles.includes(role)),
  );
  const personIds = owners.map(({ id }) => id);
  await notify(tx, { personIds, kind: 'break-glass', subjectId: one.id, at: one.startedAt });
  return personIds.length;
}
