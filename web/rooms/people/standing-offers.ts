import type { z } from 'zod';
import { type personSchema, roleSchema, signOffRoles } from '../../../src/people/contract.ts';
import type { Session } from '../../app/session.ts';

type Person = z.output<typeof personSchema>;
type Role = z.output<typeof roleSchema>;

const rolesOutsideHospitals: readonly Role[] = [
  'assessor',
  'patient-representative',
  'deployer-management',
  'operator',
];

export interface StandingOffers {
  give: Role[];
  end: Role[];
  mayDisable: boolean;
  mayEnable: boolean;
  mayEndSessions: boolean;
}

/** What somebody may do about a colleague's roles and access: nothing about themselves or another organisation. */
export function standingOffers(
  person: Person,
  session: Pick<Session, 'person' | 'organisationId' | 'isOfHospital' | 'roles' | 'mayDo'>,
): StandingOffers {
  const { mayDo } = session;
  if (person.id === session.person?.id || person.organisationId !== session.organisationId) {
    return { give: [], end: [], mayDisable: false, mayEnable: false, mayEndSessions: false };
  }
  const isManagement = session.roles.includes('deployer-management');
  const held = [...person.roles, ...person.rolesAwaiting];
  const isTouchable = (roles: readonly Role[]) => isManagement || !roles.some((role) => signOffRoles.includes(role));
  const fits = (role: Role) => (session.isOfHospital ? role !== 'assessor' : rolesOutsideHospitals.includes(role));
  const isHere = !person.isDisabled;
  return {
    give: roleSchema.options.filter(
      (role) =>
        isHere && mayDo('people:give-role') && fits(role) && !held.includes(role) && isTouchable([role, ...held]),
    ),
    end: held.filter((role) => mayDo('people:end-role') && isTouchable([role])),
    mayDisable: isHere && mayDo('people:disable-person') && isTouchable(held),
    mayEnable: person.isDisabled && mayDo('people:disable-person') && isManagement,
    mayEndSessions: isHere && mayDo('people:end-sessions'),
  };
}
