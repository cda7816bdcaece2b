import type { Policy } from '#people';

/** Who may do what with models. */
export const developPolicy = {
  'develop:read-models': {
    roles: ['anyone'],
    machines: true,
    sentence: 'What a model is for, and its versions, are known to everybody who reads a certificate.',
  },
  'develop:register-model': {
    roles: ['model-lead', 'regulatory-lead'],
    sentence: 'The model lead or the regulatory lead registers models and versions.',
  },
  'develop:evaluate-reference-model': {
    roles: ['anyone'],
    machines: true,
    sentence: 'Published formulas can be tried by everybody; they are not for clinical use.',
  },
} as const satisfies Policy;
