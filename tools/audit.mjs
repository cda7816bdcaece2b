import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './prepare.mjs';

// Asks the registry for known vulnerabilities in what is installed, and tells apart what is shipped (by the bill of
// materials) from what only builds and tests. `npm run audit`. Ends with 0: none of high or critical severity in what is
// shipped; 1: some; 3: the registry did not answer, so nothing is known. Silence is never taken for a clean answer.

const limitMs = 120_000;
const stopping = new Set(['high', 'critical']);

function main() {
  const shipped = shippedNames();
  const run = spawnSync('npm', ['audit', '--json', '--fetch-retries=0', '--fetch-timeout=30000', '--loglevel=silent'], {
    cwd: root,
    encoding: 'utf8',
    timeout: limitMs,
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  const report = read(run.stdout);
  const counts = report?.metadata?.vulnerabilities;
  if (report?.vulnerabilities === undefined || counts === undefined) return notAnswered(run, report);
  const found = Object.values(report.vulnerabilities);
  const inProduct = found.filter(({ name }) => shipped.has(name));
  for (const one of inProduct) console.log(`${one.severity.padEnd(9)} ${one.name} ${one.range}: ${reasonsOf(one)}`);
  const others = found.length - inProduct.length;
  console.log(
    `${inProduct.length} known vulnerable of ${shipped.size} packages that are shipped, ${others} among what builds and tests.`,
  );
  return inProduct.some(({ severity }) => stopping.has(severity)) ? 1 : 0;
}

function notAnswered(run, report) {
  const said = report?.statusCode ?? report?.error?.code ?? run.error?.code ?? run.signal ?? `exit ${run.status}`;
  console.log(`NOT ANSWERED: the registry of this machine gave no advisories (${said}); nothing was checked.`);
  return 3;
}

const reasonsOf = ({ via }) =>
  via.map((one) => (typeof one === 'string' ? `by ${one}` : `${one.title} (${one.url})`)).join('; ');

function shippedNames() {
  const bill = spawnSync(process.execPath, [join(root, 'tools', 'sbom.mjs'), '-'], { encoding: 'utf8' });
  return new Set(JSON.parse(bill.stdout).components.map(({ name }) => name));
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

process.exitCode = main();
