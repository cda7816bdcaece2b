import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureChromium } from './chromium.mjs';
import { checkNode, ensureInstalled, root, seconds } from './prepare.mjs';

// `npm test` runs every check; `npm test -- --quick` (`npm run check`) those that are fast enough for every commit.
// The last line is always `N passed, N failed`, with `, N skipped` where some could not run here.

const isQuick = process.argv.includes('--quick');
const count = { passed: 0, failed: 0, skipped: 0 };
const lines = [];

checkNode();
ensureInstalled(console.log);

checkWith('types', 'typescript', 'tsc', ['-p', 'tsconfig.json']);
checkWith('lint', '@biomejs/biome', 'biome', ['check', '--max-diagnostics=50', '.']);
if (isQuick) {
  testProjects('unit and tidy', ['unit', 'tidy']);
} else {
  checkWith('unused code', 'knip', 'knip', ['--no-progress']);
  testProjects('unit, store, http and tidy', ['unit', 'store', 'http', 'tidy']);
  testProjects('reliability', ['reliability']);
  if (await isBuilt()) testJourneys();
}
console.log(`\n${lines.join('\n')}`);
const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
console.log(`${count.passed} passed, ${count.failed} failed${skipped}`);
process.exit(count.failed > 0 ? 1 : 0);

/** A check that counts as one test; its words are shown only where it fails. */
function checkWith(name, packageName, binName, args) {
  const started = Date.now();
  const run = spawnSync(process.execPath, [programOf(packageName, binName), ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status === 0) count.passed++;
  else {
    count.failed++;
    console.log(`${run.stdout ?? ''}${run.stderr ?? ''}${run.error ?? ''}`);
  }
  report(name, run.status === 0 ? 'passed' : 'FAILED', started);
}

async function isBuilt() {
  const started = Date.now();
  try {
    await ensureBuilt(console.log);
    count.passed++;
    report('build', 'passed', started);
    return true;
  } catch (error) {
    count.failed++;
    console.log(error instanceof Error ? error.message : String(error));
    report('build', 'FAILED', started);
    return false;
  }
}

function testProjects(name, projects, env = {}) {
  const started = Date.now();
  const resultFile = join(root, '.cache', 'test-results.json');
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(resultFile, { force: true });
  const run = spawnSync(
    process.execPath,
    [
      programOf('vitest', 'vitest'),
      'run',
      '--passWithNoTests',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${resultFile}`,
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } },
  );
  const result = countOf(resultFile);
  // A run that breaks outside of a test (an unhandled error, no result at all) is a failure of its own.
  if (run.status !== 0 && result.failed === 0) result.failed = 1;
  for (const key of Object.keys(count)) count[key] += result[key];
  report(name, `${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`, started);
}

function countOf(resultFile) {
  if (!existsSync(resultFile)) return { passed: 0, failed: 0, skipped: 0 };
  const result = JSON.parse(readFileSync(resultFile, 'utf8'));
  const filesThatBroke = result.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + filesThatBroke.length,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

function testJourneys() {
  const folder = join(root, 'test', 'e2e');
  const journeys = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.test.ts')) : [];
  if (journeys.length === 0) return;
  const started = Date.now();
  const chromium = ensureChromium(console.log);
  if (chromium.path) {
    testProjects('browser journeys', ['journeys'], { HORTUS_CHROMIUM: chromium.path });
    return;
  }
  count.skipped += journeys.length;
  report('browser journeys', `${journeys.length} files skipped: ${chromium.reason}`, started);
}

/** The script behind a package's command, started with this very Node. */
function programOf(packageName, binName) {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[binName]);
}

function report(name, outcome, started) {
  const line = `${name.padEnd(28)} ${outcome} (${seconds(started)})`;
  lines.push(line);
  console.log(line);
}
