import { ok, type Result, refused } from '#kernel';
import type { NiftiDatatype, NiftiValues } from './datatypes.ts';
import { type NiftiFault, type NiftiHeader, type NiftiLimits, readNiftiHeader } from './header.ts';

/** A volume with its header. */
export interface NiftiImage {
  readonly header: NiftiHeader;
  /** One value a voxel, x fastest, then y, then z; scaled by slope and intercept, and then float64. */
  readonly values: NiftiValues;
}

const isHostLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Reads a single-file NIfTI-1 image (`.nii`, or `.nii.gz` after decompression).
 *
 * Values keep their type, except 64-bit whole numbers and scaled values, which become float64.
 * @param bytes the whole file; what follows the voxels counts for nothing. The result may share its memory.
 * @returns the image, or why it cannot be read: see `readNiftiHeader`; besides, a file that is cut short, and whole
 *   numbers beyond ±(2^53 − 1), which float64 would change.
 * **Source**: NIfTI-1 standard (nifti1.h, 2003). Oracle: files of nibabel and SimpleITK, `test/oracles/lesions/nifti.json`.
 */
export function readNifti(bytes: Uint8Array, limits: NiftiLimits = {}): Result<NiftiImage, NiftiFault> {
  const read = readNiftiHeader(bytes, limits);
  if (!read.ok) return read;
  const header = read.value;
  if (bytes.length < header.sizeBytes) {
    return refused({ why: 'The file ends before its last voxel: it is cut short. Copy or export it again.' });
  }
  const data = bytes.subarray(header.dataOffsetBytes, header.sizeBytes);
  const stored = storedValues(data, header);
  if (stored === undefined) {
    return refused({ why: 'A whole number is larger than 2^53, which cannot be kept exactly. Convert it to int32.' });
  }
  return ok({ header, values: scaled(stored, header) });
}

function scaled(stored: NiftiValues, { slope, intercept }: NiftiHeader): NiftiValues {
  if (slope === 1 && intercept === 0) return stored;
  const values = new Float64Array(stored.length);
  for (let i = 0; i < values.length; i++) values[i] = slope * stored[i]! + intercept;
  return values;
}

const views: Record<
  Exclude<NiftiDatatype, 'int64' | 'uint64'>,
  new (
    buffer: ArrayBufferLike,
    byteOffset: number,
    length: number,
  ) => NiftiValues
> = {
  uint8: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** The values as they are stored, or undefined where a 64-bit whole number is not safe. */
function storedValues(data: Uint8Array, { datatype, isLittleEndian }: NiftiHeader): NiftiValues | undefined {
  if (datatype === 'int64' || datatype === 'uint64') return wholeNumbers(data, datatype === 'int64', isLittleEndian);
  const View = views[datatype];
  const { BYTES_PER_ELEMENT: size } = View as unknown as { BYTES_PER_ELEMENT: number };
  const isOrdered = size === 1 || isLittleEndian === isHostLittleEndian;
  const isAligned = data.byteOffset % size === 0;
  const placed = isOrdered && isAligned ? data : data.slice();
  if (!isOrdered) reverseEach(placed, size);
  return new View(placed.buffer, placed.byteOffset, placed.length / size);
}

function reverseEach(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = byte;
    }
  }
}

function wholeNumbers(data: Uint8Array, isSigned: boolean, isLittleEndian: boolean): Float64Array | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const values = new Float64Array(data.length / 8);
  for (let i = 0; i < values.length; i++) {
    const high = 8 * i + (isLittleEndian ? 4 : 0);
    const low = 8 * i + (isLittleEndian ? 0 : 4);
    const upper = isSigned ? view.getInt32(high, isLittleEndian) : view.getUint32(high, isLittleEndian);
    const value = upper * 2 ** 32 + view.getUint32(low, isLittleEndian);
    if (!Number.isSafeInteger(value)) return undefined;
    values[i] = value;
  }
  return values;
}
