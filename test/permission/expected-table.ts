/**
 * Who may do what, written by hand from certificate.md §6 and the rooms' READMEs, role by role and apart from the
 * policies. `table.test.ts` asks the policies every cell and compares.
 *
 * A word says where: `everywhere`; `own` (at the own organisation and its sites); `own or new` (there, and where
 * something comes into being that belongs to nobody yet); `oneself`.
 */
export type Where = 'everywhere' | 'own' | 'own or new' | 'oneself';
export type Word =
  | Where
  | { where: Where; detail: 'aggregates' | 'sampled-cases' }
  | { where: Where; factor: 'second' };

const afterSecondFactor = (where: Where): Word => ({ where, factor: 'second' });

/** Whoever has signed in as a person, in whatever role. */
export const everyPerson: Record<string, Word> = {
  'people:read-organisations': 'everywhere',
  'people:read-persons': 'own',
  'people:ask-permissions': 'oneself',
  'people:read-policies': 'everywhere',
  'people:read-proposals': 'everywhere',
  'people:open-proposal': 'everywhere',
  'people:sign-proposal': afterSecondFactor('everywhere'),
  'people:dissent': 'everywhere',
  'people:withdraw-proposal': 'everywhere',
  'people:read-groups': 'everywhere',
  'people:end-membership': 'everywhere',
  'people:read-delegations': 'everywhere',
  'people:delegate-role': 'everywhere',
  'people:read-conflicts': 'everywhere',
  'people:declare-conflict': 'everywhere',
  'people:read-notifications': 'everywhere',
  'people:read-access-record': 'everywhere',
  'system:read-metrics': 'everywhere',
  'develop:read-models': 'everywhere',
  'develop:evaluate-reference-model': 'everywhere',
  'monitor:read-claims': { where: 'everywhere', detail: 'aggregates' },
  'certify:read-certificates': 'everywhere',
  'certify:check-serving': 'everywhere',
};

/** What a role adds to that. */
export const byRole: Record<string, Record<string, Word>> = {
  'clinical-owner': {
    'people:break-glass': 'everywhere',
    'monitor:send-outcomes': 'own',
    'monitor:read-cases': 'own',
    'monitor:triage-deficiency': 'own',
    'certify:act': 'everywhere',
    'certify:propose': 'own',
    'certify:sign': afterSecondFactor('everywhere'),
    'certify:confirm-raise': afterSecondFactor('everywhere'),
  },
  'model-lead': {
    'develop:register-model': 'everywhere',
    'monitor:send-predictions': 'own',
    'monitor:read-cases': 'own',
    'monitor:register-claim': afterSecondFactor('everywhere'),
    'monitor:triage-deficiency': 'everywhere',
    'monitor:propose-recalibration': 'everywhere',
    'monitor:advance-evidence': 'everywhere',
    'certify:create-certificate': 'everywhere',
    'certify:act': 'everywhere',
    'certify:propose': 'everywhere',
    'certify:sign': afterSecondFactor('everywhere'),
    // Signing in general includes confirming; the hard rule below takes it from whoever produces evidence.
    'certify:confirm-raise': afterSecondFactor('everywhere'),
  },
  'regulatory-lead': {
    'people:sign-policy': afterSecondFactor('everywhere'),
    'people:confirm-role': 'own',
    'develop:register-model': 'everywhere',
    'monitor:read-cases': 'own',
    'monitor:register-claim': afterSecondFactor('everywhere'),
    'monitor:triage-deficiency': 'everywhere',
    'monitor:propose-recalibration': 'everywhere',
    'certify:create-certificate': 'everywhere',
    'certify:act': 'everywhere',
    'certify:answer-task': 'everywhere',
    'certify:propose': 'everywhere',
    'certify:sign': afterSecondFactor('everywhere'),
    'certify:confirm-raise': afterSecondFactor('everywhere'),
  },
  'safety-officer': {
    'people:break-glass': 'everywhere',
    'people:review-access': 'own',
    'people:revoke-token': 'own',
    'people:end-sessions': 'own',
    'people:sign-policy': afterSecondFactor('everywhere'),
    'people:confirm-role': 'own',
    'monitor:read-cases': 'own',
    'monitor:triage-deficiency': 'own',
    'monitor:advance-evidence': 'everywhere',
    'certify:act': 'everywhere',
    'certify:answer-task': 'own',
    'certify:propose': 'own',
    'certify:sign': afterSecondFactor('everywhere'),
    'certify:confirm-raise': afterSecondFactor('everywhere'),
  },
  'patient-representative': {
    'monitor:triage-deficiency': 'everywhere',
    'certify:act': 'everywhere',
  },
  assessor: {
    'people:read-persons': 'everywhere',
    'people:ask-permissions': 'everywhere',
    'monitor:read-cases': { where: 'everywhere', detail: 'sampled-cases' },
    'monitor:triage-deficiency': 'everywhere',
    'certify:act': 'everywhere',
    'certify:answer-task': 'everywhere',
    'certify:propose': 'everywhere',
    'certify:sign': afterSecondFactor('everywhere'),
    'certify:confirm-raise': afterSecondFactor('everywhere'),
  },
  'deployer-management': {
    'people:review-access': 'own',
    'people:register-organisation': 'own or new',
    'people:create-person': 'own',
    'people:give-role': 'own',
    'people:end-role': 'own',
    'people:disable-person': 'own',
    'people:read-tokens': 'own',
    'people:issue-token': 'own',
    'people:revoke-token': 'own',
    'people:end-sessions': 'own',
    'people:ask-permissions': 'own',
    'people:propose-policy': 'everywhere',
    'people:sign-policy': afterSecondFactor('everywhere'),
    'people:manage-groups': 'everywhere',
    'people:confirm-role': 'own',
    'monitor:read-cases': 'own',
    'monitor:triage-deficiency': 'own',
    'certify:create-certificate': 'own',
    'certify:act': 'own',
    'certify:propose': 'own',
    'certify:sign': afterSecondFactor('everywhere'),
    'certify:confirm-raise': afterSecondFactor('everywhere'),
  },
  operator: {
    'people:register-organisation': 'own or new',
    'people:create-person': 'own',
    'people:give-role': 'own',
    'people:end-role': 'own',
    'people:disable-person': 'own',
    'people:read-tokens': 'own',
    'people:issue-token': 'own',
    'people:revoke-token': 'own',
    'people:end-sessions': 'own',
    'people:ask-permissions': 'own',
    'people:propose-policy': 'everywhere',
    'people:sign-policy': afterSecondFactor('everywhere'),
    'people:manage-groups': 'everywhere',
    'monitor:send-predictions': 'own',
    'monitor:send-outcomes': 'own',
    'monitor:advance-evidence': 'everywhere',
    'installation:set-clock': 'everywhere',
  },
};

/** What a machine may whose token names the action or its room. */
export const byMachine: Record<string, Exclude<Word, 'oneself'>> = {
  'people:read-organisations': 'everywhere',
  'people:register-organisation': 'own or new',
  'people:read-proposals': 'everywhere',
  'people:withdraw-proposal': 'everywhere',
  'system:read-metrics': 'everywhere',
  'develop:read-models': 'everywhere',
  'develop:evaluate-reference-model': 'everywhere',
  'monitor:send-predictions': 'own',
  'monitor:send-outcomes': 'own',
  'monitor:read-claims': { where: 'everywhere', detail: 'aggregates' },
  'monitor:read-cases': 'own',
  'monitor:advance-evidence': 'everywhere',
  'certify:read-certificates': 'everywhere',
  'certify:check-serving': 'everywhere',
  'installation:set-clock': 'everywhere',
};

/** Commands on this machine may the same everywhere, and this. */
export const byCommandsOnly = ['installation:operate'];

/** What somebody who has not signed in may look at, in a demonstration. */
export const byVisitors: Record<string, 'yes' | 'aggregates'> = {
  'people:read-organisations': 'yes',
  'people:read-proposals': 'yes',
  'system:read-metrics': 'yes',
  'develop:read-models': 'yes',
  'develop:evaluate-reference-model': 'yes',
  'monitor:read-claims': 'aggregates',
  'monitor:read-cases': 'yes',
  'certify:read-certificates': 'yes',
  'certify:check-serving': 'yes',
};

/** What the installation does by itself. */
export const byJobs: Record<string, string> = {
  'advance-evidence': 'monitor:advance-evidence',
  'look-for-anomalies': 'people:look-for-anomalies',
  'expire-proposals': 'people:expire-proposals',
  'sequence-ledger': 'ledger:sequence',
  'reconsider-certificates': 'certify:reconsider',
};

// Hard rules: whatever a role may, these say no. -----------------------------------------------------------------------

/** Signatures under a certificate. Nobody who is an operator gives them. */
export const signing = ['certify:propose', 'certify:sign', 'certify:confirm-raise'];

/** Confirming that the evidence suffices. Nobody who produces it does. */
export const confirming = ['certify:confirm-raise'];

/** Nobody with a declared interest decides. */
export const deciding = [
  ...signing,
  'people:sign-policy',
  'people:sign-proposal',
  'people:confirm-role',
  'develop:register-model',
  'monitor:register-claim',
  'monitor:triage-deficiency',
  'monitor:propose-recalibration',
  'certify:create-certificate',
  'certify:answer-task',
];

/** Acts that a person answers for: never a machine, a visitor, or the installation by itself. */
export const byPersonsOnly = [
  ...deciding,
  'people:create-person',
  'people:give-role',
  'people:end-role',
  'people:disable-person',
  'people:issue-token',
  'people:revoke-token',
  'people:end-sessions',
  'people:propose-policy',
  'people:open-proposal',
  'people:dissent',
  'people:manage-groups',
  'people:end-membership',
  'people:delegate-role',
  'people:declare-conflict',
  'people:break-glass',
  'people:review-access',
  'certify:act',
];

/** What changes something: in a project, members only. */
export const changing = [
  ...byPersonsOnly,
  'people:register-organisation',
  'people:look-for-anomalies',
  'people:expire-proposals',
  'ledger:sequence',
  'monitor:send-predictions',
  'monitor:send-outcomes',
  'certify:reconsider',
  'installation:operate',
  'installation:set-clock',
];
