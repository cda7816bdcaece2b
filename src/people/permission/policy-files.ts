import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '#kernel';
import type { PolicyTexts } from './policy-set.ts';

export const schemaFile = 'hortus.cedarschema';

/** The policies as they lie in a folder: the shipped ones, unless another folder is named. */
export function readPolicyFiles(folder: string = policiesFolder()): PolicyTexts {
  const names = readdirSync(folder).filter((name) => name.endsWith('.cedar'));
  assert(names.length > 0, 'the folder of the policies holds policies');
  // Line ends are no part of what is said: a checkout on another system must not look like a change.
  const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n');
  return {
    schema: textOf(schemaFile),
    files: Object.fromEntries(names.sort().map((name) => [name, textOf(name)])),
  };
}

/** Found upwards from this file: the sources and the bundle lie at different depths. */
function policiesFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'policies', schemaFile))) {
    assert(dirname(folder) !== folder, 'policies/ lies in a folder above this file');
    folder = dirname(folder);
  }
  return join(folder, 'policies');
}
