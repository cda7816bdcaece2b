import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkNode, ensureInstalled, root, seconds } from './prepare.mjs';

const out = join(root, 'build');

/**
 * The two halves of the product. A half is built again only when a file it is made of has other content:
 * its stamp is the hash over all of them.
 */
const halves = [
  {
    name: 'server',
    sources: ['src', 'package-lock.json', 'package.json', 'tools/build.mjs'],
    result: 'hortus.mjs',
    isThere: () => existsSync(join(root, 'src/main/cli.ts')),
    build: buildServer,
  },
  {
    name: 'web',
    sources: ['web', 'src', 'package-lock.json', 'vite.config.ts', 'tools/build.mjs'],
    result: 'web/index.html',
    isThere: () => existsSync(join(root, 'web/index.html')),
    build: buildWeb,
  },
];

/** Builds what is stale; says what it does through `say`. */
export async function ensureBuilt(say) {
  for (const half of halves) {
    if (!half.isThere()) {
      say(`the ${half.name} has no sources here; not built`);
      continue;
    }
    const stampFile = join(out, `.stamp-${half.name}`);
    const fingerprint = hashOf(half.sources);
    const built = existsSync(stampFile) && existsSync(join(out, half.result)) ? readFileSync(stampFile, 'utf8') : '';
    if (built === fingerprint) continue;
    const started = Date.now();
    rmSync(stampFile, { force: true });
    mkdirSync(out, { recursive: true });
    await half.build();
    writeFileSync(stampFile, fingerprint);
    say(`built the ${half.name} in ${seconds(started)}`);
  }
}

async function buildServer() {
  const { build } = await import('esbuild');
  const workers = filesUnder(join(root, 'src')).filter((file) => file.endsWith('-worker.ts'));
  await build({
    absWorkingDir: root,
    entryPoints: [
      { in: 'src/main/cli.ts', out: 'hortus' },
      ...workers.map((file) => ({ in: file, out: basename(file, '.ts') })),
    ],
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
}

async function buildWeb() {
  const { build } = await import('vite');
  await build({ root: join(root, 'web'), configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
}

function hashOf(sources) {
  const hash = createHash('sha256');
  for (const source of sources) {
    const place = join(root, source);
    if (!existsSync(place)) continue;
    for (const file of filesUnder(place)) {
      if (/\.test\.tsx?$/.test(file)) continue;
      hash
        .update(`${relative(root, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

function filesUnder(place) {
  let entries;
  try {
    entries = readdirSync(place, { withFileTypes: true });
  } catch {
    return [place];
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(place, entry.name);
      if (entry.isDirectory()) return filesUnder(path);
      return entry.isFile() ? [path] : [];
    });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  checkNode();
  ensureInstalled(console.log);
  await ensureBuilt(console.log);
}
