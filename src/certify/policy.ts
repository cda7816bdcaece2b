/**
 * Who may come to the door. Which role may do which act on which certificate is decided by the rules in
 * `model/who-may.ts`, with the certificate at hand.
 */
export const certifyPolicy = {
  'certify:read-certificates': {
    roles: ['anyone'],
    machines: true,
    sentence: 'Everybody may see what is certified, why, and who decided in which role.',
  },
  'certify:check-serving': {
    roles: ['anyone'],
    machines: true,
    sentence: 'A viewer asks whether a version may be shown at a site now.',
  },
  'certify:create-certificate': {
    roles: ['regulatory-lead', 'model-lead', 'deployer-management'],
    sentence: 'Manufacturer and hospital draft certificates and name their claims.',
  },
  'certify:act': {
    roles: ['signed-in'],
    sentence: 'Persons lower a status alone, in a role that may; the rules name the roles for each act.',
  },
  'certify:sign': {
    roles: ['signed-in'],
    sentence: 'Two persons in different roles sign every raise and every release; a machine never does.',
  },
  'certify:dissent': {
    roles: ['signed-in'],
    sentence: 'Every person may disagree; dissent is shown beside the certificate.',
  },
} as const;
