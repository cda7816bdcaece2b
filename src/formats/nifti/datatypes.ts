/** The voxel types of NIfTI-1 that are read here, by the code in the header. Complex, RGB and 128-bit types are not. */
export const datatypes = {
  2: { name: 'uint8', sizeBytes: 1 },
  4: { name: 'int16', sizeBytes: 2 },
  8: { name: 'int32', sizeBytes: 4 },
  16: { name: 'float32', sizeBytes: 4 },
  64: { name: 'float64', sizeBytes: 8 },
  256: { name: 'int8', sizeBytes: 1 },
  512: { name: 'uint16', sizeBytes: 2 },
  768: { name: 'uint32', sizeBytes: 4 },
  1024: { name: 'int64', sizeBytes: 8 },
  1280: { name: 'uint64', sizeBytes: 8 },
} as const;

export type DatatypeCode = keyof typeof datatypes;
export type NiftiDatatype = (typeof datatypes)[DatatypeCode]['name'];

/** Voxel values, x fastest, then y, then z. */
export type NiftiValues =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

export const isDatatypeCode = (code: number): code is DatatypeCode => Object.hasOwn(datatypes, code);
