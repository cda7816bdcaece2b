import {
  type DeficiencyId,
  type Instant,
  type LegalEntityId,
  type ModelVersionId,
  Problem,
  type Result,
  type SiteId,
  toIso,
} from '#kernel';

/** Taxonomy D1–D14 of the deficiency specification; the first form opens D4, D5 (from claims) and D10 by itself. */
export const deficiencyCodes = {
  D1: 'Input',
  D2: 'Rarity',
  D3: 'Case error',
  D4: 'Discrimination',
  D5: 'Calibration',
  D6: 'Uncertainty',
  D7: 'Equity',
  D8: 'Drift',
  D9: 'Use',
  D10: 'Technical',
  D11: 'Change',
  D12: 'Information',
  D13: 'Evidence',
  D14: 'Security and privacy',
} as const;
export type DeficiencyCode = keyof typeof deficiencyCodes;

export const severities = ['S1', 'S2', 'S3', 'S4', 'S5'] as const;
export type Severity = (typeof severities)[number];

export const deficiencyStates = [
  'signal',
  'triaged',
  'confirmed',
  'cause-found',
  'action-taken',
  'effectiveness-check',
  'closed',
  'dismissed',
] as const;
export type DeficiencyState = (typeof deficiencyStates)[number];

export const dismissalReasons = ['chance', 'case-mix', 'data-artefact', 'duplicate', 'drill'] as const;
export const actions = ['restrict-use', 'threshold', 'recalibrate', 'rollback', 'withdraw', 'inform'] as const;

export interface Signature {
  personId: string;
  role: string;
  at: string;
}

/** The record of one deficiency; every change of it is an event. */
export interface Deficiency {
  id: DeficiencyId;
  code: DeficiencyCode;
  title: string;
  state: DeficiencyState;
  severity: Severity | undefined;
  claimId: string | undefined;
  siteId: SiteId | undefined;
  modelVersionId: ModelVersionId;
  openedAt: Instant;
  record: DeficiencyRecord;
  version: number;
}

export interface DeficiencyRecord {
  openedBy: string;
  /** The deficiency of the same scope that was closed or dismissed before. */
  reopens?: DeficiencyId;
  /** Evidence at the crossing: counts, thresholds, change point, run. */
  evidence: Record<string, unknown>[];
  awareAt?: string;
  severityHistory: { severity: Severity; by: string; role: string; at: string; reason: string }[];
  decision?: { outcome: 'confirmed' | 'dismissed'; reason: string; signatures: Signature[] };
  cause?: { text: string; codes: string[]; by: string };
  action?: { actions: string[]; reason: string; signatures: Signature[]; candidateVersionId?: string };
  effectivenessClaimId?: string;
  dissent: { by: string; role: string; at: string; text: string }[];
}

export interface Actor {
  id: string;
  role: string;
  isPerson: boolean;
  /** The legal entity to which a person belongs. */
  organisationId?: LegalEntityId | undefined;
}

export type DeficiencyCommand =
  | { type: 'attach-signal'; evidence: Record<string, unknown> }
  | { type: 'triage'; severity: Severity; reason: string }
  | { type: 'set-severity'; severity: Severity; reason: string }
  | { type: 'confirm'; reason: string }
  | { type: 'dismiss'; because: (typeof dismissalReasons)[number]; reason: string }
  | { type: 'record-cause'; text: string; codes: string[] }
  | { type: 'decide-action'; actions: (typeof actions)[number][]; reason: string }
  | { type: 'register-effectiveness'; claimId: string }
  | { type: 'effect-failed'; reason: string }
  | { type: 'close'; reason: string }
  | { type: 'dissent'; text: string };

export interface DeficiencyEvent {
  type: DeficiencyCommand['type'] | 'raised' | 'candidate-made';
  body: Record<string, unknown>;
}

/** From which states an act is possible; every pair that is not here is refused with a reason. */
const allowedFrom: Record<DeficiencyCommand['type'], readonly DeficiencyState[]> = {
  'attach-signal': ['signal', 'triaged', 'confirmed', 'cause-found', 'action-taken', 'effectiveness-check'],
  triage: ['signal'],
  'set-severity': ['triaged', 'confirmed', 'cause-found', 'action-taken', 'effectiveness-check'],
  confirm: ['triaged'],
  dismiss: ['triaged'],
  'record-cause': ['confirmed'],
  'decide-action': ['cause-found'],
  'register-effectiveness': ['action-taken'],
  'effect-failed': ['effectiveness-check'],
  close: ['effectiveness-check'],
  dissent: deficiencyStates,
};

/** Acts that take two persons in different roles. */
const takesTwo = new Set<DeficiencyCommand['type']>(['confirm', 'dismiss', 'decide-action', 'close']);

/** Roles of the hospital: they decide about its own sites only. */
export const hospitalRoles: readonly string[] = ['clinical-owner', 'safety-officer', 'deployer-management'];

/** Roles that decide about deficiencies at all; patients are heard, as a dissent beside the decision. */
export const decidingRoles: readonly string[] = [...hospitalRoles, 'assessor', 'regulatory-lead', 'model-lead'];

/** One of the two who decide holds one of these: those who made the model do not judge it among themselves. */
export const independentRoles: readonly string[] = [...hospitalRoles, 'assessor'];

/**
 * What a command makes of a deficiency. Total: each (state, command) is decided here or refused with a problem.
 * @param by who acts, and for a decision those who signed it; a decision without them is refused (four-eyes).
 * @returns the new deficiency and the event to record.
 * Source: deficiency specification, section 5.
 */
export function decideDeficiency(
  before: Deficiency,
  command: DeficiencyCommand,
  by: { actor: Actor; at: Instant; signatures?: Signature[] },
): Result<{ deficiency: Deficiency; event: DeficiencyEvent }, Problem> {
  const refusal = whyNot(before, command, by.actor);
  if (refusal) return { ok: false, error: refusal };
  const { signatures = [signatureOf(by)] } = by;
  if (isDecision(before, command) && new Set(signatures.map((one) => one.role)).size < 2) {
    const detail = `"${command.type}" is proposed, and takes effect when two persons in different roles have signed it.`;
    return { ok: false, error: new Problem('four-eyes', { detail }) };
  }
  return { ok: true, value: applied(before, command, { ...by, signatures }) };
}

/** Whether an act takes two persons in different roles: the four of the procedure, and a severity that is lowered. */
export const isDecision = (before: Deficiency, command: DeficiencyCommand): boolean =>
  takesTwo.has(command.type) || isLowering(before, command);

function whyNot(before: Deficiency, command: DeficiencyCommand, actor: Actor): Problem | undefined {
  if (!actor.isPerson && command.type !== 'attach-signal') {
    return new Problem('not-allowed', {
      detail: 'Only persons triage, decide and close; a machine may raise a signal.',
    });
  }
  if (actor.role === 'patient-representative' && command.type !== 'dissent') {
    return new Problem('not-allowed', {
      detail: 'The patient representative is heard, as a dissent beside the decision, and decides nothing.',
    });
  }
  if (!allowedFrom[command.type].includes(before.state)) {
    const from = allowedFrom[command.type].join(', ') || 'no state';
    return new Problem('wrong-state', {
      detail: `A deficiency that is ${before.state} cannot take the act "${command.type}"; possible from: ${from}.`,
    });
  }
  if (command.type === 'dismiss' && command.because === 'duplicate' && command.reason.length < 10) {
    return new Problem('invalid-input', { detail: 'Name the deficiency of which this is a duplicate.' });
  }
  return undefined;
}

/** Anyone raises severity alone; lowering it takes two. */
function isLowering(before: Deficiency, command: DeficiencyCommand): boolean {
  if (command.type !== 'set-severity' || before.severity === undefined) return false;
  return severities.indexOf(command.severity) < severities.indexOf(before.severity);
}

interface Taking {
  actor: Actor;
  at: Instant;
  signatures: Signature[];
}

function applied(
  before: Deficiency,
  command: DeficiencyCommand,
  by: Taking,
): { deficiency: Deficiency; event: DeficiencyEvent } {
  const { type, ...body } = command;
  const after = effectOf(before, command, by);
  return { deficiency: after, event: { type, body: { ...body, signatures: by.signatures } } };
}

function effectOf(before: Deficiency, command: DeficiencyCommand, by: Taking): Deficiency {
  const at = toIso(by.at);
  const withRecord = (record: Partial<DeficiencyRecord>, rest: Partial<Deficiency> = {}): Deficiency => ({
    ...before,
    ...rest,
    record: { ...before.record, ...record },
  });
  const severityHistory = (severity: Severity, reason: string): DeficiencyRecord['severityHistory'] => [
    ...before.record.severityHistory,
    { severity, by: by.actor.id, role: by.actor.role, at, reason },
  ];
  switch (command.type) {
    case 'attach-signal':
      return withRecord({ evidence: [...before.record.evidence, command.evidence] });
    case 'triage':
      return withRecord(
        { awareAt: before.record.awareAt ?? at, severityHistory: severityHistory(command.severity, command.reason) },
        { state: 'triaged', severity: command.severity },
      );
    case 'set-severity':
      return withRecord(
        { severityHistory: severityHistory(command.severity, command.reason) },
        { severity: command.severity },
      );
    case 'confirm':
      return withRecord(
        { decision: { outcome: 'confirmed', reason: command.reason, signatures: by.signatures } },
        { state: 'confirmed' },
      );
    case 'dismiss':
      return withRecord(
        {
          decision: {
            outcome: 'dismissed',
            reason: `${command.because}: ${command.reason}`,
            signatures: by.signatures,
          },
        },
        { state: 'dismissed' },
      );
    case 'record-cause':
      return withRecord(
        { cause: { text: command.text, codes: command.codes, by: by.actor.id } },
        { state: 'cause-found' },
      );
    case 'decide-action':
      return withRecord(
        { action: { actions: command.actions, reason: command.reason, signatures: by.signatures } },
        { state: 'action-taken' },
      );
    case 'register-effectiveness':
      return withRecord({ effectivenessClaimId: command.claimId }, { state: 'effectiveness-check' });
    case 'effect-failed':
      return withRecord({}, { state: 'cause-found' });
    case 'close':
      return withRecord({}, { state: 'closed' });
    case 'dissent':
      return {
        ...before,
        record: {
          ...before.record,
          dissent: [...before.record.dissent, { by: by.actor.id, role: by.actor.role, at, text: command.text }],
        },
      };
  }
}

const signatureOf = (by: { actor: Actor; at: Instant }): Signature => ({
  personId: by.actor.id,
  role: by.actor.role,
  at: toIso(by.at),
});

/** The acts that a state allows a person. */
export const allowedActs = (state: DeficiencyState): string[] =>
  Object.entries(allowedFrom)
    .filter(([act, from]) => act !== 'attach-signal' && from.includes(state))
    .map(([act]) => act);
