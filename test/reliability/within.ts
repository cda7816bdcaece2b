import { setTimeout as wait } from 'node:timers/promises';

/** Waits, but not for ever. Rejects after the limit with what was waited for, and with what is known then. */
export async function within<T>(
  limitMs: number,
  what: string,
  work: Promise<T>,
  known: () => string = () => '',
): Promise<T> {
  const over = new AbortController();
  const late = wait(limitMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`${what}: not within ${limitMs / 1000} s. ${known()}`.trim());
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
    late.catch(() => {});
  }
}
