import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Every file that is, or is about to be, under version control, as a path with `/`. */
export const files: string[] = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(root, file)) && statSync(join(root, file)).isFile())
  .sort();

const texts = new Map<string, string>();

export function read(file: string): string {
  const known = texts.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(join(root, file), 'utf8');
  texts.set(file, text);
  return text;
}

/** Tests and what only they use: builders, `testing.ts`, programs that tests start. */
export const isTest = (file: string): boolean =>
  /\.(?:test|testing)\.tsx?$/.test(file) || /(?:^|\/)(?:testing|builders?|[a-z-]+-for-tests)(?:\/|\.tsx?$)/.test(file);

export const sources: string[] = files.filter((file) => /\.(ts|tsx|mjs)$/.test(file));

/** Sources that are part of the product, below a folder. */
export const productOf = (folder: string): string[] =>
  sources.filter((file) => file.startsWith(`${folder}/`) && !isTest(file));

export interface Import {
  from: string;
  /** As written. */
  specifier: string;
  /** The file or folder in the tree, without extension rules; undefined for packages. */
  target: string | undefined;
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

const doors = (JSON.parse(read('package.json')) as { imports: Record<string, string> }).imports;

export function importsOf(file: string): Import[] {
  return [...read(file).matchAll(importPattern)].map((match) => {
    const specifier = (match[1] ?? match[2] ?? match[3])!;
    return { from: file, specifier, target: targetOf(file, specifier) };
  });
}

function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier);
  const door = doors[specifier];
  return door === undefined ? undefined : posix.normalize(door);
}

/** The code without comments and without the content of texts, line numbers kept: bans are about code. */
export function codeOf(file: string): string {
  return read(file)
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|[^:'"`\\])\/\/[^\n]*/g, '$1')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
}

/** `file:line` of every match, for messages that lead to the place. */
export function places(file: string, text: string, pattern: RegExp): string[] {
  const all = new RegExp(pattern.source, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`);
  return [...text.matchAll(all)].map(
    (match) => `${file}:${text.slice(0, match.index).split('\n').length} ${match[0].trim()}`,
  );
}
