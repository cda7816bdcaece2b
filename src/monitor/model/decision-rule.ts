import type { LegalEntityId } from '#kernel';
import type { SigningRule } from '#people';
import { decidingRoles, hospitalRoles, independentRoles } from './deficiency.ts';

/**
 * Who together decides about a deficiency: one of the two is independent of those who made the model, and hospital
 * people decide about their own sites.
 * @param home the legal entity of the deficiency's site; undefined where it is about all sites.
 * Source: deficiency specification, section 5; certificate specification, section 6. Oracle: deficiency.test.ts.
 */
export const decisionRule = (home: LegalEntityId | undefined): SigningRule => {
  const rolesAtHome = home === undefined ? [] : hospitalRoles;
  return {
    seats: [
      { name: 'decides', roles: independentRoles, rolesAtHome },
      { name: 'confirms', roles: decidingRoles, rolesAtHome },
    ],
    home,
    differentOrganisations: false,
    bodies: [],
    openingRequired: false,
    stepUp: true,
  };
};
