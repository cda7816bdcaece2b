import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '#kernel';
import { holderOf } from '#platform/db';
import { createLogger } from '#platform/log';
import { type ApiClient, apiClient } from '../api-client.ts';
import { type Config, type ConfigFlags, operatorTokenFile, readConfig } from '../config.ts';
import { openHortus } from '../open.ts';

export interface ReachFlags extends ConfigFlags {
  /** Address of a Hortus elsewhere. */
  url?: string | undefined;
  token?: string | undefined;
}

/** A Hortus to speak to, however it came about. */
export interface Reached {
  api: ApiClient;
  /** True where this command itself started the database, and stops it. */
  isOwn: boolean;
  close(): Promise<void>;
}

/**
 * Finds the Hortus that a command is about: the one at an address that is given, the one that runs on the data folder,
 * or else its own, started for this command alone. Problems: those of opening; Unreachable.
 */
export async function reach(flags: ReachFlags, environment = process.env): Promise<Reached> {
  const token = flags.token ?? environment.HORTUS_TOKEN;
  if (flags.url !== undefined) {
    return { api: apiClient(flags.url.replace(/\/+$/, ''), { bearer: token }), isOwn: false, close: async () => {} };
  }
  const config = readConfig(flags, environment);
  const holder = await holderOf(config.dataDir);
  if (holder?.url !== undefined) {
    const bearer = token ?? (await operatorSecret(config));
    return { api: apiClient(holder.url, { bearer }), isOwn: false, close: async () => {} };
  }
  if (!existsSync(join(config.dataDir, 'keys', 'ledger.key'))) {
    throw new Problem('not-found', {
      detail: `There is no Hortus in ${config.dataDir}. Start one with "hortus serve", or name another folder with --data.`,
    });
  }
  const hortus = await openHortus(config, { logger: createLogger({ level: config.logLevel }) });
  try {
    const { url } = await hortus.serve({ port: 0 });
    return {
      api: apiClient(url, { bearer: token ?? hortus.access.secret }),
      isOwn: true,
      close: () => hortus.close(),
    };
  } catch (error) {
    await hortus.close();
    throw error;
  }
}

async function operatorSecret(config: Config): Promise<string> {
  const file = operatorTokenFile(config.dataDir);
  return (
    await readFile(file, 'utf8').catch((error: unknown) => {
      throw new Problem('folder-unusable', {
        detail: `${file} cannot be read: run the command as whoever started the server, or give --token.`,
        cause: error,
      });
    })
  ).trim();
}

/** Speaks to a Hortus and lets go of it, whatever happens. */
export async function withHortus<T>(flags: ReachFlags, work: (api: ApiClient) => Promise<T>): Promise<T> {
  const reached = await reach(flags);
  try {
    return await work(reached.api);
  } finally {
    await reached.close();
  }
}
