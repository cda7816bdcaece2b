// Goal: NIfTI-1 images are read as other software means them, and bad ones are refused in words. Method: files of nibabel
// and SimpleITK with what nibabel read from them (test/oracles/lesions); round trips; one broken byte at a time.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNifti } from './reader.ts';
import { type NiftiVolume, writeNifti } from './writer.ts';

interface PeerFile {
  writer: string;
  type: string;
  bytes: string;
  values: number[];
  affine: number[];
  spacing: number[];
}

const oracle = new URL('../../../test/oracles/lesions/nifti.json', import.meta.url);
const files = (JSON.parse(readFileSync(oracle, 'utf8')) as { results: PeerFile[] }).results;

function opened(bytes: Uint8Array) {
  const read = readNifti(bytes);
  if (!read.ok) throw new Error(read.error.why);
  return read.value;
}

describe('files of nibabel and SimpleITK', () => {
  it.each(files)('are read as they were meant: $writer $type', ({ bytes, values, affine, spacing }) => {
    // At an odd place in memory, so that no view onto the bytes can be taken as it is.
    const raw = gunzipSync(Buffer.from(bytes, 'base64'));
    const odd = new Uint8Array(raw.length + 1).subarray(1);
    odd.set(raw);
    for (const image of [opened(Uint8Array.from(raw)), opened(odd)]) {
      expect(Array.from(image.values)).toEqual(values);
      expect(image.header.size).toEqual([3, 4, 2]);
      for (const [i, one] of image.header.affine.entries()) expect(one).toBeCloseTo(affine[i]!, 5);
      for (const [i, one] of image.header.spacingMm.entries()) expect(one).toBeCloseTo(spacing[i]!, 6);
    }
  });
});

const example: NiftiVolume = { size: [3, 2, 2], values: Float32Array.from({ length: 12 }, (_, i) => i / 7) };

/** The example with one field overwritten. */
function broken(write: (view: DataView) => void): Uint8Array {
  const bytes = writeNifti(example);
  write(new DataView(bytes.buffer));
  return bytes;
}

const why = (bytes: Uint8Array, limits = {}): string => {
  const read = readNifti(bytes, limits);
  return read.ok ? 'read' : read.error.why;
};

describe('what is written', () => {
  it('is read again, voxel by voxel', () => {
    const side = fc.integer({ min: 1, max: 6 });
    const volumes = fc.tuple(side, side, side, fc.boolean()).chain(([nx, ny, nz, isFloat]) => {
      const length = { minLength: nx * ny * nz, maxLength: nx * ny * nz };
      const values = isFloat ? fc.float32Array({ noNaN: true, ...length }) : fc.uint8Array(length);
      return values.map((all): NiftiVolume => ({ size: [nx, ny, nz], values: all, spacingMm: [0.5, 0.25, 3] }));
    });
    fc.assert(
      fc.property(volumes, (volume) => {
        const { header, values } = opened(writeNifti(volume));
        expect(values).toEqual(volume.values);
        expect([header.size, header.spacingMm]).toEqual([volume.size, volume.spacingMm]);
        expect(header.affine).toEqual([0.5, 0, 0, 0, 0, 0.25, 0, 0, 0, 0, 3, 0]);
      }),
    );
  });

  it('tells its whole length from the header alone, and nothing after it is read', () => {
    const bytes = writeNifti(example);
    expect(opened(bytes).header.sizeBytes).toBe(bytes.length);
    const longer = new Uint8Array(bytes.length + 5);
    longer.set(bytes);
    expect(opened(longer).values).toEqual(example.values);
  });
});

describe('what is refused', () => {
  const set = (at: number, value: number) => (view: DataView) => view.setInt16(at, value, true);
  it.each([
    ['a file cut in its header', writeNifti(example).subarray(0, 300), 'shorter than a NIfTI-1 header'],
    ['a file cut in its voxels', writeNifti(example).subarray(0, 399), 'cut short'],
    ['something else', new Uint8Array(400), 'not NIfTI-1'],
    ['NIfTI-2', broken((view) => view.setInt32(0, 540, true)), 'NIfTI-2'],
    ['header and voxels in two files', broken((view) => view.setUint8(345, 0x69)), 'two files'],
    ['Analyze 7.5', broken((view) => view.setUint32(344, 0)), 'the mark "n+1" is missing'],
    ['no dimension', broken(set(40, 0)), 'impossible number of dimensions'],
    ['an empty dimension', broken(set(42, 0)), 'dimension without voxels'],
    [
      'a time series',
      broken((view) => [set(40, 4), set(48, 2)].forEach((one) => void one(view))),
      'more than three dimensions',
    ],
    ['colours', broken(set(70, 128)), 'code 128'],
    ['a size that contradicts the type', broken(set(72, 8)), 'contradict each other'],
    ['voxels before the header ends', broken((view) => view.setFloat32(108, 100, true)), 'impossible place'],
    ['a scaling without a number', broken((view) => view.setFloat32(116, Number.NaN, true)), 'scl_inter'],
    ['a place without a number', broken((view) => view.setFloat32(280, Number.NaN, true)), 'not finite'],
  ])('is told: %s', (_, bytes, words) => {
    expect(why(bytes)).toContain(words);
  });

  it('is an image above the limit of voxels, before any of them is looked at', () => {
    const huge = broken((view) => [42, 44, 46].forEach((at) => void view.setInt16(at, 32_767, true)));
    expect(why(huge)).toContain('134,217,728 voxels');
    expect(why(writeNifti(example), { voxelsMax: 11 })).toContain('11 voxels');
    expect(why(writeNifti(example), { voxelsMax: 12 })).toBe('read');
  });

  it('is a whole number that float64 would change', () => {
    const bytes = new Uint8Array(360);
    bytes.set(writeNifti({ size: [1, 1, 1], values: Uint8Array.of(0) }).subarray(0, 352));
    const view = new DataView(bytes.buffer);
    view.setInt16(70, 1024, true);
    view.setInt16(72, 64, true);
    view.setBigInt64(352, -(2n ** 53n - 1n), true);
    expect(opened(bytes).values).toEqual(Float64Array.of(-(2 ** 53 - 1)));
    view.setBigInt64(352, 2n ** 53n, true);
    expect(why(bytes)).toContain('larger than 2^53');
  });

  it('ends in words for any bytes, never in a throw', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(411), fc.nat(255)), { maxLength: 6 }), (changes) => {
        const bytes = writeNifti(example);
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        expect(why(bytes)).toMatch(/^read$|\.$/);
      }),
      { numRuns: 2000 },
    );
  });
});

it('an unset slope, 0 or not a number, scales nothing', () => {
  for (const slope of [0, Number.NaN]) {
    const bytes = broken((view) => {
      view.setFloat32(112, slope, true);
      view.setFloat32(116, 5, true);
    });
    expect(opened(bytes).values).toEqual(example.values);
  }
});
