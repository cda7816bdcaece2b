import { seedDemoPeople } from '#people';
import { type Driven, driveDemonstration } from './demonstration/index.ts';
import type { Filling, Installation } from './installation.ts';
import type { OpenHortus } from './open.ts';

export interface DemonstrateOptions {
  url: string;
  seed?: string;
  weeksMax?: number;
  onProgress?(filling: Filling): void;
  signal?: AbortSignal;
}

type Memory = { state: 'begun' | 'complete' };

const memoryOf = (installation: Installation) => installation.memory<Memory>('demonstration');

/**
 * Whether the demonstration is still to be filled: it was begun and not finished, or it is wanted and this simulation
 * holds nobody and nothing yet.
 */
export async function isDemonstrationDue(
  { installation, directory }: Pick<OpenHortus, 'installation' | 'directory'>,
  isWanted: boolean,
): Promise<boolean> {
  const memory = await memoryOf(installation).read();
  if (memory !== undefined) return memory.state === 'begun';
  return isWanted && installation.kind === 'simulation' && (await directory.organisations()).length === 0;
}

/** Marks a simulation as one that is to be filled, so that a start after an interruption goes on; may be repeated. */
export async function beginDemonstration(
  hortus: Pick<OpenHortus, 'installation' | 'people' | 'directory'>,
): Promise<void> {
  await memoryOf(hortus.installation).write({ state: 'begun' });
  await seedDemoPeople(hortus.people, hortus.directory);
}

/**
 * Fills a simulation with the demonstration over its own HTTP API, while its pages answer; tells how far it is.
 * @returns what was played; an aborted one goes on at the next start.
 */
export async function fillDemonstration(
  hortus: Pick<OpenHortus, 'installation' | 'access' | 'background'>,
  options: DemonstrateOptions,
): Promise<Driven> {
  const { installation, access, background } = hortus;
  // Rounds happen where the story asks for them: evidence must not be counted before a week is sent.
  const release = background.hold();
  const startedAtMs = performance.now();
  let firstDone: number | undefined;
  try {
    const driven = await driveDemonstration({
      url: options.url,
      operatorSecret: access.secret,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.weeksMax === undefined ? {} : { weeksMax: options.weeksMax }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onProgress: ({ done, total, phase }) => {
        firstDone ??= done;
        const passedSeconds = (performance.now() - startedAtMs) / 1000;
        const speed = (done - firstDone) / passedSeconds;
        const etaSeconds = speed > 0 ? Math.ceil((total - done) / speed) : undefined;
        const filling = { done, total, phase, etaSeconds };
        installation.setFilling(filling);
        options.onProgress?.(filling);
      },
    });
    if (driven.isComplete) await memoryOf(installation).write({ state: 'complete' });
    return driven;
  } finally {
    installation.setFilling(undefined);
    release();
  }
}
