import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '#kernel';

/** The folder of the product, found upwards: the sources and the bundle lie at different depths. */
export function productFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    assert(dirname(folder) !== folder, 'package.json lies in a folder above this file');
    folder = dirname(folder);
  }
  return folder;
}

export const productVersion = (): string =>
  (JSON.parse(readFileSync(join(productFolder(), 'package.json'), 'utf8')) as { version: string }).version;

/** The built pages, where there are any: without them the API answers all the same. */
export function webAppFolder(): string | undefined {
  const folder = join(productFolder(), 'build', 'web');
  return existsSync(join(folder, 'index.html')) ? folder : undefined;
}
