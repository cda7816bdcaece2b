import type { z } from 'zod';
import type { DeficiencySummary, deficiencyAct } from '../../../../src/monitor/contract.ts';

export type ActBody = z.input<typeof deficiencyAct>;
export type ActType = ActBody['type'];

export const severities = ['S1', 'S2', 'S3', 'S4', 'S5'] as const;
export const dismissals = ['chance', 'case-mix', 'data-artefact', 'duplicate', 'drill'] as const;
export const actions = ['restrict-use', 'threshold', 'recalibrate', 'rollback', 'withdraw', 'inform'] as const;

/** What a person chose beside the reason. */
export interface ActFields {
  severity: (typeof severities)[number];
  because: (typeof dismissals)[number];
  actions: (typeof actions)[number][];
  codes: string;
}

const signed: ReadonlySet<ActType> = new Set(['confirm', 'dismiss', 'decide-action', 'close']);

/** Acts of two: the four of the procedure, and a severity that is lowered. */
export const takesTwo = (
  act: ActType,
  severity: DeficiencySummary['severity'],
  wanted: ActFields['severity'],
): boolean => signed.has(act) || (act === 'set-severity' && severity !== null && wanted < severity);

/** The body of an act: the reason stands where the act keeps it. Registering a check has a form of its own. */
export function bodyOf(act: Exclude<ActType, 'register-effectiveness'>, reason: string, fields: ActFields): ActBody {
  switch (act) {
    case 'triage':
    case 'set-severity':
      return { type: act, severity: fields.severity, reason };
    case 'dismiss':
      return { type: act, because: fields.because, reason };
    case 'decide-action':
      return { type: act, actions: fields.actions, reason };
    case 'record-cause':
      return { type: act, text: reason, codes: codesIn(fields.codes) };
    case 'dissent':
      return { type: act, text: reason };
    case 'confirm':
    case 'effect-failed':
    case 'close':
      return { type: act, reason };
  }
}

const codesIn = (text: string): string[] =>
  text
    .split(/[\s,;]+/)
    .filter((code) => code !== '')
    .slice(0, 20);

/** What the dialog opens with: the mildest choice that says something. */
export const fieldsFor = (severity: DeficiencySummary['severity']): ActFields => ({
  severity: severity ?? 'S3',
  because: 'chance',
  actions: ['recalibrate'],
  codes: '',
});
