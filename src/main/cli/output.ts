import { type FieldError, Problem, problemKinds } from '#kernel';
import { Unreachable } from '../api-client.ts';
import { WrongConfiguration } from '../config.ts';

/** What a command ends with, for scripts. */
export const exitCodes = {
  /** Done, or the answer is yes. */
  ok: 0,
  /** The answer is no: not to be shown, not verified, not equal. */
  negative: 1,
  /** The command line, or the environment, is wrong. */
  usage: 2,
  /** Hortus refused, or something it needs does not work. */
  problem: 3,
  /** No Hortus answers. */
  unreachable: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface Streams {
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream & { isTTY?: boolean };
}

export const standardStreams: Streams = { out: process.stdout, err: process.stderr };

/** One line of a command's own answer. */
export const say = (streams: Streams, line: string): void => {
  streams.out.write(`${line}\n`);
};

export const sayJson = (streams: Streams, value: unknown): void => say(streams, JSON.stringify(value, null, 2));

/** Columns side by side, as wide as what is in them. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export interface Progress {
  show(done: number, total: number, doing?: string): void;
  end(): void;
}

const barWidth = 24;
const plainEveryMs = 2_000;

/** Progress of long work, on the other stream: a bar where somebody watches, now and then a line where a file does. */
export function progressOn({ err }: Streams, title: string): Progress {
  let saidAt = Number.NEGATIVE_INFINITY;
  const isWatched = err.isTTY === true;
  return {
    show: (done, total, doing) => {
      const share = total === 0 ? 1 : Math.min(1, done / total);
      const words = `${done.toLocaleString('en')} of ${total.toLocaleString('en')}${doing === undefined ? '' : `, ${doing}`}`;
      if (isWatched) {
        const filled = Math.round(share * barWidth);
        err.write(`\r\x1b[K${title} [${'█'.repeat(filled)}${'·'.repeat(barWidth - filled)}] ${words}`);
        return;
      }
      const now = performance.now();
      if (now - saidAt < plainEveryMs && share < 1) return;
      saidAt = now;
      err.write(`${title}: ${words}\n`);
    },
    end: () => {
      if (isWatched) err.write('\r\x1b[K');
    },
  };
}

/** Says what went wrong and what to do, and how the command ends. */
export function tellFailure({ err }: Streams, error: unknown): ExitCode {
  if (error instanceof Unreachable) {
    err.write(`hortus: ${error.message}\n`);
    const cause = error.cause instanceof Error ? reasonOf(error.cause) : undefined;
    if (cause !== undefined) err.write(`  ${cause}\n`);
    err.write('  Start it with: hortus serve\n');
    return exitCodes.unreachable;
  }
  if (error instanceof Problem) {
    const { title, remedy } = problemKinds[error.code];
    err.write(`hortus: ${title} (${error.code})\n`);
    if (error.detail !== undefined) err.write(`  ${error.detail}\n`);
    for (const one of error.errors.slice(0, faultsShownMax)) err.write(`  ${faultLine(one)}\n`);
    if (error.errors.length > faultsShownMax) err.write(`  … and ${error.errors.length - faultsShownMax} more\n`);
    err.write(`  What to do: ${remedy}\n`);
    return error instanceof WrongConfiguration ? exitCodes.usage : exitCodes.problem;
  }
  err.write(`hortus: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return exitCodes.problem;
}

const faultsShownMax = 20;

const faultLine = ({ line, pointer, detail }: FieldError): string =>
  [line === undefined ? undefined : `line ${line}`, pointer, detail].filter((part) => part !== undefined).join(': ');

const reasonOf = (error: Error): string => {
  const inner = error.cause instanceof Error ? error.cause : error;
  return inner.message;
};
