import type { NiftiImage } from '#formats/nifti';
import { type FieldError, Problem } from '#kernel';
import { type EvaluatedLesionCase, evaluateLesionCase, type LesionCaseOptions, type VoxelGrid } from '#statistics';
import { type CaseFiles, position } from './case-files.ts';
import { readVolumeFile } from './volume-file.ts';

type Loaded = { detection: NiftiImage; reference: NiftiImage } | { faults: string[] };

/**
 * Every case examined, one after another: two cases are in memory at a time, the next one is read meanwhile.
 * Problems: `invalid-input` with every case that cannot be evaluated. Leaving them out would flatter or harm the figures.
 */
export async function examineCases(
  files: readonly CaseFiles[],
  options: LesionCaseOptions,
  onCase: (done: number) => void,
): Promise<EvaluatedLesionCase[]> {
  const [examined, errors]: [EvaluatedLesionCase[], FieldError[]] = [[], []];
  let next: Promise<Loaded> | undefined = files[0] === undefined ? undefined : load(files[0]);
  for (let i = 0; i < files.length; i++) {
    const loaded = await next!;
    next = files[i + 1] === undefined ? undefined : load(files[i + 1]!);
    const result = 'faults' in loaded ? loaded : examine(loaded, options);
    const which = position(i, files.length);
    if ('faults' in result) errors.push(...result.faults.map((why) => ({ detail: `${which}, ${why}` })));
    else examined.push(result);
    onCase(i + 1);
  }
  if (errors.length === 0) return examined;
  throw new Problem('invalid-input', {
    detail: `${files.length - examined.length} of ${files.length} cases cannot be evaluated; nothing is evaluated without them.`,
    errors,
  });
}

async function load(files: CaseFiles): Promise<Loaded> {
  const [detection, reference] = await Promise.all([readVolumeFile(files.detection), readVolumeFile(files.reference)]);
  if (detection.ok && reference.ok) return { detection: detection.value, reference: reference.value };
  return {
    faults: [
      ...(detection.ok ? [] : [`detection map: ${detection.error.why}`]),
      ...(reference.ok ? [] : [`reference: ${reference.error.why}`]),
    ],
  };
}

const gridOf = ({ header, values }: NiftiImage): VoxelGrid => ({ size: header.size, values });

function examine(
  { detection, reference }: { detection: NiftiImage; reference: NiftiImage },
  options: LesionCaseOptions,
): EvaluatedLesionCase | { faults: string[] } {
  const result = evaluateLesionCase(gridOf(detection), gridOf(reference), options);
  if (!result.ok) {
    const { volume, why } = result.error;
    return { faults: [`${volume === 'detection' ? 'detection map' : 'reference'}: ${why}.`] };
  }
  const warnings = [...result.value.warnings, ...placementWarnings(detection, reference)];
  return { ...result.value, warnings };
}

/** Half a voxel: less is rounding of headers, more is another place in the body. */
const toleratedVoxels = 0.5;

/** Volumes are compared voxel by voxel, whatever their headers say of the body; that this differs is worth saying. */
function placementWarnings({ header: a }: NiftiImage, { header: b }: NiftiImage): string[] {
  if (!a.size.every((one, axis) => one === b.size[axis])) return [];
  const tolerated = toleratedVoxels * Math.min(...b.spacingMm);
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) =>
    [0, 1, 2].map((axis) => ((bits >> axis) & 1) * (b.size[axis]! - 1)),
  );
  const isApart = corners.some(([i, j, k]) =>
    [0, 4, 8].some((row) => {
      const at = (affine: readonly number[]) =>
        affine[row]! * i! + affine[row + 1]! * j! + affine[row + 2]! * k! + affine[row + 3]!;
      return Math.abs(at(a.affine) - at(b.affine)) > tolerated;
    }),
  );
  return isApart ? ['detection map and reference lie at different places in the body, as their headers say'] : [];
}
