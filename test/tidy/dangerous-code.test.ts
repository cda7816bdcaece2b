import { describe, expect, it } from 'vitest';
import { codeOf, places, productOf, read } from './source-tree.ts';

// Goal: what a weakness is usually made of is not there, so that nobody has to use it with care. Method: read the product's
// sources. Each message names the place and the remedy.

const product = [...productOf('src'), ...productOf('web')];
const found = (files: readonly string[], pattern: RegExp): string[] =>
  files.flatMap((file) => places(file, codeOf(file), pattern));

describe('the product', () => {
  it('makes no code of texts, and no pattern of what somebody sent', () => {
    const pattern = /(?<![.\w])eval\(|\bnew Function\b|\bnew RegExp\(|\bvm\.run|set(?:Timeout|Interval)\(\s*['"`]/;
    expect(found(product, pattern), 'write the function, or a pattern as a literal').toEqual([]);
  });

  it('starts programs in platform/db only, and never through a shell', () => {
    const starts = product.filter((file) => /from 'node:child_process'/.test(read(file)));
    expect(
      starts.filter((file) => !file.startsWith('src/platform/db/')),
      'the embedded database is the only program that Hortus starts',
    ).toEqual([]);
    expect(found(starts, /\bexec(?:Sync)?\(|shell:\s*true/), 'give the arguments as a list').toEqual([]);
  });

  it('takes chance for secrets and ids from the system, and hashes with nothing that is broken', () => {
    // The pause before a transaction is tried again is no secret.
    const files = product.filter((file) => file !== 'src/platform/db/transaction.ts');
    expect(found(files, /\bMath\.random\(/), 'randomBytes, or a seeded Random of the kernel').toEqual([]);
    const weak = product.flatMap((file) => places(file, read(file), /['"](?:md5|sha1|rc4|des|aes-\d+-ecb)['"]/i));
    expect(weak, 'SHA-256 or better').toEqual([]);
  });

  it('builds no SQL of texts', () => {
    expect(found(product, /\bsql\.(?:raw|lit)\b/), 'give values as parameters of the template').toEqual([]);
  });

  it('shows texts as texts, and hears no other window', () => {
    const pattern =
      /\bdangerouslySetInnerHTML\b|\.(?:inner|outer)HTML\b|\binsertAdjacentHTML\b|\bdocument\.write\b|\bpostMessage\(|\bonmessage\b/;
    expect(found(productOf('web'), pattern), 'give the text to React').toEqual([]);
    expect(
      productOf('web').flatMap((file) => places(file, read(file), /addEventListener\('message'|javascript:/)),
      'pages of Hortus neither send nor take messages',
    ).toEqual([]);
  });

  it('keeps nothing of persons in the browser: two choices of the reader only', () => {
    const keeps = productOf('web').filter((file) => /\b(?:local|session)Storage\b|\bindexedDB\b/.test(codeOf(file)));
    expect(keeps, 'ask the server again; its answers are kept in no store of the browser').toEqual([
      // The last signed checkpoint, which is public.
      'web/rooms/ledger/remembered-checkpoint.ts',
      // Which columns of a table are shown.
      'web/ui/table/data-column.ts',
    ]);
  });
});
