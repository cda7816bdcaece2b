import { statfsSync } from 'node:fs';
import { Problem } from '#kernel';

/** How much room there is where the data lie. */
export interface DiskSpace {
  /** Problems: storage-full, while there is still enough room for the database to end in good order what it is at. */
  assertRoom(): void;
  /** An error as it is to its reader: a database that died of a full disk did not merely go away. */
  explain(error: unknown): unknown;
}

/**
 * A PostgreSQL whose write-ahead log finds no room ends at once. So writing stops before: this much is left for
 * transactions on their way, for the log's next segments (16 MiB each) and for recovery.
 */
export const reserveBytes = 128 * 1024 * 1024;

/** Where the system does not tell, the database will. */
function freeBytesIn(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/** Watches the file system of a data folder; asking costs microseconds. */
export function diskSpaceOf(dataDir: string, freeBytes = () => freeBytesIn(dataDir)): DiskSpace {
  const full = (cause?: unknown): Problem | undefined => {
    const free = freeBytes();
    if (free === undefined || free >= reserveBytes) return undefined;
    const mebibytes = (bytes: number): number => Math.floor(bytes / 2 ** 20);
    return new Problem('storage-full', {
      detail: `${mebibytes(free)} MiB are free in the data folder; below ${mebibytes(reserveBytes)} MiB nothing is written.`,
      context: { freeBytes: free, reserveBytes },
      cause,
    });
  };
  return {
    assertRoom: () => {
      const problem = full();
      if (problem !== undefined) throw problem;
    },
    explain: (error) =>
      error instanceof Problem && error.code === 'storage-unavailable' ? (full(error) ?? error) : error,
  };
}
