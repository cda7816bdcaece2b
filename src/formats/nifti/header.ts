import { ok, type Result, refused } from '#kernel';
import { type Affine, type Placement, readPlacement, spacingOf } from './affine.ts';
import { type DatatypeCode, datatypes, isDatatypeCode, type NiftiDatatype } from './datatypes.ts';

/** What the header of a single-file NIfTI-1 image says. */
export interface NiftiHeader {
  /** Voxels along x (fastest), y and z; each at least 1. */
  readonly size: readonly [number, number, number];
  /** Distance of voxels along x, y and z, in millimetres; each above 0. */
  readonly spacingMm: readonly [number, number, number];
  readonly affine: Affine;
  readonly affineSource: Placement['affineSource'];
  readonly datatype: NiftiDatatype;
  readonly isLittleEndian: boolean;
  /** Where the voxels begin. */
  readonly dataOffsetBytes: number;
  /** Header, extensions and voxels together: no byte after it is read. */
  readonly sizeBytes: number;
  /** A voxel is worth `slope` × stored + `intercept`; 1 and 0 where the header sets no scaling. */
  readonly slope: number;
  readonly intercept: number;
}

export interface NiftiLimits {
  /** Most voxels accepted; default 2^27 (134 million, eight times 512 × 512 × 64). */
  readonly voxelsMax?: number;
}

/** Why the bytes cannot be read, and what to do: a whole sentence or two, without values of voxels. */
export interface NiftiFault {
  readonly why: string;
}

export const headerSizeBytes = 348;
/** The header and the four bytes that say whether extensions follow; voxels of a single file begin here or later. */
export const dataOffsetMinBytes = 352;
const voxelsMaxDefault = 2 ** 27;

const at = { dim: 40, datatype: 70, bitpix: 72, pixdim: 76, dataOffset: 108, slope: 112, intercept: 116, units: 123 };
const magicAt = 344;

const fault = (why: string): { ok: false; error: NiftiFault } => refused({ why });

/**
 * The header of a single-file NIfTI-1 image (`.nii`, or `.nii.gz` after decompression), of either byte order.
 *
 * Knowing `sizeBytes` from the first 348 bytes, a caller can refuse to decompress more than the image needs.
 * @param bytes the file from its beginning, at least 348 bytes.
 * @returns the header, or why it is none: not NIfTI-1, header and voxels in two files, NIfTI-2, more than three
 *   dimensions, a voxel type that is not read, lengths that contradict each other, or more voxels than the limit.
 * **Source**: NIfTI-1 standard (nifti1.h, 2003). Oracle: files of nibabel and SimpleITK, `test/oracles/lesions/nifti.json`.
 */
export function readNiftiHeader(bytes: Uint8Array, limits: NiftiLimits = {}): Result<NiftiHeader, NiftiFault> {
  if (bytes.length < headerSizeBytes) {
    return fault(
      'The file is shorter than a NIfTI-1 header (348 bytes): it is cut short or not NIfTI. Export it again.',
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = byteOrder(view);
  if (!order.ok) return order;
  const isLittleEndian = order.value;
  const short = (offset: number): number => view.getInt16(offset, isLittleEndian);
  const float = (offset: number): number => view.getFloat32(offset, isLittleEndian);
  const size = readSize(short, limits.voxelsMax ?? voxelsMaxDefault);
  if (!size.ok) return size;
  const datatype = readDatatype(short(at.datatype), short(at.bitpix));
  if (!datatype.ok) return datatype;
  const dataOffsetBytes = float(at.dataOffset);
  if (!Number.isInteger(dataOffsetBytes) || dataOffsetBytes < dataOffsetMinBytes || dataOffsetBytes > 2 ** 24) {
    return fault('The header says that the voxels begin at an impossible place (vox_offset). Export it again.');
  }
  const scaling = readScaling(float(at.slope), float(at.intercept));
  if (!scaling.ok) return scaling;
  const mmPerUnit = { 1: 1000, 3: 0.001 }[view.getUint8(at.units) & 7] ?? 1;
  const spacing = [1, 2, 3].map((axis) => spacingOf(float(at.pixdim + 4 * axis)) * mmPerUnit);
  const placement = readPlacement(view, isLittleEndian, mmPerUnit);
  if (![...spacing, ...placement.affine].every(Number.isFinite)) {
    return fault(
      'The header places the voxels by numbers that are not finite (pixdim, qform or sform). Export it again.',
    );
  }
  const voxels = size.value[0] * size.value[1] * size.value[2];
  const { name, sizeBytes } = datatypes[datatype.value];
  return ok({
    size: size.value,
    spacingMm: spacing as [number, number, number],
    ...placement,
    datatype: name,
    isLittleEndian,
    dataOffsetBytes,
    sizeBytes: dataOffsetBytes + voxels * sizeBytes,
    ...scaling.value,
  });
}

function byteOrder(view: DataView): Result<boolean, NiftiFault> {
  const sizes = [view.getInt32(0, true), view.getInt32(0, false)];
  if (sizes.includes(540)) return fault('This is NIfTI-2. Convert it to NIfTI-1 (.nii or .nii.gz).');
  if (!sizes.includes(headerSizeBytes)) {
    return fault('This is not NIfTI-1 (no header of 348 bytes). Convert it to .nii or .nii.gz.');
  }
  const magic = String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(magicAt + i)));
  if (magic === 'ni1\0')
    return fault('Header and voxels are in two files (.hdr and .img). Convert them to one .nii file.');
  if (magic !== 'n+1\0')
    return fault('This is not NIfTI-1 (the mark "n+1" is missing; Analyze 7.5?). Convert it to .nii.');
  return ok(sizes[0] === headerSizeBytes);
}

function readSize(
  short: (offset: number) => number,
  voxelsMax: number,
): Result<readonly [number, number, number], NiftiFault> {
  const dimensions = short(at.dim);
  if (dimensions < 1 || dimensions > 7)
    return fault('The header has an impossible number of dimensions. Export it again.');
  const sizes = Array.from({ length: 7 }, (_, i) => (i < dimensions ? short(at.dim + 2 * (i + 1)) : 1));
  if (sizes.some((one) => one < 1)) return fault('The header has a dimension without voxels. Export it again.');
  if (sizes.slice(3).some((one) => one > 1)) {
    return fault('The image has more than three dimensions. Export one volume a file.');
  }
  const [nx, ny, nz] = sizes as [number, number, number];
  if (nx * ny * nz > voxelsMax) {
    return fault(
      `The image has more than ${voxelsMax.toLocaleString('en')} voxels, the limit here. Crop or resample it.`,
    );
  }
  return ok([nx, ny, nz]);
}

function readDatatype(code: number, bitsPerVoxel: number): Result<DatatypeCode, NiftiFault> {
  if (!isDatatypeCode(code)) {
    const names = Object.values(datatypes).map(({ name }) => name);
    return fault(`The type of the voxels (code ${code}) is not read here. Convert it to one of ${names.join(', ')}.`);
  }
  if (bitsPerVoxel !== 8 * datatypes[code].sizeBytes) {
    return fault('The type of the voxels and their size contradict each other (datatype, bitpix). Export it again.');
  }
  return ok(code);
}

/** No scaling where the slope is 0 (the standard) or not a number (what some writers leave there for "unset"). */
function readScaling(slope: number, intercept: number): Result<{ slope: number; intercept: number }, NiftiFault> {
  if (slope === 0 || !Number.isFinite(slope)) return ok({ slope: 1, intercept: 0 });
  if (!Number.isFinite(intercept))
    return fault('The header scales voxels by a number that is not finite (scl_inter). Export it again.');
  return ok({ slope, intercept });
}
