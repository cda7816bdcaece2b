import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { read, root } from './source-tree.ts';

// Goal: nothing is shipped that nobody can account for. Method: the bill of materials as `npm run sbom` writes it, against
// package.json, the lock file, the decisions on dependencies and a list of licences that go with Apache-2.0.

interface Component {
  'bom-ref': string;
  name: string;
  version: string;
  purl: string;
  hashes?: { alg: string; content: string }[];
  licenses: { license?: { id: string }; expression?: string }[];
  properties: { value: string }[];
}
interface Bill {
  bomFormat: string;
  specVersion: string;
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

const written = (): string =>
  execFileSync(process.execPath, [join(root, 'tools', 'sbom.mjs'), '-'], { encoding: 'utf8' });
const text = written();
const bill = JSON.parse(text) as Bill;
const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
const runtime = { ...manifest.dependencies, ...manifest.optionalDependencies };

/** SPDX ids. None asks for more than its own text to be kept with what is shipped. */
const allowed = new Set(
  '0BSD Apache-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause BSL-1.0 CC0-1.0 ISC MIT PostgreSQL Unlicense'.split(' '),
);

function isAllowed({ license, expression }: Component['licenses'][number]): boolean {
  const words = (license?.id ?? expression ?? '').replace(/^\(|\)$/g, '');
  const isChoice = words.includes(' OR ');
  const ids = words.split(isChoice ? ' OR ' : ' AND ');
  return isChoice ? ids.some((id) => allowed.has(id)) : ids.every((id) => allowed.has(id));
}

describe('the bill of materials', () => {
  it('has every runtime dependency in the version that is pinned, and what the web app bundles', () => {
    expect([bill.bomFormat, bill.specVersion]).toEqual(['CycloneDX', '1.6']);
    const refs = new Set(bill.components.map((one) => one['bom-ref']));
    const missing = Object.entries(runtime).filter(([name, version]) => !refs.has(`${name}@${version}`));
    expect(missing, 'package.json and package-lock.json disagree: npm install').toEqual([]);
    const bundled = bill.components.filter(({ properties }) => properties.some(({ value }) => value === 'web app'));
    expect(bundled.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['react', 'react-dom', '@mantine/core', '@tanstack/react-router', 'd3-scale', 'zod']),
    );
    for (const tool of ['vitest', 'typescript', 'playwright-core', '@biomejs/biome']) {
      expect([tool, bundled.some(({ name }) => name === tool)]).toEqual([tool, false]);
    }
  });

  it('leads from the product to each of them, and names each once, with the digest that the lock file holds', () => {
    const known = new Map(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    const reached = new Set<string>();
    const follow = (ref: string): void => {
      if (reached.has(ref)) return;
      reached.add(ref);
      for (const next of known.get(ref) ?? []) follow(next);
    };
    follow(`hortus@${(JSON.parse(read('package.json')) as { version: string }).version}`);
    const packages = bill.components.filter(({ purl }) => purl.startsWith('pkg:npm/'));
    expect(packages.map((one) => one['bom-ref']).filter((ref) => !reached.has(ref))).toEqual([]);
    expect(new Set(packages.map(({ purl }) => purl)).size).toBe(packages.length);
    expect(packages.filter(({ hashes }) => !/^[0-9a-f]{128}$/.test(hashes?.[0]?.content ?? ''))).toEqual([]);
  });

  it('is the same bytes for the same lock file, and says nothing of when or where it was made', () => {
    expect(written()).toBe(text);
    expect(text).not.toMatch(/timestamp|serialNumber|https?:\/\/(?!cyclonedx\.org)|"resolved"|node_modules/);
  });
});

describe('what is shipped', () => {
  it('has a licence that goes with ours', () => {
    const others = bill.components.filter(({ licenses }) => licenses.length === 0 || !licenses.every(isAllowed));
    const named = others.map(({ name, licenses }) => `${name}: ${JSON.stringify(licenses)}`);
    expect(named, 'take another package, or decide on the licence and add it to the list here').toEqual([]);
  });

  it('is decided on: each runtime dependency has its line', () => {
    const lines = [...read('docs/decisions/dependencies.md').matchAll(/^\| (.+?) \|/gm)].map(([, cell]) => cell!);
    const names = lines.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
    const hasLine = (name: string): boolean =>
      names.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : one === name));
    const missing = Object.keys(runtime).filter((name) => !hasLine(name));
    expect(missing, 'docs/decisions/dependencies.md: why, who keeps it, what leaving it would take').toEqual([]);
    const stale = names.filter((one) => !Object.keys(runtime).some((name) => name.startsWith(one.replace('*', ''))));
    expect(stale, 'docs/decisions/dependencies.md names what is no longer there').toEqual([]);
  });
});
