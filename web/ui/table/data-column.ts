import type { ReactNode } from 'react';
import type { TermKey } from '../../glossary.ts';

export type CellValue = string | number | boolean | null;

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Numbers by size, everything else as a person would order words: `case 9` before `case 10`. */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}

/** One column: its plain value is what is sorted, filtered, copied and written to CSV; `cell` is what is shown. */
export interface DataColumn<Row> {
  id: string;
  header: string;
  value: (row: Row) => CellValue;
  cell?: (row: Row) => ReactNode;
  /** Opens the definition of the header's word. */
  term?: TermKey;
  align?: 'end';
  /** Not shown until the reader chooses it. */
  isHidden?: boolean;
  /** Cannot be sorted (server-side tables sort only what the server can). */
  isUnsortable?: boolean;
}

/** What a table shows at the moment; pages keep it in the address. `sort` is `column` or `-column`. */
export interface TableView {
  sort?: string | undefined;
  filter?: string | undefined;
  /** From 1. */
  page?: number | undefined;
}

/** Which columns a person hid or showed, remembered on this device under the table's id. */
export function readColumnChoice(tableId: string): Record<string, boolean> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(`hortus.columns.${tableId}`) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    return Object.fromEntries(
      Object.entries(stored).filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean'),
    );
  } catch {
    return {};
  }
}

/** A browser that stores nothing still shows tables. */
export function writeColumnChoice(tableId: string, choice: Record<string, boolean>): void {
  try {
    localStorage.setItem(`hortus.columns.${tableId}`, JSON.stringify(choice));
  } catch {
    return;
  }
}
