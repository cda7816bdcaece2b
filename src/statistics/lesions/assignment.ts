import { assert } from '#kernel';

/** Values of pairs, row by row: entry i·columns + j is what pairing row i with column j is worth. */
export interface PairValues {
  readonly rows: number;
  readonly columns: number;
  readonly values: ArrayLike<number>;
}

/**
 * The assignment of largest total value: every row of the shorter side gets one partner of its own (Hungarian problem).
 * @param pairs finite values.
 * @returns for each row its column, or −1 where there are fewer columns than rows and it gets none. Where several
 *   assignments have the same total, columns that have no partner yet come first and, among them, the lower ones, which is
 *   what `scipy.optimize.linear_sum_assignment` does.
 * Cost: rows² × columns (with rows the shorter side).
 * **Source**: Crouse, IEEE TAES 2016, "On implementing 2D rectangular assignment algorithms" (shortest augmenting paths).
 * Oracle: all permutations of small tables (`assignment.test.ts`), SciPy on tables with ties (`test/oracles/lesions`).
 */
export function bestAssignment(pairs: PairValues): Int32Array {
  const { rows, columns, values } = pairs;
  assert(values.length === rows * columns, 'there is one value a pair');
  const isTurned = columns < rows;
  const [n, m] = isTurned ? [columns, rows] : [rows, columns];
  // The algorithm looks for the smallest cost.
  const cost = (i: number, j: number): number => -(isTurned ? values[j * columns + i]! : values[i * columns + j]!);
  const columnOf = shortestPaths(n, m, cost);
  if (!isTurned) return columnOf;
  const turned = new Int32Array(rows).fill(-1);
  for (let i = 0; i < n; i++) turned[columnOf[i]!] = i;
  return turned;
}

/** Assigns the n ≤ m rows one after another, each by the shortest augmenting path; u and v are the dual prices. */
function shortestPaths(n: number, m: number, cost: (i: number, j: number) => number): Int32Array {
  const [u, v] = [new Float64Array(n), new Float64Array(m)];
  const columnOf = new Int32Array(n).fill(-1);
  const rowOf = new Int32Array(m).fill(-1);
  for (let row = 0; row < n; row++) {
    const path = augmentingPath(row, { n, m, cost, u, v, rowOf });
    const { sink, lowest, distances, seenRows, seenColumns } = path;
    u[row]! += lowest;
    for (let i = 0; i < n; i++) if (i !== row && seenRows[i]) u[i]! += lowest - distances[columnOf[i]!]!;
    for (let j = 0; j < m; j++) if (seenColumns[j]) v[j]! -= lowest - distances[j]!;
    for (let j = sink; ; ) {
      const i = path.cameFrom[j]!;
      rowOf[j] = i;
      const next = columnOf[i]!;
      columnOf[i] = j;
      if (i === row) break;
      j = next;
    }
  }
  return columnOf;
}

interface Search {
  n: number;
  m: number;
  cost: (i: number, j: number) => number;
  u: Float64Array;
  v: Float64Array;
  rowOf: Int32Array;
}

function augmentingPath(row: number, { n, m, cost, u, v, rowOf }: Search) {
  const distances = new Float64Array(m).fill(Infinity);
  const cameFrom = new Int32Array(m).fill(-1);
  const [seenRows, seenColumns] = [new Uint8Array(n), new Uint8Array(m)];
  // From the last to the first, so that equal values are given to the lower column.
  const remaining = Array.from({ length: m }, (_, it) => m - it - 1);
  let [lowest, i, sink] = [0, row, -1];
  while (sink === -1) {
    seenRows[i] = 1;
    let best = -1;
    let shortest = Infinity;
    for (const [index, j] of remaining.entries()) {
      const reduced = lowest + cost(i, j) - u[i]! - v[j]!;
      if (reduced < distances[j]!) {
        cameFrom[j] = i;
        distances[j] = reduced;
      }
      const distance = distances[j]!;
      if (distance < shortest || (distance === shortest && rowOf[j] === -1)) [shortest, best] = [distance, index];
    }
    assert(best !== -1, 'values of pairs are finite');
    lowest = shortest;
    const j = remaining[best]!;
    seenColumns[j] = 1;
    if (rowOf[j] === -1) sink = j;
    else i = rowOf[j]!;
    // The last one takes the free place: the order of the rest is part of how ties are broken.
    remaining[best] = remaining.at(-1)!;
    remaining.pop();
  }
  return { sink, lowest, distances, cameFrom, seenRows, seenColumns };
}
