import { createLogger } from '#platform/log';
import { type ConfigFlags, readConfig } from '../config.ts';
import { beginDemonstration, fillDemonstration, isDemonstrationDue } from '../demonstrate.ts';
import { type OpenHortus, openHortus } from '../open.ts';
import { webAppFolder } from '../version.ts';
import {
  type ExitCode,
  exitCodes,
  type Progress,
  progressOn,
  type Streams,
  say,
  sayJson,
  tellFailure,
} from './output.ts';

export interface ServeFlags extends ConfigFlags {
  demo?: boolean;
  seed?: string;
  json?: boolean;
}

/** Serves until it is asked to stop; an empty folder is filled with the demonstration where that is wanted. */
export async function serve(flags: ServeFlags, streams: Streams): Promise<ExitCode> {
  const config = readConfig(flags);
  const logger = createLogger({ level: config.logLevel });
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
    stopping.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const wantsDemo = flags.demo === true && config.kind === undefined;
  const hortus = await openHortus(config, {
    logger,
    webAppDir: webAppFolder(),
    ...(wantsDemo ? { kindIfNew: 'simulation' } : {}),
  });
  try {
    const { background } = hortus;
    const isToBeFilled = await isDemonstrationDue(hortus, wantsDemo);
    // From the first moment on: a week that was half sent before an interruption must not be counted.
    const release = isToBeFilled ? background.hold() : () => {};
    if (isToBeFilled) await beginDemonstration(hortus);
    const listening = await hortus.serve();
    announce(hortus, { url: listening.url, moved: listening.moved, asJson: flags.json === true }, streams);
    if (isToBeFilled) {
      // What has gone wrong is told; the pages go on answering, and the next start takes it up again.
      await fill(hortus, { url: listening.url, seed: flags.seed, signal: stopping.signal }, streams)
        .catch((error: unknown) => tellFailure(streams, error))
        .finally(release);
    }
    await stopped;
    streams.err.write('hortus: stopping …\n');
    return exitCodes.ok;
  } finally {
    await hortus.close();
  }
}

function announce(
  hortus: OpenHortus,
  { url, moved, asJson }: { url: string; moved: boolean; asJson: boolean },
  streams: Streams,
): void {
  const { config, installation } = hortus;
  if (moved) streams.err.write(`hortus: port ${config.port} is taken; listening on the next free one.\n`);
  if (webAppFolder() === undefined)
    streams.err.write('hortus: the pages are not built (npm run build); the API answers.\n');
  if (asJson) sayJson(streams, { url, dataDir: config.dataDir, kind: installation.kind });
  else say(streams, `Hortus is at ${url}`);
}

async function fill(
  hortus: OpenHortus,
  options: { url: string; seed: string | undefined; signal: AbortSignal },
  streams: Streams,
): Promise<void> {
  const progress: Progress = progressOn(streams, 'demonstration');
  const startedAtMs = performance.now();
  const driven = await fillDemonstration(hortus, {
    url: options.url,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    signal: options.signal,
    onProgress: ({ done, total, phase, etaSeconds }) =>
      progress.show(done, total, etaSeconds === undefined ? phase : `${phase}, about ${etaSeconds} s to go`),
  }).finally(() => progress.end());
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(0);
  const cases = driven.cases.toLocaleString('en');
  streams.err.write(
    driven.isComplete
      ? `hortus: the demonstration is filled: ${cases} simulated cases in ${seconds} s.\n`
      : `hortus: the demonstration stopped after ${cases} cases; it goes on at the next start.\n`,
  );
}

/** Fills an empty folder with the demonstration and ends; for tests, screenshots and those who like to wait. */
export async function demo(flags: ServeFlags & { weeks?: string }, streams: Streams): Promise<ExitCode> {
  const config = readConfig({ ...flags, kind: 'simulation', port: '0' });
  const hortus = await openHortus(config, { logger: createLogger({ level: config.logLevel }) });
  try {
    if (!(await isDemonstrationDue(hortus, true))) {
      say(streams, 'The demonstration in this folder is complete already.');
      return exitCodes.ok;
    }
    await beginDemonstration(hortus);
    const { url } = await hortus.serve();
    const progress = progressOn(streams, 'demonstration');
    const weeksMax = flags.weeks === undefined ? undefined : Number(flags.weeks);
    const driven = await fillDemonstration(hortus, {
      url,
      ...(flags.seed === undefined ? {} : { seed: flags.seed }),
      ...(weeksMax === undefined ? {} : { weeksMax }),
      onProgress: ({ done, total, phase }) => progress.show(done, total, phase),
    }).finally(() => progress.end());
    if (flags.json) sayJson(streams, driven);
    else say(streams, `${driven.cases.toLocaleString('en')} simulated cases in ${config.dataDir}`);
    return exitCodes.ok;
  } finally {
    await hortus.close();
  }
}
