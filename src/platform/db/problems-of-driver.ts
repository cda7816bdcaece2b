import { Problem } from '#kernel';

/** SQLSTATE classes and codes: PostgreSQL documentation, appendix A. */
const unavailableStates = new Set(['57P01', '57P02', '57P03', '57P05', '53000', '53200', '53300', '58000', '58030']);
/** A NUL, or half a character, in a text: whoever sent it is told, wherever it slipped through. */
const unstorableStates = new Set(['22021', '22P05']);
const unavailableSystemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const unavailableMessages = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error',
  'Cannot use a pool after calling end',
  'driver has already been destroyed',
  'Client was closed',
];

/**
 * Turns a driver's error into the Problem that a person can act on; every other value is given back as it came.
 * Texts of the server stay in `cause`: they may hold values of a row.
 */
export function toProblem(error: unknown): unknown {
  if (error instanceof Problem || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (code === '53100' || code === 'ENOSPC' || error.message.includes('No space left on device')) {
    return new Problem('storage-full', { cause: error });
  }
  if (code !== undefined && unstorableStates.has(code)) {
    return new Problem('invalid-input', { detail: 'A text holds a character that cannot be stored.', cause: error });
  }
  if (isUnavailable(error, code)) return new Problem('storage-unavailable', { cause: error });
  return error;
}

/** Conflicts between transactions that go away when the work is done again: serialization failure and deadlock. */
export const isWorthRetrying = (error: unknown): boolean =>
  error instanceof Error && ['40001', '40P01'].includes(codeOf(error) ?? '');

function isUnavailable(error: Error, code: string | undefined): boolean {
  if (code?.startsWith('08') && code.length === 5) return true;
  if (code !== undefined && unavailableStates.has(code)) return true;
  if (code !== undefined && unavailableSystemCodes.has(code) && 'syscall' in error) return true;
  if (
    error instanceof AggregateError &&
    error.errors.some((one) => one instanceof Error && isUnavailable(one, codeOf(one)))
  )
    return true;
  return unavailableMessages.some((message) => error.message.includes(message));
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
