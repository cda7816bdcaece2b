import type { DeficiencySummary } from '../../../../src/monitor/contract.ts';
import { t } from '../../../messages/translate.ts';
import type { Status } from '../../../ui/status/status.ts';

type State = DeficiencySummary['state'];

export const isOpen = ({ state }: Pick<DeficiencySummary, 'state'>): boolean =>
  state !== 'closed' && state !== 'dismissed';

/** The open deficiency of a claim at a site; there is at most one. */
export const openDeficiencyOf = (
  deficiencies: readonly DeficiencySummary[],
  claimId: string,
  siteCode: string | null,
): DeficiencySummary | undefined =>
  deficiencies.find((one) => isOpen(one) && one.claimId === claimId && one.siteCode === siteCode);

/** How a state looks: what nobody has judged yet is unknown, what is confirmed is broken until it is closed. */
export const stateStatus: Record<State, Status> = {
  signal: 'watch',
  triaged: 'watch',
  confirmed: 'broken',
  'cause-found': 'broken',
  'action-taken': 'conditional',
  'effectiveness-check': 'provisional',
  closed: 'valid',
  dismissed: 'superseded',
};

export const stateWord = (state: State): string => t(`monitor.deficiency.state.${state}`);

const triageLimitDays = 2;
const msPerDay = 86_400_000;

/** By when somebody must have triaged it: two days after it was opened (control MON-06). Later steps have no fixed limit. */
export const triageDue = ({ state, openedAt }: Pick<DeficiencySummary, 'state' | 'openedAt'>): string | undefined =>
  state === 'signal'
    ? new Date(Date.parse(openedAt) + triageLimitDays * msPerDay).toISOString().slice(0, 10)
    : undefined;

/** Open ones first, by severity, then by age; closed ones after them, the newest first. */
export function byUrgency(a: DeficiencySummary, b: DeficiencySummary): number {
  const [aOpen, bOpen] = [isOpen(a), isOpen(b)];
  if (aOpen !== bOpen) return aOpen ? -1 : 1;
  if (!aOpen) return b.openedAt.localeCompare(a.openedAt);
  return (b.severity ?? '').localeCompare(a.severity ?? '') || a.openedAt.localeCompare(b.openedAt);
}

export interface DeficiencyFilter {
  siteCode?: string | undefined;
  isOpenOnly: boolean;
  /** The last instant of the day looked at; later ones were not there yet. */
  asOf?: string | undefined;
}

export const fittingDeficiencies = (
  all: readonly DeficiencySummary[],
  { siteCode, isOpenOnly, asOf }: DeficiencyFilter,
): DeficiencySummary[] =>
  all
    .filter(
      (one) =>
        (siteCode === undefined || one.siteCode === null || one.siteCode === siteCode) &&
        (!isOpenOnly || isOpen(one)) &&
        (asOf === undefined || one.openedAt <= asOf),
    )
    .sort(byUrgency);
