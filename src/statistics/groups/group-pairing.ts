import type { GroupPair } from '../sequential/bounded-families.ts';

/**
 * Pairs the cases of a group with cases of the rest in order of maturity: each is paired once with the longest
 * waiting case of the other side. Outcomes of one side wait; the other queue is then empty.
 */
export interface GroupPairing {
  readonly waitingGroup: readonly number[];
  readonly waitingRest: readonly number[];
}

export const emptyGroupPairing: GroupPairing = { waitingGroup: [], waitingRest: [] };

/**
 * Takes one matured case.
 * @param matured its side and its outcome in [0, 1].
 * @returns the pairing after it, and the pair that it completed, if any.
 */
export function pairNext(
  pairing: GroupPairing,
  matured: { isInGroup: boolean; outcome: number },
): { pairing: GroupPairing; pair: GroupPair | undefined } {
  const { waitingGroup, waitingRest } = pairing;
  const { isInGroup, outcome } = matured;
  const [partner, ...others] = isInGroup ? waitingRest : waitingGroup;
  if (partner === undefined) {
    const waiting = isInGroup
      ? { waitingGroup: [...waitingGroup, outcome], waitingRest }
      : { waitingGroup, waitingRest: [...waitingRest, outcome] };
    return { pairing: waiting, pair: undefined };
  }
  return isInGroup
    ? { pairing: { waitingGroup, waitingRest: others }, pair: { group: outcome, rest: partner } }
    : { pairing: { waitingGroup: others, waitingRest }, pair: { group: partner, rest: outcome } };
}
