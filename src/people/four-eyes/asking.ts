import { assert, Problem } from '#kernel';
import type { Identity } from '../model.ts';
import { inCapacity, type Resource } from '../permission/model.ts';
import { capacitiesOf } from './model/capacity.ts';
import { capacitiesToSign, live, type Proposal, refusalToRefuse } from './model/proposal.ts';
import { type Capacity, fills, type Seat } from './model/rule.ts';
import type { FourEyesParts } from './service.ts';

/** What the policies are asked about a proposal. The rule of a proposal says who decides it together; they say who may at all. */

type Asking = Pick<FourEyesParts, 'permissions' | 'kindOf'>;
type About = Pick<Proposal, 'kind' | 'subject' | 'rule' | 'concerns'>;

/** By this somebody signs or refuses at all, whatever the proposal. */
const signAction = 'people:sign-proposal';

/** What a proposal is about, as the policies see it. What is about no organisation in particular is about one's own too. */
const resourceOf = ({ subject, rule, concerns }: About, { organisationId }: Capacity): Resource => ({
  objectId: subject,
  legalEntityId: rule.home ?? organisationId,
  concerns,
});

/** Throws unless the policies let somebody say this, in the capacity in which they do. */
export const allowWord = (
  { permissions }: Asking,
  identity: Identity,
  { action, capacity, proposal }: { action: string; capacity: Capacity; proposal: About },
): void => permissions.allow(inCapacity(identity, capacity), action, resourceOf(proposal, capacity));

/**
 * Throws unless the policies let somebody sign in one of these seats. The sentence of the policy that forbids it is told
 * before what the rule of the proposal has to say. Problems: not-signed-in, not-allowed, step-up-needed.
 */
export function allowSigning(
  asking: Asking,
  identity: Identity,
  { capacity, proposal, seats = proposal.rule.seats }: { capacity: Capacity; proposal: About; seats?: readonly Seat[] },
): void {
  const refusals: Problem[] = [];
  const fitting = seats.filter((seat) => fills(seat, proposal.rule, capacity));
  // Whoever fits no seat is told by the policies why, or else by the rule.
  for (const seat of fitting.length > 0 ? fitting : seats) {
    try {
      allowWord(asking, identity, { action: actionOf(asking, proposal, seat), capacity, proposal });
      allowWord(asking, identity, { action: signAction, capacity, proposal });
      return;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refusals.push(error);
    }
  }
  const [first] = refusals;
  // Whom a second factor would help is told that.
  throw refusals.find(({ code }) => code === 'step-up-needed') ?? first ?? new Problem('not-allowed');
}

/** Whether the policies still let somebody fill a seat: the second factor was shown when they signed. */
export const mayFillSeat = (
  asking: Asking,
  identity: Identity,
  { seat, capacity, proposal }: { seat: Seat; capacity: Capacity; proposal: About },
): boolean =>
  [actionOf(asking, proposal, seat), signAction].every((action) =>
    asking.permissions.mayDo(inCapacity(identity, capacity), action, resourceOf(proposal, capacity)),
  );

function actionOf({ kindOf }: Asking, { kind }: About, seat: Seat): string {
  const action = kindOf(kind).signs[seat.name];
  // A seat that nobody asks about is nobody's.
  assert(action !== undefined, `${kind} names the action of the seat "${seat.name}"`);
  return action;
}

/** What one person may do about a proposal. */
export interface Yours {
  /** Those in which they may sign, a second factor aside. */
  capacities: Capacity[];
  hasSigned: boolean;
  /** Whether a second factor, or a newer one, is asked of them before they sign. */
  needsStepUp: boolean;
  mayRefuse: boolean;
  mayWithdraw: boolean;
}

export function yoursIn(asking: Asking, identity: Identity | undefined, proposal: Proposal): Yours {
  if (identity === undefined || identity.kind === 'visitor') {
    return { capacities: [], hasSigned: false, needsStepUp: false, mayRefuse: false, mayWithdraw: false };
  }
  const isOpen = proposal.outcome === 'open';
  const seatsFor = (capacity: Capacity): Seat[] =>
    proposal.rule.seats.filter(
      (seat) => fills(seat, proposal.rule, capacity) && mayFillSeat(asking, identity, { seat, capacity, proposal }),
    );
  const capacities = capacitiesToSign(proposal, identity).filter((capacity) => seatsFor(capacity).length > 0);
  const [decides] = proposal.rule.seats;
  return {
    capacities,
    hasSigned: live(proposal).some((one) => one.personId === identity.id),
    needsStepUp: capacities.some((capacity) =>
      [...seatsFor(capacity).map((seat) => actionOf(asking, proposal, seat)), signAction].some(
        (action) =>
          asking.permissions.decide(inCapacity(identity, capacity), action, resourceOf(proposal, capacity)).needs ===
          'step-up',
      ),
    ),
    mayRefuse:
      isOpen &&
      capacitiesOf(identity).some(
        (one) => refusalToRefuse(proposal, identity, one) === undefined && seatsFor(one).includes(decides),
      ),
    mayWithdraw: isOpen && proposal.proposedBy === identity.id,
  };
}
