import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureChromium } from './chromium.mjs';
import { checkNode, ensureInstalled, root, seconds } from './prepare.mjs';

// `npm test` runs every check; `npm test -- --quick` (`npm run check`) those that are fast enough for every commit.
// The last line is always `N passed, N failed`, with `, N skipped` where some could not run here.

const minute = 60_000;
/** Where a suite hangs, the others still have their turn, and it is told which one it was. */
const limitsMs = { check: 10 * minute, suite: 20 * minute, reliability: 8 * minute };
const isQuick = process.argv.includes('--quick');
const count = { passed: 0, failed: 0, skipped: 0 };
const lines = [];

checkNode();
ensureInstalled(console.log);

checkWith('types', 'typescript', 'tsc', ['-p', 'tsconfig.json']);
checkWith('lint', '@biomejs/biome', 'biome', ['check', '--max-diagnostics=50', '.']);
if (isQuick) {
  await testProjects('unit and tidy', ['unit', 'tidy']);
} else {
  checkWith('unused code', 'knip', 'knip', ['--no-progress']);
  await testProjects('unit, store, http and tidy', ['unit', 'store', 'http', 'tidy']);
  await testProjects('reliability', ['reliability'], { limitMs: limitsMs.reliability });
  if (await isBuilt()) await testJourneys();
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
    timeout: limitsMs.check,
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

async function testProjects(name, projects, { env = {}, limitMs = limitsMs.suite } = {}) {
  const started = Date.now();
  const resultFile = join(root, '.cache', 'test-results.json');
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(resultFile, { force: true });
  const args = [
    programOf('vitest', 'vitest'),
    'run',
    '--passWithNoTests',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${resultFile}`,
  ];
  const end = await endOf(args, { env, limitMs });
  const result = countOf(resultFile);
  // A run that breaks outside of a test (an unhandled error, no result at all) is a failure of its own.
  if (end !== 'passed' && result.failed === 0) result.failed = 1;
  for (const key of Object.keys(count)) count[key] += result[key];
  const late = end === 'late' ? ` (ENDED after ${limitMs / minute} minutes: it hung)` : '';
  report(name, `${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped${late}`, started);
}

/** Runs a program of tests, but not for ever. Interrupted it still stops what it started; then it is killed. */
async function endOf(args, { env, limitMs }) {
  const run = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  let isLate = false;
  const timers = [
    setTimeout(() => {
      isLate = true;
      console.log(`\nnot finished after ${limitMs / minute} minutes; it is ended`);
      run.kill('SIGINT');
    }, limitMs),
    setTimeout(() => run.kill('SIGKILL'), limitMs + minute),
  ];
  const status = await new Promise((resolve) => {
    run.once('exit', resolve);
    run.once('error', () => resolve(1));
  });
  for (const timer of timers) clearTimeout(timer);
  if (isLate) return 'late';
  return status === 0 ? 'passed' : 'failed';
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

async function testJourneys() {
  const folder = join(root, 'test', 'e2e');
  const journeys = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.test.ts')) : [];
  if (journeys.length === 0) return;
  const started = Date.now();
  const chromium = ensureChromium(console.log);
  if (chromium.path) {
    await testProjects('browser journeys', ['journeys'], { env: { HORTUS_CHROMIUM: chromium.path } });
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
