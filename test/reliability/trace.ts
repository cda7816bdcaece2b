import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { within } from './within.ts';

// The system calls of processes, in the one order in which strace saw them end.

/** Why system calls cannot be seen here, if they cannot. */
export function whyNoTrace(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux has strace';
  if (spawnSync('strace', ['-V']).status !== 0) return 'strace is not installed (apt-get install strace)';
  const tried = spawnSync('strace', ['-o', '/dev/null', 'true'], { encoding: 'utf8' });
  return tried.status === 0 ? undefined : `tracing is not permitted here (${tried.stderr.trim().split('\n')[0]})`;
}

export interface Tracing {
  /** Ends the tracing and gives everything that was seen. */
  stop(): Promise<Call[]>;
}

export interface Call {
  pid: number;
  /** Seconds since 1970 at which the call began. */
  at: number;
  name: string;
  /** Path of the first argument's file, where it is one. */
  path: string | undefined;
  args: string;
  result: string;
}

/** Watches these processes and all that they start. */
export async function trace(pids: readonly number[], options: { calls: string; file: string }): Promise<Tracing> {
  const child: ChildProcess = spawn(
    'strace',
    [
      ...['-f', '-ttt', '-y', '-xx', '-s', '33554432', '-e', 'signal=none', '-e', `trace=${options.calls}`],
      ...['-o', options.file],
      ...pids.flatMap((pid) => ['-p', String(pid)]),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr?.on('data', (data: Buffer) => {
    said += data.toString('utf8');
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (let i = 0; i < 500 && (said.match(/ttached/g) ?? []).length < pids.length; i++) await wait(10);
  return {
    stop: async () => {
      child.kill('SIGINT');
      await within(30_000, 'the end of strace', ended, () => said);
      return callsOf(readFileSync(options.file, 'utf8'));
    },
  };
}

const wholeCall = /^(\d+) +(\d+\.\d+) (\w+)\((.*)\) += (\S+)/s;
const begunCall = /^(\d+) +(\d+\.\d+) (\w+)\((.*) <unfinished \.\.\.>$/s;
const endedCall = /^(\d+) +(\d+\.\d+) <\.\.\. (\w+) resumed>(.*)\) += (\S+)/s;

/** Calls in the order in which they ended: one that had not ended had no effect to rely on. */
export function callsOf(text: string): Call[] {
  const begun = new Map<number, { at: number; args: string }>();
  const calls: Call[] = [];
  for (const line of text.split('\n')) {
    const start = begunCall.exec(line);
    if (start) {
      begun.set(Number(start[1]), { at: Number(start[2]), args: start[4]! });
      continue;
    }
    const end = endedCall.exec(line);
    const whole = end ?? wholeCall.exec(line);
    if (!whole) continue;
    const pid = Number(whole[1]);
    const first = end ? begun.get(pid) : undefined;
    const args = `${first?.args ?? ''}${whole[4]!}`;
    calls.push({
      pid,
      at: first?.at ?? Number(whole[2]),
      name: whole[3]!,
      path: pathOf(args),
      args,
      result: whole[5]!,
    });
  }
  return calls;
}

const pathOf = (args: string): string | undefined => {
  const written = /^-?\w+<([^>]*)>/.exec(args)?.[1];
  return written?.startsWith('\\x') ? bytesOf(written).toString('utf8') : written;
};

/** Texts and bytes come as `\x2f\x77…`. */
export const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex');

/** Every quoted text among the arguments, one after the other. */
export const textsOf = ({ args }: Call): Buffer[] =>
  [...args.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map((match) => bytesOf(match[1]!));

export const isWal = ({ path }: Call): boolean => path?.includes('/pg_wal/') ?? false;
export const isSync = ({ name, result }: Call): boolean => /^(fsync|fdatasync)$/.test(name) && result === '0';
export const isWrite = ({ name }: Call): boolean => /^p?writev?(64)?$/.test(name);
