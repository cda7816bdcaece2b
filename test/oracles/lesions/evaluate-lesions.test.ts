// Goal: a folder of NIfTI files becomes figures, words, JSON and exit code; a bad file is named by its place and never by
// its name. Method: synthetic cases written into a folder of their own; one run of the real command.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { writeNifti } from '#formats/nifti';
import { Problem } from '#kernel';
import { evaluateLesionCase, evaluateLesions as figuresOf } from '#statistics';
import { evaluateLesions, type LesionFlags } from '../../../src/main/cli/evaluate-lesions.ts';
import { productFolder } from '../../../src/main/version.ts';
import { syntheticCase } from './synthetic-cases.ts';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** Cases 3 to 8 of the oracle, of four patients: maps compressed, labels not. */
const chosen = [3, 4, 5, 6, 7, 8];
const caseId = (index: number): string => `${1000 + Math.floor(index / 2)}_secret${index}`;

function folder(): string {
  const made1 = mkdtempSync(join(tmpdir(), 'hortus-lesions-'));
  made.push(made1);
  return made1;
}

function folderOfCases(): string {
  const into = folder();
  for (const index of chosen) {
    const { detection, reference } = syntheticCase(index);
    writeFileSync(join(into, `${caseId(index)}_detection_map.nii.gz`), gzipSync(writeNifti(detection)));
    writeFileSync(join(into, `${caseId(index)}_label.nii`), writeNifti(reference));
  }
  return into;
}

const defaults: LesionFlags = {
  ...{ mode: 'strict', overlap: 'iou', minOverlap: 0.1, caseConfidence: 'max', bootstrap: '200', seed: 'test' },
};

async function run(from: string | undefined, flags: Partial<LesionFlags> = {}) {
  const said = { out: '', err: '' };
  const sink = (key: 'out' | 'err') =>
    ({ write: (text: string) => (said[key] += text) }) as unknown as NodeJS.WriteStream;
  const streams = { out: sink('out'), err: sink('err') };
  const code = await evaluateLesions(from, { flags: { ...defaults, ...flags }, streams });
  return { code, ...said };
}

/** What is told of a refusal. */
async function refusal(from: string | undefined, flags: Partial<LesionFlags> = {}): Promise<string> {
  const problem = await run(from, flags).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(problem instanceof Problem)) throw new Error('it was not refused');
  return [problem.detail, ...problem.errors.map(({ detail }) => detail)].join('\n');
}

describe('a folder of cases', () => {
  it('gives the figures of its cases, with patients resampled together', async () => {
    const cases = chosen.map((index) => {
      const { detection, reference } = syntheticCase(index);
      const examined = evaluateLesionCase(detection, reference);
      if (!examined.ok) throw new Error(examined.error.why);
      return examined.value;
    });
    const { code, out } = await run(folderOfCases(), { json: true });
    const report = JSON.parse(out);
    expect(code).toBe(0);
    expect(report.evaluation.auroc.figure).toEqual(figuresOf(cases).auroc.figure);
    expect(report.evaluation.averagePrecision.figure).toEqual(figuresOf(cases).averagePrecision.figure);
    expect(report.patients).toBe(4);
    expect(report.cases.map((one: { findings: unknown }) => one.findings)).toEqual(
      cases.map(({ findings }) => findings),
    );
    expect(out).not.toContain('secret');
  });

  it('says the same in words, with n, and writes JSON into a file', async () => {
    const file = join(folder(), 'figures.json');
    const { code, out, err } = await run(folderOfCases(), { json: file, at: [0.25] });
    expect(code).toBe(0);
    expect(out).toContain('6 cases of 4 patients');
    expect(out).toMatch(/PI-CAI score +0\.\d{4}/);
    expect(out).toContain('lesions found at 0.25 false positives a case');
    expect(err).toContain('cases: 6 of 6');
    expect(JSON.parse(readFileSync(file, 'utf8')).kind).toBe('hortus lesion evaluation 1');
  });

  it('may lie in two folders, where the case alone is a name', async () => {
    const [maps, labels] = [folder(), folder()];
    for (const index of chosen) {
      const { detection, reference } = syntheticCase(index);
      writeFileSync(join(maps, `${caseId(index)}.nii.gz`), gzipSync(writeNifti(detection)));
      writeFileSync(join(labels, `${caseId(index)}.nii.gz`), gzipSync(writeNifti(reference)));
    }
    const two = await run(undefined, { predictions: maps, references: labels });
    expect(two.out).toEqual((await run(folderOfCases())).out);
  });

  it('without lesions and with one class ends with 1, and says why', async () => {
    const into = folder();
    const { detection } = syntheticCase(3);
    writeFileSync(join(into, 'a_detection_map.nii'), writeNifti(detection));
    writeFileSync(
      join(into, 'a_label.nii'),
      writeNifti({ size: detection.size, values: new Uint8Array(detection.values.length) }),
    );
    const { code, out } = await run(into);
    expect(code).toBe(1);
    expect(out).toContain('not estimable, because: one class only');
    expect(out).toContain('not estimable, because: no reference lesion');
  });
});

describe('what is refused', () => {
  it('is every bad file at once, by its place', async () => {
    const into = folderOfCases();
    const map = (index: number) => join(into, `${caseId(index)}_detection_map.nii.gz`);
    writeFileSync(map(3), readFileSync(map(3)).subarray(0, 300));
    writeFileSync(map(4), 'not an image');
    writeFileSync(map(5), gzipSync(Buffer.concat([writeNifti(syntheticCase(5).detection), Buffer.alloc(2 ** 20)])));
    const values = syntheticCase(6).detection.values.slice().fill(Number.NaN, 0, 1);
    writeFileSync(map(6), gzipSync(writeNifti({ size: syntheticCase(6).detection.size, values })));
    const words = await refusal(into);
    expect(words).toContain('4 of 6 cases cannot be evaluated');
    expect(words).toContain('case 1 of 6 (in the order of names), detection map: It is cut short');
    expect(words).toContain('case 2 of 6 (in the order of names), detection map: The file is shorter than a NIfTI-1');
    expect(words).toContain('case 3 of 6 (in the order of names), detection map: The file holds more than its header');
    expect(words).toContain('case 4 of 6 (in the order of names), detection map: a confidence is not a finite number');
    expect(words).not.toContain('secret');
  });

  it('is a map without reference, two maps of a case, another format, and a folder without maps', async () => {
    const into = folderOfCases();
    rmSync(join(into, `${caseId(4)}_label.nii`));
    writeFileSync(join(into, `${caseId(5)}_detection_map.nii`), '');
    const words = await refusal(into);
    expect(words).toContain('case 2 of 6 (in the order of names): has no reference');
    expect(words).toContain('case 3 of 6 (in the order of names): has 2 detection maps');
    writeFileSync(join(into, 'secret_detection_map.mha'), '');
    expect(await refusal(into)).toContain('Convert them to .nii.gz');
    expect(await refusal(folder())).toContain('There is no detection map');
    expect(await refusal(join(folder(), 'nowhere'))).toContain('cannot be read (ENOENT)');
    expect(await refusal(undefined)).toContain('Name a folder');
  });

  it('is a reference without a map, which compat leaves out with a note', async () => {
    const into = folderOfCases();
    rmSync(join(into, `${caseId(4)}_detection_map.nii.gz`));
    expect(await refusal(into)).toContain('1 references have no detection map');
    expect((await run(into, { mode: 'compat' })).out).toContain('Note: 1 references have no detection map');
  });
});

it('the command is there, and ends with 2 for a wrong option', async () => {
  const ended = (...args: string[]) =>
    new Promise<[number | null, string]>((resolve) => {
      const program = ['--import', 'tsx', join(productFolder(), 'src/main/cli.ts'), 'evaluate', 'lesions', ...args];
      const child = spawn(process.execPath, program, { cwd: productFolder() });
      let out = '';
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
      child.on('close', (code) => resolve([code, out]));
    });
  const [good, bad] = await Promise.all([
    ended(folderOfCases(), '--bootstrap', '20'),
    ended('.', '--min-overlap', '2'),
  ]);
  expect(good[0]).toBe(0);
  expect(good[1]).toContain('PI-CAI score');
  expect(bad[0]).toBe(2);
}, 60_000);
