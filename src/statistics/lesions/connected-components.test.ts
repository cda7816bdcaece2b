// Goal: components touch by face, edge or corner and by nothing else. Method: a flood fill under random volumes; by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { type Components, connectedComponents, sharedVoxels, type VoxelGrid } from './connected-components.ts';

const grid = (size: VoxelGrid['size'], density: number, seed: string): VoxelGrid => {
  const random = seededRandom(seed);
  const values = Array.from({ length: size[0] * size[1] * size[2] }, () => (random() < density ? 1 + random() : 0));
  return { values, size };
};

/** Labels from 1 by the first voxel, 0 for background. */
function floodFill({ values, size: [nx, ny, nz] }: VoxelGrid): number[] {
  const labels = Array.from(values, () => 0);
  let count = 0;
  for (let first = 0; first < values.length; first++) {
    if (values[first] === 0 || labels[first] !== 0) continue;
    labels[first] = ++count;
    for (const open = [first]; open.length > 0; ) {
      const at = open.pop()!;
      const [x, y, z] = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))];
      for (let k = Math.max(0, z - 1); k <= Math.min(nz - 1, z + 1); k++)
        for (let j = Math.max(0, y - 1); j <= Math.min(ny - 1, y + 1); j++)
          for (let i = Math.max(0, x - 1); i <= Math.min(nx - 1, x + 1); i++) {
            const next = i + nx * (j + ny * k);
            if (values[next] === 0 || labels[next] !== 0) continue;
            labels[next] = count;
            open.push(next);
          }
    }
  }
  return labels;
}

function labelsOf({ size: [nx, ny, nz], rowFirst, starts, ends, labels }: Components): number[] {
  const all = Array.from({ length: nx * ny * nz }, () => 0);
  for (let row = 0; row < ny * nz; row++)
    for (let run = rowFirst[row]!; run < rowFirst[row + 1]!; run++)
      all.fill(labels[run]! + 1, row * nx + starts[run]!, row * nx + ends[run]!);
  return all;
}

const sizes = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 6 }));
const densities = fc.constantFrom(0.02, 0.1, 0.25, 0.6, 1);

describe('components', () => {
  it('are those of a flood fill, numbered by their first voxel, with its sizes and maxima', () => {
    fc.assert(
      fc.property(sizes, densities, fc.string(), (size, density, seed) => {
        const volume = grid(size, density, seed);
        const found = connectedComponents(volume);
        const labels = floodFill(volume);
        expect(labelsOf(found)).toEqual(labels);
        for (let label = 1; label <= found.count; label++) {
          const own = Array.from(volume.values).filter((_, at) => labels[at] === label);
          expect(found.voxels[label - 1]).toBe(own.length);
          expect(found.peaks[label - 1]).toBe(Math.max(...own));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('touch over a corner, and not across the end of a row', () => {
    const corner = new Float32Array(27);
    [corner[0], corner[13], corner[26]] = [1, 1, 1];
    expect(connectedComponents({ values: corner, size: [3, 3, 3] }).count).toBe(1);
    const ends = Float32Array.of(0, 0, 1, 0, 0, 0, 1, 0, 0);
    expect(connectedComponents({ values: ends, size: [3, 3, 1] }).count).toBe(2);
  });

  it('are none in an empty volume, and −0 is background', () => {
    expect(connectedComponents({ values: [0, -0, 0, 0], size: [2, 2, 1] })).toMatchObject({ count: 0 });
  });
});

it('shared voxels are counted pair by pair', () => {
  fc.assert(
    fc.property(sizes, densities, densities, fc.string(), (size, a, b, seed) => {
      const volumes = [grid(size, a, `${seed}a`), grid(size, b, `${seed}b`)] as const;
      const [first, second] = [connectedComponents(volumes[0]), connectedComponents(volumes[1])];
      const expected = new Float64Array(first.count * second.count);
      const [labels, others] = [floodFill(volumes[0]), floodFill(volumes[1])];
      for (const [at, label] of labels.entries()) {
        const other = others[at]!;
        if (label > 0 && other > 0) expected[(label - 1) * second.count + other - 1]! += 1;
      }
      expect(sharedVoxels(first, second)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
