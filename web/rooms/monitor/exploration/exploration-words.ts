import type { ExploredCell } from '../../../../src/monitor/contract.ts';
import { t } from '../../../messages/translate.ts';

type Group = ExploredCell['group'];

/** How a cell is shaded; the word stands beside the colour. */
export type CellState = 'marked' | 'quiet' | 'thin' | 'hidden';

export function stateOf({ figures }: Pick<ExploredCell, 'figures'>): CellState {
  if (figures === null) return 'hidden';
  if (figures.isMarked) return 'marked';
  return figures.standing.state === 'insufficient evidence' ? 'thin' : 'quiet';
}

export function groupInWords({ kind, value }: Group): string {
  switch (kind) {
    case 'all':
      return t('monitor.exploration.group.all');
    case 'vendor':
      return t('monitor.exploration.group.vendor', { value });
    case 'age':
      return t('monitor.exploration.group.age', { from: value, to: String(Number(value) + 9) });
    case 'quality':
      return t(value === 'low' ? 'monitor.exploration.group.quality.low' : 'monitor.exploration.group.quality.high');
    case 'rarity':
      return t('monitor.exploration.group.rarity');
  }
}

/** What a cell says, and what its silence is worth. */
export function cellInWords(cell: Pick<ExploredCell, 'figures'>): string {
  const state = stateOf(cell);
  if (state !== 'thin') return t(`monitor.exploration.says.${state}`);
  const { standing } = cell.figures!;
  if (standing.state !== 'insufficient evidence') return t('monitor.exploration.says.thin.enough');
  const { monthsNeeded } = standing;
  if (monthsNeeded === null) return t('monitor.exploration.says.thin.never');
  if (monthsNeeded > 36) return t('monitor.exploration.says.thin.years', { years: Math.round(monthsNeeded / 12) });
  return t('monitor.exploration.says.thin.months', { count: Math.max(1, Math.round(monthsNeeded)) });
}

export interface HeatRow {
  group: Group;
  /** One a site, in the order of the sites; undefined where the group does not occur there. */
  cells: (ExploredCell | undefined)[];
}

const kinds: readonly Group['kind'][] = ['all', 'vendor', 'age', 'quality', 'rarity'];
const keyOf = ({ kind, value }: Group): string => `${kinds.indexOf(kind)} ${value}`;

/** The cells of one figure, groups by sites. */
export function heatRows(cells: readonly ExploredCell[]): { sites: string[]; rows: HeatRow[] } {
  const sites = [...new Set(cells.map(({ siteName }) => siteName))].sort();
  const groups = new Map(cells.map(({ group }) => [keyOf(group), group]));
  const keys = [...groups.keys()].sort();
  const at = new Map(cells.map((cell) => [`${keyOf(cell.group)} ${cell.siteName}`, cell]));
  return {
    sites,
    rows: keys.map((key) => ({ group: groups.get(key)!, cells: sites.map((site) => at.get(`${key} ${site}`)) })),
  };
}

/** Marked cells first, by the evidence against the claim; what is not shown, last. */
export const byEvidence = (cells: readonly ExploredCell[]): ExploredCell[] =>
  cells.toSorted((a, b) => rank(b) - rank(a));

const rank = ({ figures }: ExploredCell): number => (figures === null ? Number.NEGATIVE_INFINITY : figures.logE);
