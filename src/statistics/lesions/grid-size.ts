import type { VoxelGrid } from './connected-components.ts';

/**
 * A volume centred in another size: padded with 0 where it is smaller, cropped where it is larger.
 * @param grid the volume; @param size voxels along x, y and z, wanted.
 * @returns a volume of float32 in that size; of an odd difference the smaller half lies before the volume.
 * **Source**: rule of picai_eval 1.4, statistics spec, section 9. Oracle: `test/oracles/lesions`, the padded cases.
 */
export function toSize(grid: VoxelGrid, size: VoxelGrid['size']): VoxelGrid {
  const [nx, ny] = grid.size;
  const [x, y, z] = size.map((wanted, axis) => span(grid.size[axis]!, wanted)) as [Span, Span, Span];
  const values = new Float32Array(size[0] * size[1] * size[2]);
  for (let k = 0; k < z.length; k++) {
    for (let j = 0; j < y.length; j++) {
      const from = x.from + nx * (y.from + j + ny * (z.from + k));
      const to = x.to + size[0] * (y.to + j + size[1] * (z.to + k));
      for (let i = 0; i < x.length; i++) values[to + i] = grid.values[from + i]!;
    }
  }
  return { values, size };
}

/** What of one axis is kept: `length` voxels, beginning at `from` in the old and at `to` in the new volume. */
interface Span {
  from: number;
  to: number;
  length: number;
}

function span(present: number, wanted: number): Span {
  return present < wanted
    ? { from: 0, to: Math.floor((wanted - present) / 2), length: present }
    : { from: Math.floor((present - wanted) / 2), to: 0, length: wanted };
}
