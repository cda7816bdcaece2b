import { assert } from '#kernel';

/** A volume: one value a voxel, x fastest, then y, then z. Fastest as float32. */
export interface VoxelGrid {
  readonly values: ArrayLike<number>;
  /** Voxels along x, y and z. */
  readonly size: readonly [number, number, number];
}

/**
 * The 26-connected components of a volume's non-zero voxels, as runs along x. A run is `ends[r] − starts[r]` voxels of
 * one row (a row is y + ny·z); rows and runs ascend. Lesions are small: runs take far less memory than a volume of labels.
 */
export interface Components {
  readonly size: readonly [number, number, number];
  /** Number of components; they are numbered from 0 by their first voxel in the order of the file. */
  readonly count: number;
  /** First run of each row, and one more for the end: row r has the runs `rowFirst[r]` up to `rowFirst[r + 1]`. */
  readonly rowFirst: Int32Array;
  /** First x of each run. */
  readonly starts: Int32Array;
  /** One past the last x of each run. */
  readonly ends: Int32Array;
  /** Component of each run. */
  readonly labels: Int32Array;
  /** Voxels of each component. */
  readonly voxels: Float64Array;
  /** Largest value of each component. */
  readonly peaks: Float64Array;
}

/**
 * The 26-connected components of the non-zero voxels (a voxel touches all that share a face, an edge or a corner).
 * @param grid finite values; 0, also −0, is background.
 * @returns the components, numbered as `scipy.ndimage.label` numbers them.
 * Cost: one pass over the voxels; union–find over the runs, with path halving.
 * **Source**: He, Chao & Suzuki, IEEE TIP 2008 (run-based two-scan labelling). Oracle: a flood fill under random volumes
 * (`connected-components.test.ts`), and picai_eval's components in `test/oracles/lesions`.
 */
export function connectedComponents(grid: VoxelGrid): Components {
  const [nx, ny, nz] = grid.size;
  assert(grid.values.length === nx * ny * nz, 'there is one value a voxel');
  const runs = new Runs(ny * nz);
  for (let row = 0; row < ny * nz; row++) {
    runs.beginRow(row);
    scanRow(grid.values, row * nx, nx, runs);
    const y = row % ny;
    if (y > 0) runs.join(row, row - 1);
    if (row < ny) continue;
    const below = row - ny;
    if (y > 0) runs.join(row, below - 1);
    runs.join(row, below);
    if (y < ny - 1) runs.join(row, below + 1);
  }
  return runs.components(grid.size);
}

function scanRow(values: VoxelGrid['values'], first: number, length: number, runs: Runs): void {
  const end = first + length;
  for (let at = first; at < end; at++) {
    if (values[at] === 0) continue;
    const start = at;
    let peak = values[at]!;
    for (at++; at < end && values[at] !== 0; at++) peak = Math.max(peak, values[at]!);
    runs.add(start - first, at - first, peak);
  }
}

/** Hands every non-zero voxel to a visitor, in the order of the file; it stops where the visitor returns false. */
export function everyVoxel(
  { size, rowFirst, starts, ends }: Components,
  values: Float32Array,
  visit: (value: number) => boolean,
): boolean {
  for (let row = 0; row + 1 < rowFirst.length; row++) {
    for (let run = rowFirst[row]!; run < rowFirst[row + 1]!; run++) {
      const end = row * size[0] + ends[run]!;
      for (let at = row * size[0] + starts[run]!; at < end; at++) if (!visit(values[at]!)) return false;
    }
  }
  return true;
}

/** Runs in the making, with a forest over them: `parents[r] ≤ r`, so that the root is the first run of its component. */
class Runs {
  readonly #rowFirst: Int32Array;
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #parents = new Int32Array(64);
  #peaks = new Float64Array(64);
  #count = 0;

  constructor(rows: number) {
    this.#rowFirst = new Int32Array(rows + 1);
  }

  beginRow(row: number): void {
    this.#rowFirst[row] = this.#count;
    this.#rowFirst[row + 1] = this.#count;
  }

  add(start: number, end: number, peak: number): void {
    if (this.#count === this.#starts.length) this.#grow();
    const run = this.#count++;
    this.#starts[run] = start;
    this.#ends[run] = end;
    this.#parents[run] = run;
    this.#peaks[run] = peak;
  }

  /** Joins the runs of the row just read with those of an earlier row that they touch, corners included. */
  join(row: number, earlier: number): void {
    const [starts, ends] = [this.#starts, this.#ends];
    let [a, b] = [this.#rowFirst[row]!, this.#rowFirst[earlier]!];
    const endB = this.#rowFirst[earlier + 1]!;
    while (a < this.#count && b < endB) {
      if (starts[a]! <= ends[b]! && starts[b]! <= ends[a]!) this.#unite(a, b);
      if (ends[a]! < ends[b]!) a++;
      else b++;
    }
  }

  components(size: Components['size']): Components {
    const runs = this.#count;
    this.#rowFirst[this.#rowFirst.length - 1] = runs;
    const labels = new Int32Array(runs);
    let count = 0;
    for (let run = 0; run < runs; run++) {
      const root = this.#rootOf(run);
      labels[run] = root === run ? count++ : labels[root]!;
    }
    const voxels = new Float64Array(count);
    const peaks = new Float64Array(count).fill(-Infinity);
    for (let run = 0; run < runs; run++) {
      const label = labels[run]!;
      voxels[label]! += this.#ends[run]! - this.#starts[run]!;
      peaks[label] = Math.max(peaks[label]!, this.#peaks[run]!);
    }
    const [starts, ends] = [this.#starts.slice(0, runs), this.#ends.slice(0, runs)];
    return { size, count, rowFirst: this.#rowFirst, starts, ends, labels, voxels, peaks };
  }

  #rootOf(run: number): number {
    const parents = this.#parents;
    let at = run;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!;
      at = parents[at]!;
    }
    return at;
  }

  #unite(a: number, b: number): void {
    const [rootA, rootB] = [this.#rootOf(a), this.#rootOf(b)];
    this.#parents[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
  }

  #grow(): void {
    const wider = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const next = new Int32Array(2 * old.length);
      next.set(old);
      return next;
    };
    [this.#starts, this.#ends, this.#parents] = [wider(this.#starts), wider(this.#ends), wider(this.#parents)];
    const peaks = new Float64Array(2 * this.#peaks.length);
    peaks.set(this.#peaks);
    this.#peaks = peaks;
  }
}

/**
 * Voxels that each pair of components shares.
 * @param a, b components of volumes of the same size.
 * @returns row by row, `a.count` × `b.count`: entry i·b.count + j counts the voxels in component i of a and j of b.
 * Cost: linear in the runs, and in a.count × b.count.
 */
export function sharedVoxels(a: Components, b: Components): Float64Array {
  assert(
    a.size.every((one, axis) => one === b.size[axis]),
    'the volumes have the same size',
  );
  const shared = new Float64Array(a.count * b.count);
  if (shared.length === 0) return shared;
  for (let row = 0; row + 1 < a.rowFirst.length; row++) {
    let [i, j] = [a.rowFirst[row]!, b.rowFirst[row]!];
    const [endI, endJ] = [a.rowFirst[row + 1]!, b.rowFirst[row + 1]!];
    while (i < endI && j < endJ) {
      const common = Math.min(a.ends[i]!, b.ends[j]!) - Math.max(a.starts[i]!, b.starts[j]!);
      if (common > 0) shared[a.labels[i]! * b.count + b.labels[j]!]! += common;
      if (a.ends[i]! < b.ends[j]!) i++;
      else j++;
    }
  }
  return shared;
}
