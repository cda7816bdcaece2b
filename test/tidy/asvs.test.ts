import { describe, expect, it } from 'vitest';
import { files, read } from './source-tree.ts';

// Goal: what docs/security says is met can be looked at. Method: every item of ASVS 5.0.0 up to level 2 has one answer; what
// is met names tests and documents that are there; what is not met stands in the list at the top. Likewise the threat model.

const document = 'docs/security/asvs.md';

/** The numbers of the items of levels 1 and 2, by section; those of level 3 are left out. 253 in all. */
const sections = `1.1 2, 1.2 9, 1.3 11, 1.4 3, 1.5 2, 2.1 3, 2.2 3, 2.3 4, 2.4 1, 3.2 2, 3.3 4, 3.4 6, 3.5 5, 3.7 2, 4.1 3, 4.2 1,
  4.3 2, 4.4 4, 5.1 1, 5.2 3, 5.3 2, 5.4 3, 6.1 3, 6.2 12, 6.3 4, 6.4 4, 6.5 5, 6.6 3, 6.8 4, 7.1 3, 7.2 4, 7.3 2, 7.4 5, 7.5 2,
  7.6 2, 8.1 2, 8.2 3, 8.3 1, 8.4 1, 9.1 3, 9.2 4, 10.1 2, 10.2 2, 10.3 4, 10.4 11, 10.5 5, 10.6 2, 10.7 3, 11.1 2, 11.2 3, 11.3 3,
  11.4 4, 11.5 1, 11.6 1, 12.1 3, 12.2 2, 12.3 4, 13.1 1, 13.2 5, 13.3 2, 13.4 5, 14.1 2, 14.2 4, 14.3 3, 15.1 3, 15.2 3, 15.3 7,
  16.1 1, 16.2 5, 16.3 4, 16.4 3, 16.5 3, 17.1 1, 17.2 4, 17.3 2`;
const wanted = sections
  .split(',')
  .map((one) => one.trim().split(' '))
  .flatMap(([section, count]) => Array.from({ length: Number(count) }, (_, i) => `V${section}.${i + 1}`));

interface Row {
  ids: string[];
  what: string;
  state: string;
  why: string;
}

const rows: Row[] = [...read(document).matchAll(/^\| (V[\d.–]+) \| (.+?) \| (.+?) \| (.+?) \|$/gm)].map(
  ([, id = '', what = '', state = '', why = '']) => ({ ids: idsOf(id), what, state, why }),
);

/** `V6.2.1–12` are twelve items. */
function idsOf(text: string): string[] {
  const [, section = '', first = '', last = first] = /^(V\d+\.\d+)\.(\d+)(?:–(\d+))?$/.exec(text) ?? [];
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => `${section}.${Number(first) + i}`);
}

const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');

/** A path of this repository, with the heading it leads to where it names one. */
function isThere(place: string): boolean {
  const [file = '', heading] = place.split('#');
  if (file.endsWith('/')) return files.some((one) => one.startsWith(file));
  if (!files.includes(file)) return false;
  return heading === undefined || [...read(file).matchAll(/^#+ (.+)$/gm)].some(([, text]) => slug(text!) === heading);
}

const placesIn = (text: string): string[] =>
  [...text.matchAll(/`((?:src|test|tools|docs|web|policies|\.ci)\/[^`]+|SECURITY\.md)`/g)].map(([, path]) => path!);

describe('docs/security/asvs.md', () => {
  it('answers every item of levels 1 and 2 once', () => {
    const answered = rows.flatMap(({ ids }) => ids);
    expect(wanted).toHaveLength(253);
    expect(answered.filter((id, i) => answered.indexOf(id) !== i)).toEqual([]);
    expect([...answered].sort()).toEqual([...wanted].sort());
    expect(rows.filter(({ state }) => !['met', 'not met', 'not applicable'].includes(state))).toEqual([]);
  });

  it('shows what is met by tests, or by documents, that are there', () => {
    const unshown = rows.filter(({ state, why }) => state === 'met' && placesIn(why).every((one) => !isShowing(one)));
    expect(unshown, 'name the test that shows it, or say "not met"').toEqual([]);
    const missing = rows.flatMap(({ ids, why }) =>
      placesIn(why)
        .filter((one) => !isThere(one))
        .map((one) => [ids[0], one]),
    );
    expect(missing, 'the file or its heading is not there').toEqual([]);
  });

  it('says at its top what is not met, and nothing else', () => {
    const top = read(document).split('\n## V1')[0]!;
    const listed = [...top.matchAll(/^- \*\*(V[\d.]+)\*\*/gm)].map(([, id]) => id!);
    const notMet = rows.filter(({ state }) => state === 'not met').flatMap(({ ids }) => ids);
    expect(listed).toEqual(notMet);
  });

  it('counts itself', () => {
    const count = (wantedState: string): number =>
      rows.filter(({ state }) => state === wantedState).reduce((sum, { ids }) => sum + ids.length, 0);
    const sentence = `${count('met')} met, ${count('not met')} not met, ${count('not applicable')} not applicable`;
    expect(read(document)).toContain(sentence);
  });
});

function isShowing(place: string): boolean {
  return /\.test\.ts$|^docs\/|^policies\/|^SECURITY\.md/.test(place);
}

describe('the threat model', () => {
  it('names measures and tests that are there', () => {
    const docs = [
      'docs/security/threat-model.md',
      'docs/security/inventories.md',
      'docs/security/README.md',
      'SECURITY.md',
    ];
    const missing = docs.flatMap((file) =>
      placesIn(read(file))
        .filter((one) => !isThere(one))
        .map((one) => [file, one]),
    );
    expect(missing).toEqual([]);
  });
});
