import { type Clock, canonicalJson, type Instant, millisecondsPerDay, newId, Problem, sha256Hex } from '#kernel';
import { type Db, inTransaction } from '#platform/db';
import { type ActRecorder, actWriter, systemActor } from '../acts.ts';
import type { ActingPerson } from '../organisations/service.ts';
import {
  type Access,
  type Anomaly,
  type AnomalyLimits,
  casesPerHourLimit,
  defaultAnomalyLimits,
  mayReview,
  type RecordedAccess,
  recordScopeOf,
} from './model.ts';
import { type AccessSearch, findAccesses, insertAccesses } from './store.pg/accesses.ts';
import * as unusual from './store.pg/anomalies.ts';
import { groupWriter } from './writer.ts';

export interface AccessRecordParts {
  db: Db;
  ledger: ActRecorder;
  /** The installation's clock: acts, roles and emergency access follow it. */
  clock: Clock;
  /** The clock on the wall: when somebody looked. A simulated year must not hide a thousand reads in one hour. */
  wallClock: Clock;
  limits?: AnomalyLimits;
}

export interface AccessRecord {
  /** Durable when it resolves; whoever answers waits for it. Problems: storage-full, storage-unavailable. */
  record(accesses: readonly Access[]): Promise<void>;
  search(search: AccessSearch): Promise<RecordedAccess[]>;
  /** Looks at what was recorded since the hour before, and raises what is unusual, once a day. @returns how many. */
  lookForAnomalies(): Promise<number>;
  anomaliesFor(by: ActingPerson): Promise<Anomaly[]>;
  /** Problems: not-found, not-allowed, four-eyes, wrong-state. */
  reviewAnomaly(
    by: ActingPerson,
    review: { id: string; state: 'explained' | 'confirmed'; text: string },
  ): Promise<void>;
  openAnomalies(): Promise<{ kind: Anomaly['kind']; count: number }[]>;
}

const hourMs = 3_600_000;
const daysForMedian = 30;

/** The record of every access to data of single persons: written before the answer leaves, searched by its owners. */
export function openAccessRecord(parts: AccessRecordParts): AccessRecord {
  const { db, ledger, clock, wallClock } = parts;
  const act = actWriter(ledger, clock);
  const write = groupWriter<Access & { at: Instant }>((accesses) => insertAccesses(db, accesses));
  return {
    record: (accesses) => {
      const at = wallClock.now();
      return accesses.length === 0 ? Promise.resolve() : write(accesses.map((access) => ({ ...access, at })));
    },
    search: (search) => findAccesses(db, search),
    lookForAnomalies: anomalyWatch(parts),
    anomaliesFor: (by) => unusual.anomalies(db, { scope: recordScopeOf(by) }),
    reviewAnomaly: (by, { id, state, text }) =>
      inTransaction(db, async (tx) => {
        const [anomaly] = await unusual.anomalies(tx, { scope: recordScopeOf(by), id });
        if (!anomaly) throw new Problem('not-found', { detail: 'Nothing unusual of your organisation has this id.' });
        const judged = mayReview(by, anomaly);
        if (!judged.ok) throw judged.error;
        const isFirst = await unusual.closeAnomaly(tx, { id, state, by: by.id, at: wallClock.now(), text });
        if (!isFirst) throw new Problem('wrong-state', { detail: 'It was reviewed before.' });
        const textSha256 = sha256Hex(canonicalJson({ id, text }));
        const predicate = { action: 'access-anomaly-reviewed', anomaly: id, state, textSha256 };
        await act(tx, by, { subject: id, predicate });
      }),
    openAnomalies: () => unusual.openAnomalies(db),
  };
}

type Found = Omit<Anomaly, 'id' | 'raisedAt' | 'state' | 'reviewedBy' | 'reviewedAt' | 'reviewText'>;

function anomalyWatch({ db, ledger, clock, wallClock, limits = defaultAnomalyLimits }: AccessRecordParts) {
  const act = actWriter(ledger, clock);
  let seen: string | undefined;
  return async (): Promise<number> => {
    const newest = await unusual.newestAccess(db);
    if (newest === undefined || newest === seen) return 0;
    const now = wallClock.now();
    // From the hour before the last: what was read just before midnight or a restart is judged too.
    const from = (Math.floor(now / hourMs - 1) * hourMs) as Instant;
    const found: Found[] = [
      ...(await bulkReading(db, { from, until: (now + 1) as Instant, limits })),
      ...(await unusual.readsOutside(db, from)),
      ...(await unusual.refusedOften(db, { from, refusalsMax: limits.refusalsPerHourMax })),
    ];
    let raised = 0;
    await inTransaction(db, async (tx) => {
      raised = 0;
      for (const one of found) {
        const anomaly = { ...one, id: newId('anomaly'), raisedAt: now };
        if (!(await unusual.addAnomaly(tx, anomaly))) continue;
        const figuresSha256 = sha256Hex(canonicalJson({ id: anomaly.id, figures: one.figures }));
        const about = { anomaly: anomaly.id, kind: one.kind, identity: one.identityId, figuresSha256 };
        const predicate = { action: 'access-anomaly-raised', ...about, organisation: one.legalEntityId };
        await act(tx, systemActor, { subject: anomaly.id, predicate });
        raised++;
      }
    });
    seen = newest;
    return raised;
  };
}

/** Only who passes the floor costs a look at their past. */
async function bulkReading(
  db: Db,
  { from, until, limits }: { from: Instant; until: Instant; limits: AnomalyLimits },
): Promise<Found[]> {
  const found: Found[] = [];
  for (const hour of await unusual.readingHours(db, { from, until })) {
    if (hour.cases <= Math.min(limits.casesPerHourFloor, limits.casesPerHourMax)) continue;
    const { identityId, organisationId } = hour;
    const began = (hour.hour - daysForMedian * millisecondsPerDay) as Instant;
    const past = await unusual.readingHours(db, { from: began, until: hour.hour, identityId });
    const limit = casesPerHourLimit(
      past.map(({ cases }) => cases),
      limits,
    );
    if (hour.cases <= limit) continue;
    const figures = { casesInHour: hour.cases, limit };
    for (const legalEntityId of hour.legalEntityIds) {
      found.push({ kind: 'bulk-reading', identityKind: 'person', identityId, organisationId, legalEntityId, figures });
    }
  }
  return found;
}
