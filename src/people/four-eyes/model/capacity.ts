import { Problem } from '#kernel';
import type { Identity } from '../../model.ts';
import type { Capacity } from './rule.ts';

/** In which role somebody wants to act, where they hold several, or one that was handed over to them. */
export interface AskedCapacity {
  asRole?: string | undefined;
  delegationId?: string | undefined;
}

/** Every capacity in which a person may act now: own roles first, then those handed over to them. */
export function capacitiesOf({ roles, organisationId, relations }: Omit<Identity, 'kind'>): Capacity[] {
  return [
    ...roles.map((role) => ({ role, organisationId })),
    ...relations.delegations.map(({ id, fromPersonId, role, organisationId: forWhom }) => ({
      role,
      organisationId: forWhom,
      delegation: { id, fromPersonId },
    })),
  ];
}

/**
 * The capacity in which a person acts: the one they name, or the only one they have.
 * Problems: not-signed-in, not-allowed (a machine; a role that is not held), invalid-input (which of several).
 */
export function capacityOf(identity: Identity, { asRole, delegationId }: AskedCapacity): Capacity {
  if (identity.kind === 'visitor') throw new Problem('not-signed-in');
  if (identity.kind === 'machine') throw new Problem('not-allowed', { detail: 'A machine holds no sign-off role.' });
  const all = capacitiesOf(identity);
  if (delegationId === undefined && asRole === undefined) {
    if (all.length === 1) return all[0]!;
    const detail = 'Say in which of your roles you act.';
    throw new Problem('invalid-input', { errors: [{ pointer: '/asRole', detail }] });
  }
  const found = all.find(
    ({ role, delegation }) =>
      (asRole === undefined || role === asRole) && (delegationId === undefined || delegation?.id === delegationId),
  );
  if (found === undefined) throw new Problem('not-allowed', { detail: 'You do not hold the role in which you act.' });
  return found;
}

/** The same for acts of which machines are capable too: their role is to be a machine. Problems as `capacityOf`. */
export const roleOf = (identity: Identity, asked: AskedCapacity): string =>
  identity.kind === 'person' ? capacityOf(identity, asked).role : identity.kind;
