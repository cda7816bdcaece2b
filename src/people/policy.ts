import type { Policy } from './permissions.ts';

/** Who may do what with people, and with the server's own numbers. */
export const peoplePolicy = {
  'people:read-organisations': {
    roles: ['anyone'],
    machines: true,
    sentence: 'Organisations and their sites are known to everybody who reads a certificate.',
  },
  'people:register-organisation': {
    roles: ['operator', 'deployer-management'],
    machines: true,
    sentence: 'Operators and management register organisations, and sites of their own one.',
  },
  'people:read-persons': {
    roles: ['signed-in'],
    sentence: 'Colleagues see who holds which role, so that they know whom to ask.',
  },
  'people:create-person': {
    roles: ['operator', 'deployer-management'],
    sentence: 'Management and operators register persons of their own organisation and give them roles.',
  },
  'people:read-tokens': {
    roles: ['operator', 'deployer-management'],
    sentence: 'Management and operators see which machines may write; secrets are never shown again.',
  },
  'people:issue-token': {
    roles: ['operator', 'deployer-management'],
    sentence: 'Management and operators give machines of their own organisation access, within named actions.',
  },
  'people:revoke-token': {
    roles: ['operator', 'deployer-management', 'safety-officer'],
    sentence: 'Access of a machine can be ended at once by those who gave it and by the safety officer.',
  },
  'system:read-metrics': {
    roles: ['anyone'],
    machines: true,
    sentence: "The server's own numbers hold no data of persons; beyond a demonstration a token is needed.",
  },
} as const satisfies Policy;
