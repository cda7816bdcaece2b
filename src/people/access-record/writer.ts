import { Problem } from '#kernel';

/** More that wait than this means that the database cannot keep up: then nobody reads until it can. */
const waitingMax = 10_000;
const batchMax = 500;

interface Waiting<T> {
  items: readonly T[];
  done(): void;
  failed(error: unknown): void;
}

/**
 * Writes what many ask for at once in few statements: what comes while one is written goes with the next. Nobody waits
 * for others to come, and a promise resolves only when its own items are durable.
 * Problems: those of `write`, for every item of its batch; storage-unavailable when too many wait.
 */
export function groupWriter<T>(write: (items: readonly T[]) => Promise<void>): (items: readonly T[]) => Promise<void> {
  let waiting: Waiting<T>[] = [];
  let isWriting = false;

  const work = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchMax);
      waiting = waiting.slice(batchMax);
      try {
        await write(batch.flatMap(({ items }) => items));
        for (const one of batch) one.done();
      } catch (error) {
        for (const one of batch) one.failed(error);
      }
    }
    isWriting = false;
  };

  return (items) => {
    if (waiting.length >= waitingMax) {
      return Promise.reject(new Problem('storage-unavailable', { detail: 'The access record cannot keep up.' }));
    }
    return new Promise((done, failed) => {
      waiting.push({ items, done, failed });
      if (!isWriting) void work();
    });
  };
}
