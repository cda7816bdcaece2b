/** Three rows of four, row by row: voxel indices (i, j, k, 1) to millimetres (x right, y anterior, z superior). */
export type Affine = readonly number[];

/** What a header says about the position of its voxels. */
export interface Placement {
  readonly affine: Affine;
  /** Which of the three methods of the standard gave `affine`. */
  readonly affineSource: 'sform' | 'qform' | 'spacing';
}

const at = {
  pixdim: 76,
  qformCode: 252,
  sformCode: 254,
  quaternion: 256,
  offset: 268,
  rows: 280,
} as const;

/**
 * The affine of a header: sform where its code is positive, else qform, else the spacing alone.
 * @param view of at least 348 bytes; @param isLittleEndian byte order; @param mmPerUnit from xyzt_units.
 * **Source**: NIfTI-1 standard (nifti1.h), "3D image (volume) orientation and location in space", methods 1 to 3.
 */
export function readPlacement(view: DataView, isLittleEndian: boolean, mmPerUnit: number): Placement {
  const float = (offset: number): number => view.getFloat32(offset, isLittleEndian);
  const scaled = (values: readonly number[]): Affine => values.map((value) => value * mmPerUnit);
  if (view.getInt16(at.sformCode, isLittleEndian) > 0) {
    return { affine: scaled(Array.from({ length: 12 }, (_, i) => float(at.rows + 4 * i))), affineSource: 'sform' };
  }
  const spacing = [1, 2, 3].map((axis) => spacingOf(float(at.pixdim + 4 * axis)));
  const [dx, dy, dz] = spacing as [number, number, number];
  if (view.getInt16(at.qformCode, isLittleEndian) <= 0) {
    return { affine: scaled([dx, 0, 0, 0, 0, dy, 0, 0, 0, 0, dz, 0]), affineSource: 'spacing' };
  }
  const [b, c, d] = [0, 1, 2].map((i) => float(at.quaternion + 4 * i)) as [number, number, number];
  const [x, y, z] = [0, 1, 2].map((i) => float(at.offset + 4 * i)) as [number, number, number];
  // pixdim[0] holds the handedness: −1 turns the third axis round, everything else counts as +1.
  const handed = float(at.pixdim) < 0 ? -dz : dz;
  const [r0, r1, r2] = rotation(b, c, d);
  const rows = [
    [r0[0] * dx, r0[1] * dy, r0[2] * handed, x],
    [r1[0] * dx, r1[1] * dy, r1[2] * handed, y],
    [r2[0] * dx, r2[1] * dy, r2[2] * handed, z],
  ];
  return { affine: scaled(rows.flat()), affineSource: 'qform' };
}

/** A spacing is positive; 0 stands for "not said" and counts as 1, as the reference library reads it. */
export const spacingOf = (pixdim: number): number => (pixdim === 0 ? 1 : Math.abs(pixdim));

type Row = readonly [number, number, number];

function rotation(b: number, c: number, d: number): [Row, Row, Row] {
  let a = 1 - (b * b + c * c + d * d);
  if (a < 1e-7) {
    // Half a turn: rounding can push b² + c² + d² past 1, so the three are scaled back to length 1.
    const length = Math.hypot(b, c, d);
    [b, c, d, a] = [b / length, c / length, d / length, 0];
  } else a = Math.sqrt(a);
  return [
    [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
    [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
    [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - c * c - b * b],
  ];
}
