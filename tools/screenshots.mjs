import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { ensureChromium } from './chromium.mjs';
import { root } from './prepare.mjs';

// `npm run screenshots -- --url http://127.0.0.1:4680` draws every page of a running demonstration into
// docs/screenshots: light and dark, wide and narrow, clipped to what is first seen.

const { values } = parseArgs({ options: { url: { type: 'string', default: 'http://127.0.0.1:4680' } } });
const folder = join(root, 'docs', 'screenshots');
const totalBytesMax = 8_000_000;
const sizes = [
  ['desktop', { width: 1100, height: 690 }],
  ['narrow', { width: 390, height: 700 }],
];

/** Pages that only somebody who signed in sees. */
const whenSignedIn = [
  ['permissions', '/people/permissions'],
  ['permission-table', '/people/permissions?view=table'],
  ['access-record', '/people/access'],
  ['account', '/people/account'],
];
const signedInAs = 'Dora Directie';

const found = ensureChromium(console.log);
if (!found.path) {
  console.error(found.reason);
  process.exit(1);
}
const browser = await chromium.launch({
  executablePath: found.path,
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
try {
  const pages = await everyPage();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of ['light', 'dark']) {
    for (const [size, viewport] of sizes) await drawAll(pages, { colorScheme, size, viewport });
  }
} finally {
  await browser.close();
}
const files = readdirSync(folder);
writeFileSync(join(folder, 'README.md'), listOf(files));
const totalBytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
console.log(`${files.length} pictures, ${(totalBytes / 1e6).toFixed(1)} MB, in docs/screenshots`);
if (totalBytes > totalBytesMax) {
  console.error(`More than ${totalBytesMax / 1e6} MB: draw fewer or smaller pictures.`);
  process.exit(1);
}

/** One line a page, each with its four pictures. */
function listOf(pictures) {
  const names = [...new Set(pictures.map((file) => file.replace(/-(desktop|narrow)-(light|dark)\.png$/, '')))];
  const kinds = ['desktop-light', 'desktop-dark', 'narrow-light', 'narrow-dark'];
  const row = (name) => `| ${name} | ${kinds.map((kind) => `[see](${name}-${kind}.png)`).join(' | ')} |`;
  return `# Screenshots

Pages of the demonstration as a visitor first sees them, and some as ${signedInAs} does: simulated data, invented hospitals and persons.
\`npm run screenshots -- --url <address of a running demonstration>\` draws them again.

| page | ${kinds.map((kind) => kind.replace('-', ', ')).join(' | ')} |
| --- | --- | --- | --- | --- |
${names.map(row).join('\n')}
`;
}

/** Every page by name; those of one thing show the one that has most to tell. */
async function everyPage() {
  const { claims } = await ask('/api/v1/monitor/claims');
  const { deficiencies } = await ask('/api/v1/monitor/deficiencies');
  const { cases } = await ask('/api/v1/monitor/cases?show=missed');
  const { certificates } = await ask('/api/v1/certify/certificates');
  const { entries } = await ask('/api/v1/ledger/entries?kind=status-change&limit=1');
  const loudest = claims.toSorted((a, b) => levelOf(b) - levelOf(a))[0];
  const certificate =
    certificates.find(({ sites }) => sites.some(({ effectiveStatus }) => effectiveStatus === 'suspended')) ??
    certificates.find(({ sites }) => sites.some(({ name }) => name.startsWith('Westhaven'))) ??
    certificates[0];
  const suspended = certificate ? await suspensionOf(certificate.id) : undefined;
  return [
    ['overview', '/'],
    ['certificates', '/certify/certificates'],
    ['claims', '/monitor/claims'],
    ['calibration', '/monitor/calibration'],
    ['cases', '/monitor/cases'],
    ['deficiencies', '/monitor/deficiencies'],
    ['models', '/develop/models'],
    ['ledger', '/ledger'],
    ['people', '/people'],
    ...(certificate ? [['certificate', `/certify/certificates/${certificate.id}`]] : []),
    ...(suspended ? [['certificate-suspended', suspended]] : []),
    ...(loudest ? [['claim', `/monitor/claims/${loudest.id}`]] : []),
    ...(deficiencies.length > 0 ? [['deficiency', `/monitor/deficiencies/${deficiencies.at(-1).id}`]] : []),
    ...(cases.length > 0 ? [['case', `/monitor/cases/${cases[0].siteCode}/${cases[0].caseId}`]] : []),
    ...(entries.length > 0 ? [['ledger-entry', `/ledger/${entries[0].index}`]] : []),
  ];
}

/** The page of a certificate as it was known on the day on which it was last suspended, if it ever was. */
async function suspensionOf(id) {
  const { timeline } = await ask(`/api/v1/certify/certificates/${id}`);
  const event = timeline.findLast(({ statusChanges }) => statusChanges.some(({ to }) => to === 'suspended'));
  return event && `/certify/certificates/${id}?asOf=${event.at.slice(0, 10)}`;
}

function levelOf({ streams }) {
  return Math.max(...streams.map(({ level, state }) => (state === 'broken' ? 3 : level)));
}

async function ask(path) {
  const answer = await fetch(new URL(path, values.url)).catch(() => undefined);
  if (answer?.ok) return answer.json();
  console.error(`No demonstration answers at ${values.url}: start one with npm start, or name it with --url.`);
  process.exit(1);
}

async function drawAll(pages, { colorScheme, size, viewport }) {
  const context = await browser.newContext({ baseURL: values.url, viewport, colorScheme, locale: 'en-GB' });
  const page = await context.newPage();
  const draw = async ([name, path]) => {
    await page.goto(path, { waitUntil: 'networkidle' });
    await page.locator('h1').first().waitFor();
    await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
    console.log(`${name}, ${size}, ${colorScheme}`);
  };
  for (const one of pages) await draw(one);
  await page.locator('.bar-person').click();
  await page.getByRole('menuitemradio', { name: new RegExp(signedInAs) }).click();
  await page.getByRole('button', { name: new RegExp(`^Continue as ${signedInAs}`) }).click();
  await page.locator('.bar-person', { hasText: signedInAs }).waitFor();
  for (const one of whenSignedIn) await draw(one);
  await context.close();
}
