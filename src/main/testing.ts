import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OriginKind } from '#ledger';
import { createLogger } from '#platform/log';
import { openEmbeddedTestDatabase } from '../platform/db/testing.ts';
import { type Assembled, type AssembleOptions, assemble } from './assemble.ts';

export const silent = createLogger({ level: 'silent' });

/** All rooms joined on a fresh test database; asked through `inject`, nothing listens. */
export async function anAssembly(
  kind: OriginKind,
  options: Partial<AssembleOptions> = {},
): Promise<Assembled & { drop(): Promise<void>; dataDir: string }> {
  const { database, drop } = await openEmbeddedTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'hortus-main-'));
  const assembled = await assemble({ database, dataDir, kind, logger: silent, ...options }).catch(async (error) => {
    await drop();
    throw error;
  });
  return {
    ...assembled,
    dataDir,
    drop: async () => {
      await assembled.close();
      await drop();
    },
  };
}
