/** What is shown instead of a value that may not be logged. */
export const withheld = '[withheld]';

/**
 * Keys whose values never enter the log: secrets, whole messages, and whatever may identify a person. Compared without
 * case and punctuation, so `set-cookie`, `setCookie` and `SET_COOKIE` are one key.
 */
const withheldKeys = new Set(
  `authorization proxyauthorization cookie cookies setcookie password passphrase secret token accesstoken refreshtoken idtoken clientsecret
  csrftoken xhortuscsrf codeverifier nonce claims sub preferredusername apikey privatekey ip remoteaddress
  session sessionid headers body payload query params url href input values row rows text line
  pseudonym pseudonyms caseid caseids patient patientid patientname patientbirthdate birthdate dateofbirth mrn bsn
  accessionnumber studyinstanceuid name givenname familyname email address phone detail parameters connectionstring`.split(
    /\s+/,
  ),
);

/** Secrets are recognised wherever they stand: our own by their prefix, others by the words before them. */
const secretPatterns: readonly [RegExp, string][] = [
  [/hortus_(?!session\b)[A-Za-z0-9_-]{16,}/g, `hortus_${withheld}`],
  // JSON Web Tokens (RFC 7519): three parts, the first of which begins like any JSON object in base64url.
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g, withheld],
  // What OAuth and its kin carry in addresses and forms (RFC 6749).
  [/\b((?:client_secret|code|code_verifier|state|nonce|\w*token|password|link)=)[^&\s"\\]+/gi, `$1${withheld}`],
  [/\b(bearer|basic)\s+[A-Za-z0-9+/._~=-]{8,}/gi, `$1 ${withheld}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:"]*:[^\s/@"]*@/gi, `$1${withheld}@`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, withheld],
];

const depthMax = 6;
const itemsMax = 50;
const textLengthMax = 2000;

export const withoutSecrets = (text: string): string =>
  secretPatterns.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);

/**
 * Characters that JSON leaves as they are and a terminal or a viewer acts upon: DEL and C1 controls, line separators, and
 * those that turn the direction of reading. Written as the escapes of JSON, they say what stood there and do nothing.
 */
const unsafeToShow = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A finished line of the log as it may be written. */
export const writableLine = (line: string): string =>
  withoutSecrets(line).replace(unsafeToShow, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A text without secrets, of bounded length. */
const loggableText = (text: string): string =>
  withoutSecrets(text.length > textLengthMax ? `${text.slice(0, textLengthMax)}…` : text);

/** A copy of a value as it may be logged: bounded in depth and size, without secrets and identifying values. */
export function loggable(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return loggableText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value;
  if (value instanceof Error) return loggableError(value, depth);
  if (depth >= depthMax) return '[too deep]';
  if (Array.isArray(value)) return value.slice(0, itemsMax).map((item) => loggable(item, depth + 1));
  if (value instanceof Date) return Number.isFinite(value.getTime()) ? value.toISOString() : 'invalid date';
  const prototype = Object.getPrototypeOf(value);
  // Requests, sockets, buffers and the like carry everything; their kind is enough.
  if (prototype !== Object.prototype && prototype !== null) return `[${value.constructor?.name ?? 'object'}]`;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value).slice(0, itemsMax)) {
    copy[key] = withheldKeys.has(plainKey(key)) ? withheld : loggable(item, depth + 1);
  }
  return copy;
}

/** Messages of the engine about our own code, of the system, and of our own assertions quote no data. */
const frankErrors = new Set(['TypeError', 'RangeError', 'ReferenceError']);

/**
 * An error as it may be logged. Messages of parsers and of databases quote the data they stumble over, so the message
 * is kept only where it cannot; class, code and the stack's frames always are.
 */
export function loggableError(error: Error, depth = 0): Record<string, unknown> {
  const { code, table, constraint, severity, routine } = error as Error & Record<string, unknown>;
  const facts = Object.entries({ code, table, constraint, severity, routine }).filter(
    ([, fact]) => typeof fact === 'string' && /^[\w.-]{1,80}$/.test(fact),
  );
  return {
    type: error.name,
    message: isFrank(error) ? loggableText(error.message) : withheld,
    ...Object.fromEntries(facts),
    stack: framesOf(error),
    ...(error.cause instanceof Error && depth < depthMax ? { cause: loggableError(error.cause, depth + 1) } : {}),
  };
}

function isFrank(error: Error): boolean {
  if (frankErrors.has(error.name)) return !('severity' in error) && !error.message.includes('JSON');
  if (error.message.startsWith('assertion failed: ')) return true;
  if (error.name === 'Problem') return true;
  const { errno, syscall } = error as { errno?: unknown; syscall?: unknown };
  return typeof errno === 'number' && typeof syscall === 'string';
}

/** The stack begins with the message, whose lines could look like frames: it is cut away before frames are picked. */
function framesOf(error: Error): string {
  const stack = error.stack ?? '';
  const messageAt = error.message === '' ? -1 : stack.indexOf(error.message);
  const trace = messageAt < 0 ? stack : stack.slice(messageAt + error.message.length);
  return trace
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^at .*(?::\d+:\d+|<anonymous>|native)\)?$/.test(line))
    .slice(0, 20)
    .join('\n');
}

const plainKey = (key: string): string => key.toLowerCase().replace(/[^a-z0-9]/g, '');
