import type { Policy } from '#people';

/** Who may do what with cases, claims and deficiencies. */
export const monitorPolicy = {
  'monitor:send-predictions': {
    roles: ['operator', 'model-lead'],
    machines: true,
    sentence: 'The systems that run the AI send its answers; operators and the model lead may load a file.',
  },
  'monitor:send-outcomes': {
    roles: ['operator', 'clinical-owner'],
    machines: true,
    sentence: "The hospital's systems send outcomes; operators and the clinical owner may load a file.",
  },
  'monitor:read-claims': {
    roles: ['anyone'],
    machines: true,
    sentence: 'What is claimed and how the evidence stands is open to everybody who may read a certificate.',
  },
  'monitor:read-cases': {
    roles: ['anyone'],
    machines: true,
    sentence:
      'Single cases are shown by pseudonym to those who oversee the AI; to visitors only where the data are simulated or public.',
  },
  'monitor:register-claim': {
    roles: ['regulatory-lead', 'model-lead'],
    sentence:
      'The regulatory lead or the model lead registers claims and monitoring plans, before the first case counts.',
  },
  'monitor:triage-deficiency': {
    roles: [
      'safety-officer',
      'clinical-owner',
      'regulatory-lead',
      'model-lead',
      'deployer-management',
      'assessor',
      'patient-representative',
    ],
    sentence:
      'Who uses, assesses or makes the model acts on a deficiency, hospitals at their own sites; deciding takes two of different roles, not both of its maker. The patient representative is heard as a dissent.',
  },
  'monitor:propose-recalibration': {
    roles: ['model-lead', 'regulatory-lead'],
    sentence: 'The model lead or the regulatory lead has a candidate fitted; its release takes two signatures.',
  },
  'monitor:advance-evidence': {
    roles: ['operator', 'model-lead', 'safety-officer'],
    machines: true,
    sentence: 'Counting what has matured is harmless; those who wait for it may ask for it.',
  },
} as const satisfies Policy;
