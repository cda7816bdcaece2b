// Lesion figures of whole volumes, beside picai_eval on the same files in the same run where it is installed: name the
// interpreter of its environment in HORTUS_BENCH_PYTHON (pip install picai_eval). Both read .nii.gz, label components,
// match and compute the figures; ours adds 1,000 resamples of patients, timed apart. One thread each for the evaluation.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeNifti } from '#formats/nifti';
import { seededRandom } from '#kernel';
import { evaluateLesionCase, evaluateLesions, type LesionCase } from '#statistics';
import { pairCaseFiles } from '../src/main/lesions/case-files.ts';
import { examineCases } from '../src/main/lesions/evaluation.ts';

const settings = [
  { name: '256 × 256 × 24', size: [256, 256, 24], cases: 40 },
  { name: '640 × 640 × 31', size: [640, 640, 31], cases: 10 },
] as const;

type Size = readonly [number, number, number];

function ball(values: Float32Array | Uint8Array, size: Size, at: readonly number[], value: number): void {
  const [x, y, z] = at as [number, number, number];
  const radius = size[0] / 16;
  for (let k = Math.max(0, z - 3); k < Math.min(size[2], z + 4); k++)
    for (let j = Math.max(0, Math.floor(y - radius)); j < Math.min(size[1], y + radius); j++)
      for (let i = Math.max(0, Math.floor(x - radius)); i < Math.min(size[0], x + radius); i++)
        if (((i - x) / radius) ** 2 + ((j - y) / radius) ** 2 + ((k - z) / 4) ** 2 <= 1)
          values[i + size[0] * (j + size[1] * k)] = value;
}

/** Lesions in half of the cases, each with a candidate beside it, and one to three candidates elsewhere. */
function volumes(size: Size, index: number) {
  const random = seededRandom(`bench lesions ${index}`);
  // Lesions lie in the left half and other candidates in the right one, so that no two confidences touch.
  const place = (from: number) =>
    size.map((one, axis) => Math.floor(one * (axis === 0 ? from + 0.15 * random() : 0.15 + 0.7 * random())));
  const [detection, reference] = [
    new Float32Array(size[0] * size[1] * size[2]),
    new Uint8Array(size[0] * size[1] * size[2]),
  ];
  if (index % 2 === 0) {
    const at = place(0.15);
    ball(reference, size, at, 1);
    ball(detection, size, [at[0]! + 4, at[1]!, at[2]!], 0.5 + random() / 2);
  }
  for (let left = 1 + Math.floor(3 * random()); left > 0; left--) ball(detection, size, place(0.7), 0.25);
  return { detection, reference };
}

const script = `
import json, sys, time
from picai_eval import evaluate_folder
start, spent = time.perf_counter(), time.process_time()
metrics = evaluate_folder(sys.argv[1], num_parallel_calls=1, verbose=0)
print(json.dumps({"seconds": time.perf_counter() - start, "cpu": time.process_time() - spent, "AP": metrics.AP, "auroc": metrics.auroc}))
`;

function peer(folder: string): { seconds: number; cpu: number; AP: number; auroc: number } | undefined {
  const python = process.env.HORTUS_BENCH_PYTHON;
  if (python === undefined) return undefined;
  const run = spawnSync(python, ['-c', script, folder], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`picai_eval failed: ${run.stderr}`);
  return JSON.parse(run.stdout.trim().split('\n').at(-1)!);
}

const seconds = (sinceMs: number): number => (performance.now() - sinceMs) / 1000;
const value = (figure: { estimable: boolean; value?: number }): number => figure.value ?? Number.NaN;

/** Milliseconds of one case that is already in memory. */
function fastest(size: Size): number {
  const { detection, reference } = volumes(size, 0);
  const times = Array.from({ length: 15 }, () => {
    const startMs = performance.now();
    evaluateLesionCase({ values: detection, size }, { values: reference, size });
    return performance.now() - startMs;
  });
  return Math.min(...times);
}

for (const { name, size, cases } of settings) {
  const folder = mkdtempSync(join(tmpdir(), 'hortus-bench-lesions-'));
  try {
    for (let index = 0; index < cases; index++) {
      const { detection, reference } = volumes(size, index);
      writeFileSync(
        join(folder, `${index}_1_detection_map.nii.gz`),
        gzipSync(writeNifti({ size, values: detection }), { level: 1 }),
      );
      writeFileSync(
        join(folder, `${index}_1_label.nii.gz`),
        gzipSync(writeNifti({ size, values: reference }), { level: 1 }),
      );
    }
    const { cases: files } = await pairCaseFiles({ predictions: folder, references: folder });
    await examineCases(files.slice(0, 2), { mode: 'compat' }, () => {});
    const [startMs, spent] = [performance.now(), process.cpuUsage()];
    const examined: LesionCase[] = await examineCases(files, { mode: 'compat' }, () => {});
    const figures = evaluateLesions(examined, { mode: 'compat' });
    const all = seconds(startMs);
    const { user, system } = process.cpuUsage(spent);
    const cpu = (user + system) / 1e6;
    const each = (one: number): string => `${((1000 * one) / cases).toFixed(0)} ms`;
    console.log(`${name}, ${cases} cases, a case: Hortus ${each(all)}, ${each(cpu)} of processor`);
    console.log(`  ${fastest(size).toFixed(1)} ms of them without reading and decompressing (fastest of 15)`);
    const theirs = peer(folder);
    if (theirs === undefined) console.log('  picai_eval: not measured (HORTUS_BENCH_PYTHON)');
    else {
      const { auroc, averagePrecision: precision } = figures;
      const apart = Math.max(
        Math.abs(theirs.AP - value(precision.figure)),
        Math.abs(theirs.auroc - value(auroc.figure)),
      );
      const times = `${(theirs.seconds / all).toFixed(1)} times as long, ${(theirs.cpu / cpu).toFixed(1)} times the processor`;
      console.log(`  picai_eval ${each(theirs.seconds)}, ${each(theirs.cpu)} of processor: ${times}`);
      console.log(`  figures apart by ${apart.toExponential(1)}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const random = seededRandom('bench resampling');
const many: LesionCase[] = Array.from({ length: 1500 }, () => {
  const findings = Array.from({ length: Math.floor(4 * random()) }, () => ({
    ...{ isLesion: random() < 0.3, confidence: random(), overlap: 0.5 },
  }));
  return { findings, confidence: random(), hasLesion: findings.some(({ isLesion }) => isLesion) };
});
const startMs = performance.now();
evaluateLesions(many, { bootstrap: { resamples: 1000, random: seededRandom('bench') } });
console.log(`1,000 resamples of 1,500 patients, all figures: ${seconds(startMs).toFixed(2)} s`);
