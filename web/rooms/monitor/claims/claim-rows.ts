import type { ClaimView, Crossing, StreamSummary } from '../../../../src/monitor/contract.ts';
import { attentionOf, readStatus, type Status } from '../../../ui/status/status.ts';

/** One claim at one site: the unit that has a state. */
export interface ClaimRow {
  claim: ClaimView;
  stream: StreamSummary;
  status: Status;
}

/** The same promise wherever it is made: each hospital registers its own claim under the same key and words. */
export interface ClaimGroup {
  id: string;
  statement: string;
  rows: ClaimRow[];
}

export interface RowFilter {
  version?: string | undefined;
  siteId?: string | undefined;
  state?: string | undefined;
}

export const claimRows = (claims: readonly ClaimView[]): ClaimRow[] =>
  claims.flatMap((claim) => claim.streams.map((stream) => ({ claim, stream, status: readStatus(stream.state) })));

/** A claim over all sites concerns each of them. */
export const fittingRows = (rows: readonly ClaimRow[], { version, siteId, state }: RowFilter): ClaimRow[] =>
  rows.filter(
    ({ claim, stream }) =>
      (version === undefined || claim.modelVersionId === version) &&
      (siteId === undefined || stream.siteId === null || stream.siteId === siteId) &&
      (state === undefined || stream.state === state),
  );

/** What needs attention first; then by site, so that the order does not jump between visits. */
export const byAttention = (a: ClaimRow, b: ClaimRow): number =>
  attentionOf(a.status) - attentionOf(b.status) ||
  a.stream.siteName.localeCompare(b.stream.siteName) ||
  a.claim.modelVersionLabel.localeCompare(b.claim.modelVersionLabel);

const deciding: Partial<Record<StreamSummary['state'], Crossing['kind'][]>> = {
  broken: ['break'],
  watch: ['escalation', 'notice', 'empty'],
  confirmed: ['support'],
};

/** The crossing that made the present state; none where nothing was crossed. */
export const decidingCrossing = ({ state, crossings }: StreamSummary): Crossing | undefined =>
  (deciding[state] ?? []).flatMap((kind) => crossings.find((crossing) => crossing.kind === kind) ?? [])[0];

/** Since when the state holds: the day of the case that decided it, the same day that the pictures show. */
export const sinceOf = (stream: StreamSummary): string => decidingCrossing(stream)?.at ?? stream.changedAt.slice(0, 10);

export function groupRows(rows: readonly ClaimRow[]): ClaimGroup[] {
  const groups = new Map<string, ClaimGroup>();
  for (const row of [...rows].sort(byAttention)) {
    const { key, statement } = row.claim;
    const id = `${key} ${statement}`;
    const group = groups.get(id) ?? { id, statement, rows: [] };
    group.rows.push(row);
    groups.set(id, group);
  }
  return [...groups.values()];
}

/** The same promise of the same version at other sites, this one included: what small multiples compare. */
export const siblingsOf = (rows: readonly ClaimRow[], { claim }: ClaimRow): ClaimRow[] =>
  rows
    .filter(
      (row) =>
        row.claim.key === claim.key &&
        row.claim.metric === claim.metric &&
        row.claim.modelVersionId === claim.modelVersionId,
    )
    .sort(byAttention);

export const countOfState = (rows: readonly ClaimRow[], state: StreamSummary['state']): number =>
  rows.filter(({ stream }) => stream.state === state).length;

/** Versions that are claimed something of, for the choice. */
export function versionsOf(rows: readonly ClaimRow[]): { value: string; label: string }[] {
  const labels = new Map(rows.map(({ claim }) => [claim.modelVersionId, claim.modelVersionLabel]));
  return [...labels].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label));
}
