import pino, { type Bindings, type DestinationStream, type Level, type Logger } from 'pino';
import { loggable, writableLine } from './redaction.ts';

export type { Logger };

export interface LogOptions {
  level?: Level | 'silent';
  /** Where lines go; standard error by default, because standard output belongs to a command's own answer. */
  destination?: DestinationStream;
}

/**
 * The log of a process: one JSON object a line. Identifying values and secrets cannot pass, whoever writes them: every
 * object is copied through `loggable`, and every finished line is searched for secrets once more.
 */
export function createLogger(options: LogOptions = {}): Logger {
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (line) => loggable(line) as Record<string, unknown>,
      },
      // The formatter has made the error loggable; Pino's own serializer, and Fastify's, would add its message again.
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          method.apply(this, withOwnMessage(args) as Parameters<typeof method>);
        },
        streamWrite: writableLine,
      },
    },
    options.destination ?? pino.destination({ dest: 2, sync: false }),
  );
  // Pino passes the fields of a child by every formatter; children inherit this method, so theirs are covered too.
  const { child } = logger;
  logger.child = function (this: Logger, ...[fields, ...rest]: Parameters<typeof child>) {
    return child.call(this, loggable(fields) as Bindings, ...rest);
  } as typeof child;
  return logger;
}

/** Where no message is given, Pino takes the error's own, which may quote data: a neutral one stands in its place. */
function withOwnMessage(args: readonly unknown[]): unknown[] {
  const [first, ...rest] = args;
  if (first instanceof Error) return [{ err: first }, ...(rest.length === 0 ? ['error'] : rest)];
  if (typeof first === 'object' && first !== null && rest.length === 0) return [first, ''];
  return [first, ...rest.map((part) => (typeof part === 'object' ? loggable(part) : part))];
}
