import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { codeOf, files, type Import, importsOf, isTest, places, productOf, read, sources } from './tidy/source-tree.ts';

// Goal: the house rules of the design and the style hold by themselves. Method: read every file under version control.
// Each message names the place and the remedy.

/** From left to right: a room knows only what is left of it. `platform` knows the kernel, `main` knows everything. */
const rooms = [
  'kernel',
  'statistics',
  'formats',
  'ledger',
  'people',
  'collect',
  'share',
  'compute',
  'develop',
  'monitor',
  'certify',
  'platform',
  'main',
];
const lineMax = 400;
const roomOf = (file: string): string | undefined => /^src\/([^/]+)\//.exec(file)?.[1];

const allImports: Import[] = sources.filter((file) => /^(src|web)\//.test(file)).flatMap(importsOf);
const ofProduct = allImports.filter((one) => !isTest(one.from));
const say = (one: Import, remedy: string): string => `${one.from} imports ${one.specifier}: ${remedy}`;

describe('rooms', () => {
  it('are the ones of the design', () => {
    const strangers = [...new Set(files.map(roomOf))].filter((room) => room !== undefined && !rooms.includes(room));
    expect(strangers, 'src/ holds only the rooms of the design; a new one is a decision: docs/decisions/').toEqual([]);
  });

  it('do not know what is right of them', () => {
    const wrong = ofProduct.filter(({ from, target }) => {
      const [here, there] = [roomOf(from), target === undefined ? undefined : roomOf(target)];
      if (!here || !there || here === there || here === 'main') return false;
      if (here === 'platform') return there !== 'kernel';
      if (there === 'platform') return here === 'kernel' || here === 'statistics' || here === 'formats';
      if (here === 'statistics' || here === 'formats') return there !== 'kernel';
      return rooms.indexOf(there) > rooms.indexOf(here);
    });
    const remedy =
      'left may not know right. Ask by a question of a room on the left, declare a port, or record an event.';
    expect(wrong.map((one) => say(one, remedy))).toEqual([]);
  });

  it('are entered through their doors', () => {
    const wrong = allImports.filter(({ from, specifier, target }) => {
      if (target === undefined || !specifier.startsWith('.') || !from.startsWith('src/')) return false;
      if (isTest(from) && isTest(target)) return false;
      return roomOf(from) !== roomOf(target);
    });
    expect(wrong.map((one) => say(one, 'use the door (#room) of package.json.'))).toEqual([]);
  });

  it('decide without the database, and speak HTTP in routes only', () => {
    const wrong = ofProduct.filter(({ from, specifier }) => {
      const room = roomOf(from);
      if (!room || room === 'main' || room === 'platform') return false;
      if (specifier === '#platform/db') return /\/(model|contract|policy|routes)(\.|\/|-)/.test(from);
      return specifier === '#platform/http' && !/\/(index|routes|authentication)[./-]/.test(from);
    });
    const remedy = 'load and save in store.pg.ts or service.ts, speak HTTP in routes.ts.';
    expect(wrong.map((one) => say(one, remedy))).toEqual([]);
  });

  it('tell what they are for in a README', () => {
    const present = [...new Set(files.map(roomOf))].filter((room) => room !== undefined && room !== 'platform');
    const platform = [...new Set(files.map((file) => /^src\/platform\/([^/]+)\//.exec(file)?.[1]))].filter(
      (one) => one !== undefined,
    );
    const wanted = [
      ...present.map((room) => `src/${room}/README.md`),
      ...platform.map((one) => `src/platform/${one}/README.md`),
    ];
    const missing = wanted.filter((file) => !files.includes(file));
    expect(missing, 'write one page: purpose, words, invariants, main story, "to add X touch these files"').toEqual([]);
  });
});

describe('web', () => {
  it('shares contracts, kernel, statistics and formats with the server, and nothing else', () => {
    const wrong = ofProduct.filter(({ from, target }) => {
      if (!from.startsWith('web/') || !target?.startsWith('src/')) return false;
      return !/^src\/(kernel|statistics|formats)\//.test(target) && !/(^|\/)contract(\.ts$|\/)/.test(target);
    });
    expect(wrong.map((one) => say(one, 'put what both sides need into contract.ts of the room.'))).toEqual([]);
  });

  it('knows the component library in web/ui only', () => {
    const wrong = ofProduct.filter(
      ({ from, specifier }) =>
        from.startsWith('web/') && specifier.startsWith('@mantine/') && !from.startsWith('web/ui/'),
    );
    expect(wrong.map((one) => say(one, 'use or add a component of web/ui.'))).toEqual([]);
  });
});

describe('purity by file name', () => {
  const isModel = (file: string): boolean => /(^|\/)model(\.ts$|\/)/.test(file);
  const pure = productOf('src').filter((file) => /^src\/(kernel|statistics|formats)\//.test(file) || isModel(file));

  it('keeps clock, chance and waiting out of the pure core', () => {
    // Ids of the kernel are the one place where time and chance enter; they are given as parameters everywhere else.
    const checked = pure.filter((file) => file !== 'src/kernel/ids.ts');
    const wrong = checked.flatMap((file) =>
      places(
        file,
        codeOf(file),
        /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\bcrypto\.getRandomValues\(|\bprocess\.(?:env|argv|hrtime)/,
      ),
    );
    expect(wrong, 'take the instant or a seeded Random as a parameter').toEqual([]);
    const waits = pure.filter((file) => isModel(file) || file.startsWith('src/statistics/'));
    expect(
      waits.flatMap((file) => places(file, codeOf(file), /\bawait\s/)),
      'load before, decide here, save after (service.ts)',
    ).toEqual([]);
  });

  it('keeps the outside world out of the pure core', () => {
    const wrong = ofProduct.filter(
      ({ from, specifier }) => pure.includes(from) && /^(node:|kysely$|pg$|fastify$)|^#platform/.test(specifier),
    );
    expect(wrong.map((one) => say(one, 'pure code takes bytes and values, never files or sockets.'))).toEqual([]);
  });

  it('keeps SQL in stores', () => {
    const wrong = ofProduct.filter(
      ({ from, specifier }) =>
        /^(kysely|pg|pg-copy-streams)$/.test(specifier) &&
        !/^src\/platform\/db\//.test(from) &&
        !/store\.pg(\.|\/)/.test(from),
    );
    expect(wrong.map((one) => say(one, 'write the query in store.pg.ts behind a port in domain words.'))).toEqual([]);
  });

  it('writes contracts in zod', () => {
    const contracts = productOf('src').filter((file) => /(^|\/)contract\.ts$/.test(file));
    const wrong = contracts.filter(
      (file) =>
        !importsOf(file).some(({ specifier, target }) => specifier.startsWith('zod') || target?.includes('contract')),
    );
    expect(wrong, 'a contract is zod schemas, so that it is checked at the edge and shared with web/').toEqual([]);
  });
});

describe('files', () => {
  it('are short enough to be read', () => {
    const long = sources.filter((file) => read(file).trimEnd().split('\n').length > lineMax);
    expect(long, `split files of more than ${lineMax} lines by what they do`).toEqual([]);
  });

  it('have names that say what is in them', () => {
    const banned = sources.filter((file) =>
      /(^|[-/])(utils?|helpers?|types|common|misc|manager|impl)(\.|\/|$)/.test(file),
    );
    expect(banned, 'name the file for its main export').toEqual([]);
    const shape =
      /^(?:[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(?:pg|test|testing|property|config|d))*\.(?:ts|tsx|mjs|css|sql|html)$/;
    const crooked = files
      .filter((file) => /^(src|web|test|bench|tools)\//.test(file) && /\.(ts|tsx|mjs|css)$/.test(file))
      .filter((file) => !shape.test(file.split('/').at(-1)!));
    expect(crooked, 'file names are kebab-case').toEqual([]);
  });

  it('leave nothing for later and nothing switched off', () => {
    const checked = sources.filter((file) => file !== 'test/tidy.test.ts');
    const later = checked.flatMap((file) => places(file, read(file), /\b(?:TODO|FIXME|XXX|HACK)\b/));
    expect(later, 'do it now, or write it down in docs/').toEqual([]);
    const off = checked
      .filter(isTest)
      .flatMap((file) => places(file, codeOf(file), /\b(?:it|describe|test)\.(?:only|skip|todo)\b/));
    expect(off, 'a test runs, or says with skipIf what it lacks').toEqual([]);
    const defaults = checked
      .filter((file) => !file.includes('.config.'))
      .flatMap((file) => places(file, codeOf(file), /^export default/m));
    expect(defaults, 'export by name').toEqual([]);
  });

  it('hold nothing of the machine they were written on', () => {
    const texts = files.filter((file) =>
      /\.(ts|tsx|mjs|md|json|sql|css|html|yml|yaml|toml|npmrc)$|(^|\/)(run|Containerfile|Dockerfile)$/.test(file),
    );
    const machine = new RegExp(
      [
        '/wo' + 'rk/',
        '/ro' + 'ot/(?!\\.)[a-z]',
        '/home/(?!user)[a-z]+/',
        '/Users/[a-z]+/',
        '/tm' + 'p/[a-z]',
        'regis' + 'try\\.npm',
        'veri' + 'folk',
      ].join('|'),
    );
    const wrong = texts.flatMap((file) => places(file, read(file), machine));
    expect(wrong, 'use paths relative to the project, and no registry host').toEqual([]);
  });

  it('keep download addresses out of the lock file', () => {
    expect(read('package-lock.json').includes('"resolved"'), 'omit-lockfile-registry-resolved=true in .npmrc').toBe(
      false,
    );
  });
});

describe('migrations', () => {
  it('are never edited once they have landed', () => {
    const pinned = JSON.parse(read('db/migrations/hashes.json')) as Record<string, string>;
    const migrations = files.filter((file) => /^db\/migrations\/[^/]+\.sql$/.test(file));
    const present = Object.fromEntries(
      migrations.map((file) => {
        const text = read(file).replaceAll('\r\n', '\n');
        return [file.split('/').at(-1)!, createHash('sha256').update(text).digest('hex')];
      }),
    );
    expect(
      present,
      'a new migration is pinned by node tools/pin-migrations.mjs; a landed one is mended by the next one',
    ).toEqual(pinned);
  });

  it('have numbers of their own', () => {
    const numbers = files.map((file) => /^db\/migrations\/(\d{4})_/.exec(file)?.[1]).filter((one) => one !== undefined);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
