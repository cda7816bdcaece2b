import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, gunzip } from 'node:zlib';
import { type NiftiFault, type NiftiImage, readNifti, readNiftiHeader } from '#formats/nifti';
import { ok, type Result, refused } from '#kernel';

const inflate = promisify(gunzip);

/** Most bytes of a file, compressed or not; a volume at the limit of voxels has 2^27 × 8. */
const fileBytesMax = 2 ** 30 + 2 ** 20;
/** As much of a compressed file as surely holds its header. */
const headBytes = 2 ** 14;
/** Some writers add a few bytes after the voxels. */
const tailBytesMax = 2 ** 16;

/**
 * A volume from a `.nii` or `.nii.gz` file; what it is is seen from its bytes, not from its name.
 *
 * A compressed file is first opened as far as its header, and then to the length that the header gives: a small file that
 * would grow without end is refused before it does.
 */
export async function readVolumeFile(path: string): Promise<Result<NiftiImage, NiftiFault>> {
  const bytes = await readAll(path);
  if (!bytes.ok) return bytes;
  const isCompressed = bytes.value[0] === 0x1f && bytes.value[1] === 0x8b;
  if (!isCompressed) return readNifti(bytes.value);
  const head = await inflated(bytes.value.subarray(0, headBytes), 2 ** 25, true);
  if (!head.ok) return head;
  const header = readNiftiHeader(head.value);
  if (!header.ok) return header;
  const whole = await inflated(bytes.value, header.value.sizeBytes + tailBytesMax, false);
  return whole.ok ? readNifti(whole.value) : whole;
}

async function readAll(path: string): Promise<Result<Uint8Array, NiftiFault>> {
  try {
    const { size } = await stat(path);
    if (size > fileBytesMax)
      return refused({ why: 'The file is larger than 1 GiB, the limit here. Crop or resample it.' });
    return ok(await readFile(path));
  } catch (error) {
    return refused({
      why: `The file cannot be opened (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}).`,
    });
  }
}

async function inflated(bytes: Uint8Array, bytesMax: number, isPart: boolean): Promise<Result<Uint8Array, NiftiFault>> {
  try {
    const finishFlush = isPart ? constants.Z_SYNC_FLUSH : constants.Z_FINISH;
    const chunkSize = isPart ? 2 ** 16 : bytesMax;
    return ok(await inflate(bytes, { finishFlush, chunkSize, maxOutputLength: bytesMax }));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      return refused({ why: 'The file holds more than its header says. It is damaged or made to fill memory.' });
    }
    const what = code === 'Z_BUF_ERROR' ? 'It is cut short' : 'Its compression is damaged';
    return refused({ why: `${what}. Copy or export it again.` });
  }
}
