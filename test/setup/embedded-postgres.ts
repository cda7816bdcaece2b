import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type ConnectOptions, holderOf, startEmbedded } from '#platform/db';
import { clearOrphans } from '../../src/platform/db/embedded-orphans.ts';

declare module 'vitest' {
  interface ProvidedContext {
    embedded: ConnectOptions;
  }
}

const folderName = 'hortus-test-server-';

/** Every project of a run calls `setup`: they share one server, which the last one stops. */
const shared = globalThis as { hortusTestServer?: { users: number; server: ReturnType<typeof start> } };

/**
 * One embedded server for the whole run, in a folder that goes away with it. It is the same server as in production
 * but for `fsync`: tests of durability start their own.
 */
async function start() {
  await removeAbandoned();
  const dataDir = await mkdtemp(join(tmpdir(), folderName));
  // A file keeps the databases of all its tests open until it ends, each with a pool: more than a server of one house.
  const settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '400' };
  const server = await startEmbedded({ dataDir, settings });
  return {
    connection: server.connection,
    stop: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A run that was killed leaves its server behind: nobody else would ever stop it. */
async function removeAbandoned(): Promise<void> {
  for (const name of (await readdir(tmpdir())).filter((one) => one.startsWith(folderName))) {
    const dataDir = join(tmpdir(), name);
    // A folder without a database is one that another run is just making.
    const isMade = await readdir(join(dataDir, 'db', 'data')).then(
      () => true,
      () => false,
    );
    if (!isMade || (await holderOf(dataDir))) continue;
    await clearOrphans(join(dataDir, 'db', 'data'), () => {});
    await rm(dataDir, { recursive: true, force: true });
  }
}

export async function setup(project: TestProject): Promise<void> {
  shared.hortusTestServer ??= { users: 0, server: start() };
  shared.hortusTestServer.users++;
  project.provide('embedded', (await shared.hortusTestServer.server).connection);
}

export async function teardown(): Promise<void> {
  const running = shared.hortusTestServer;
  if (!running || --running.users > 0) return;
  delete shared.hortusTestServer;
  await (await running.server).stop();
}
