import { assert } from '#kernel';
import type { Affine } from './affine.ts';
import { dataOffsetMinBytes, headerSizeBytes } from './header.ts';

/** A volume to be written. */
export interface NiftiVolume {
  /** Voxels along x (fastest), y and z; each 1 to 32,767. */
  readonly size: readonly [number, number, number];
  /** Distance of voxels in millimetres; default 1. */
  readonly spacingMm?: readonly [number, number, number];
  /** Voxel indices to millimetres (three rows of four); default: the spacing alone. */
  readonly affine?: Affine;
  /** One value a voxel, x fastest; the array's type becomes the file's. */
  readonly values: Float32Array | Uint8Array;
}

const littleEndian = true;
const millimetres = 2;
const scannerCoordinates = 1;

/**
 * Writes a single-file NIfTI-1 image, little-endian, with an sform and no scaling.
 * @returns the bytes of a `.nii` file; compress them for `.nii.gz`.
 * **Source**: NIfTI-1 standard (nifti1.h, 2003). Oracle: `readNifti` of what was written, and SimpleITK, which
 * `bench/lesions.ts` has read the same bytes.
 */
export function writeNifti(volume: NiftiVolume): Uint8Array {
  const { size, values, spacingMm = [1, 1, 1] } = volume;
  assert(
    size.every((one) => Number.isInteger(one) && one >= 1 && one <= 32_767),
    'a dimension fits into a signed 16-bit number',
  );
  assert(values.length === size[0] * size[1] * size[2], 'there is one value a voxel');
  const [dx, dy, dz] = spacingMm;
  const affine = volume.affine ?? [dx, 0, 0, 0, 0, dy, 0, 0, 0, 0, dz, 0];
  assert(affine.length === 12, 'an affine has three rows of four');
  const isFloat = values instanceof Float32Array;
  const bytes = new Uint8Array(dataOffsetMinBytes + values.length * values.BYTES_PER_ELEMENT);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, headerSizeBytes, littleEndian);
  for (const [i, one] of [3, ...size, 1, 1, 1, 1].entries()) view.setInt16(40 + 2 * i, one, littleEndian);
  view.setInt16(70, isFloat ? 16 : 2, littleEndian);
  view.setInt16(72, 8 * values.BYTES_PER_ELEMENT, littleEndian);
  for (const [i, one] of [1, ...spacingMm, 1, 1, 1, 1].entries()) view.setFloat32(76 + 4 * i, one, littleEndian);
  view.setFloat32(108, dataOffsetMinBytes, littleEndian);
  view.setFloat32(112, 1, littleEndian);
  view.setUint8(123, millimetres);
  view.setInt16(254, scannerCoordinates, littleEndian);
  for (const [i, one] of affine.entries()) view.setFloat32(280 + 4 * i, one, littleEndian);
  bytes.set([0x6e, 0x2b, 0x31, 0], 344);
  if (isFloat)
    for (let i = 0; i < values.length; i++) view.setFloat32(dataOffsetMinBytes + 4 * i, values[i]!, littleEndian);
  else bytes.set(values, dataOffsetMinBytes);
  return bytes;
}
