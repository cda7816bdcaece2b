import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readPolicyFiles } from './policy-files.ts';
import { readPolicies } from './policy-set.ts';
import { permissionDocument } from './table-document.ts';

/*
 * Goal: the permission table in the docs is the one in force. Method: it is rendered again and compared; with
 * HORTUS_WRITE_DOCS=1 it is written instead.
 */

const file = new URL('../../../docs/security/permissions.md', import.meta.url);

it('is in the docs as it is shipped', { timeout: 60_000 }, () => {
  const rendered = permissionDocument(readPolicies(readPolicyFiles()));
  if (process.env.HORTUS_WRITE_DOCS === '1') writeFileSync(file, rendered);
  expect(readFileSync(file, 'utf8'), 'render it again: HORTUS_WRITE_DOCS=1 npx vitest run table-document').toBe(
    rendered,
  );
});
