// Goal: no assignment is worth more than the one returned. Method: all assignments of small random tables, tried out.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bestAssignment, type PairValues } from './assignment.ts';

/** The largest total of min(rows, columns) pairs, by trying all. */
function bestTotal({ rows, columns, values }: PairValues): number {
  const tryRow = (row: number, taken: number, skips: number): number => {
    if (row === rows) return 0;
    let best = skips > 0 ? tryRow(row + 1, taken, skips - 1) : -Infinity;
    for (let j = 0; j < columns; j++) {
      if ((taken & (1 << j)) !== 0) continue;
      best = Math.max(best, values[row * columns + j]! + tryRow(row + 1, taken | (1 << j), skips));
    }
    return best;
  };
  return tryRow(0, 0, Math.max(0, rows - columns));
}

const tables = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })).chain(([rows, columns]) =>
  fc
    .array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -2, max: 2, noNaN: true })), {
      ...{ minLength: rows * columns, maxLength: rows * columns },
    })
    .map((values) => ({ rows, columns, values })),
);

it('gives every row of the shorter side a column of its own, for the largest total', () => {
  fc.assert(
    fc.property(tables, (table) => {
      const chosen = Array.from(bestAssignment(table));
      const partners = chosen.filter((column) => column !== -1);
      expect(partners.length).toBe(Math.min(table.rows, table.columns));
      expect(new Set(partners).size).toBe(partners.length);
      const total = chosen.reduce((sum, j, i) => (j === -1 ? sum : sum + table.values[i * table.columns + j]!), 0);
      expect(total).toBeCloseTo(bestTotal(table), 9);
    }),
    { numRuns: 1000 },
  );
});
