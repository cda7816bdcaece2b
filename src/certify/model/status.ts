/**
 * The order of statuses, low to high; the index is the rank.
 * **Source** the project's certificate specification, section 2. Oracle: status.test.ts.
 */
export const rankedStatuses = [
  'withdrawn',
  'suspended',
  'restricted',
  'conditional',
  'provisional',
  'watch',
  'valid',
] as const;
export type RankedStatus = (typeof rankedStatuses)[number];

/** Outside the order; each means "not served". */
export const unservedStatuses = ['draft', 'submitted', 'refused', 'expired', 'superseded'] as const;
export type UnservedStatus = (typeof unservedStatuses)[number];

export type Status = RankedStatus | UnservedStatus;

/** What the legal side rests on; suspensions, restrictions and conditions lower it. */
export type Base = 'draft' | 'submitted' | 'refused' | 'provisional' | 'valid' | 'withdrawn' | 'expired' | 'superseded';

/** What the evidence side can say; a machine computes it, nobody writes it. */
export type EvidenceStatus = 'suspended' | 'restricted' | 'conditional' | 'watch' | 'valid';

/** Bases that nothing leaves. */
export const finalBases: readonly Base[] = ['refused', 'withdrawn', 'expired', 'superseded'];

/** Bases under which a model may be served at all. */
export const servedBases: readonly Base[] = ['provisional', 'valid'];

/** True for a status of the order; the others mean "not served". */
export const isRanked = (status: Status): status is RankedStatus =>
  (rankedStatuses as readonly Status[]).includes(status);

/** Rank 0–6; everything outside the order is not served and ranks 0, as withdrawn does. */
export const rankOf = (status: Status): number => (isRanked(status) ? rankedStatuses.indexOf(status) : 0);

/** True if `a` allows less than `b`. */
export const isLower = (a: Status, b: Status): boolean => rankOf(a) < rankOf(b);

/** The lower of two; the first where they rank equally. */
export const lower = <A extends Status, B extends Status>(a: A, b: B): A | B => (isLower(b, a) ? b : a);
