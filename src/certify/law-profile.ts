import type { ClockRecord, LawProfile } from './model/profile.ts';

/**
 * The records this room's timers run on: dated data, never constants in rules. A house default says so; a legal one
 * names its article. Not legal advice: a qualified person of the organisation decides which records apply.
 */
const houseDefault = { basis: 'house default', status: 'in_force', effectiveFrom: '2021-01-01' } as const;

const clocks: ClockRecord[] = [
  { ...houseDefault, id: 'watch-resolution', duration: { value: 30, unit: 'calendar' }, onMissed: 'conditional' },
  { ...houseDefault, id: 'condition-deadline', duration: { value: 30, unit: 'calendar' }, onMissed: 'suspended' },
  { ...houseDefault, id: 'suspension-review', duration: { value: 90, unit: 'calendar' }, onMissed: 'review' },
  { ...houseDefault, id: 'provisional-term', duration: { value: 6, unit: 'month' }, onMissed: 'expired' },
  {
    id: 'certificate-term',
    basis: 'Regulation (EU) 2017/745, Art. 56(2)',
    status: 'in_force',
    effectiveFrom: '2021-05-26',
    duration: { value: 5, unit: 'year' },
    onMissed: 'expired',
  },
  {
    id: 'surveillance-audit',
    basis: 'Regulation (EU) 2017/745, Annex IX 3.3',
    status: 'in_force',
    effectiveFrom: '2021-05-26',
    duration: { value: 12, unit: 'month' },
    onMissed: 'review',
  },
  { ...houseDefault, id: 'stop-request-answer', duration: { value: 2, unit: 'working' }, onMissed: 'review' },
  { ...houseDefault, id: 'proposal-validity', duration: { value: 14, unit: 'calendar' }, onMissed: 'review' },
];

export const defaultLawProfile: LawProfile = {
  id: 'house-2026-11',
  clocks,
  provisionalRenewalsMax: 1,
  alphaTotal: 0.05,
  statusAgeMaxSeconds: 300,
  workingDays: [1, 2, 3, 4, 5],
};
