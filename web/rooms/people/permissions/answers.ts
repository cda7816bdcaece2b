import type { z } from 'zod';
import type { decisionSchema, policiesSchema } from '../../../../src/people/permission/contract.ts';
import type { Status } from '../../../ui/index.ts';
import { actionInWords } from '../action-words.ts';

export type Decision = z.output<typeof decisionSchema>;
export type TableRow = z.output<typeof policiesSchema>['table'][number];
export type Verdict = 'yes' | 'sampled-cases' | 'aggregates' | 'step-up' | 'break-glass' | 'no';

/** What an answer comes to, in one word. */
export function verdictOf({ allowed, detail, needs }: Pick<Decision, 'allowed' | 'detail' | 'needs'>): Verdict {
  if (needs !== undefined) return needs;
  if (!allowed) return 'no';
  return detail === undefined || detail === 'cases' ? 'yes' : detail;
}

export const markOf: Record<Verdict, Status> = {
  yes: 'valid',
  'sampled-cases': 'conditional',
  aggregates: 'conditional',
  'step-up': 'watch',
  'break-glass': 'restricted',
  no: 'refused',
};

/** The room of an action: what stands before its colon. */
export const roomOf = (action: string): string => action.split(':', 1)[0] ?? action;

const places = ['no', 'oneself', 'own', 'everywhere'] as const;

/** A cell of the table: where a role may act, with how much less, and whether only after a second factor. */
export interface Cell {
  where: (typeof places)[number];
  less: 'aggregates' | 'sampled-cases' | undefined;
  isAfterSecondFactor: boolean;
}

/** Reads `own`, `oneself`, `everywhere, aggregates`, `own, after a second factor`; what is not understood is a no. */
export function cellOf(answer: string): Cell {
  const [place, ...rest] = answer.split(', ');
  return {
    where: places.find((one) => one === place) ?? 'no',
    less: rest.includes('aggregates') ? 'aggregates' : rest.includes('sampled-cases') ? 'sampled-cases' : undefined,
    isAfterSecondFactor: rest.includes('after a second factor'),
  };
}

/** Rows with all of these words in their act, its words or its room, grouped by room in the order of the rows. */
export function groupedByRoom(rows: readonly TableRow[], words: string): { room: string; rows: TableRow[] }[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ action }: TableRow): boolean => {
    const text = `${action} ${actionInWords(action)}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  const groups = new Map<string, TableRow[]>();
  for (const row of rows.filter(fits)) {
    const room = roomOf(row.action);
    groups.set(room, [...(groups.get(room) ?? []), row]);
  }
  return [...groups].map(([room, found]) => ({ room, rows: found }));
}
