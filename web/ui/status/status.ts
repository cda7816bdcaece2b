/** Every state of a claim, a certificate, a gate or a deficiency belongs to one family: one shape, one hue. */
export const statusFamilies = {
  valid: 'valid',
  confirmed: 'valid',
  pass: 'valid',
  consistent: 'consistent',
  watch: 'watch',
  stale: 'watch',
  conditional: 'limited',
  provisional: 'limited',
  restricted: 'limited',
  waived: 'limited',
  suspended: 'broken',
  broken: 'broken',
  fail: 'broken',
  withdrawn: 'ended',
  expired: 'ended',
  refused: 'ended',
  superseded: 'ended',
  'no-evidence-yet': 'unknown',
  'not-estimable': 'unknown',
  'not-evaluable': 'unknown',
  draft: 'unknown',
  submitted: 'unknown',
  unknown: 'unknown',
} as const;

export type Status = keyof typeof statusFamilies;
export type StatusFamily = (typeof statusFamilies)[Status];

/** The hue of a family: the name of a colour in theme/tokens.css (`--teal`, `--teal-text`, `--teal-soft`). */
export const familyHues = {
  valid: 'teal',
  consistent: 'mint',
  watch: 'amber',
  limited: 'orange',
  broken: 'vermilion',
  ended: 'slate',
  unknown: 'grey',
} as const satisfies Record<StatusFamily, string>;

export const hueOf = (status: Status) => familyHues[statusFamilies[status]];

/** Reads a state as the server writes it (`no_evidence_yet`, `No evidence yet`); what is not known is `unknown`, never valid. */
export function readStatus(text: string | null | undefined): Status {
  const key = (text ?? '')
    .trim()
    .toLowerCase()
    .replace(/[_\s]+/g, '-');
  return Object.hasOwn(statusFamilies, key) ? (key as Status) : 'unknown';
}

const attention: Record<StatusFamily, number> = {
  broken: 0,
  limited: 1,
  watch: 2,
  ended: 3,
  unknown: 4,
  consistent: 5,
  valid: 6,
};

/** For ordering by what needs attention: the lower, the sooner. */
export const attentionOf = (status: Status): number => attention[statusFamilies[status]];
