/** Who can put a problem right: shown to the reader, so that nobody waits for the wrong person. */
export type Fixer = 'caller' | 'operator' | 'colleague';

interface ProblemKind {
  status: number;
  title: string;
  fixer: Fixer;
  remedy: string;
}

/**
 * The closed registry of refusals (RFC 9457). A code is for ever: its meaning is never changed.
 * Titles and remedies hold no value of the request, so no personal data can slip into them.
 */
export const problemKinds = {
  'invalid-input': {
    status: 422,
    title: 'The request does not fit the contract',
    fixer: 'caller',
    remedy: 'Correct the fields named in errors and send it again.',
  },
  'invalid-json': { status: 400, title: 'The body is not JSON', fixer: 'caller', remedy: 'Send valid JSON in UTF-8.' },
  'unsupported-media-type': {
    status: 415,
    title: 'This kind of body is not read here',
    fixer: 'caller',
    remedy: 'Send one of the content types named in detail.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is larger than the limit',
    fixer: 'caller',
    remedy: 'Split it, or send it as an NDJSON or CSV stream.',
  },
  'wrong-columns': {
    status: 422,
    title: 'The table does not have the columns of the contract',
    fixer: 'caller',
    remedy: 'Use the columns named in detail, in any order; those it says the header may have can be left out.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing here',
    fixer: 'caller',
    remedy: 'Check the id; it may belong to another organisation.',
  },
  'not-signed-in': {
    status: 401,
    title: 'Nobody is signed in',
    fixer: 'caller',
    remedy: 'Sign in, or send an API token as a bearer token.',
  },
  'not-allowed': {
    status: 403,
    title: 'Your role does not allow this act',
    fixer: 'colleague',
    remedy: 'Ask a person who holds one of the roles named in detail.',
  },
  'step-up-needed': {
    status: 403,
    title: 'This act asks for a second factor, used shortly before',
    fixer: 'caller',
    remedy:
      'Confirm who you are at /sign-in?stepUp=1&returnTo=, followed by the page to come back to; then do it again.',
  },
  'sign-in-failed': {
    status: 401,
    title: 'The sign-in could not be completed',
    fixer: 'caller',
    remedy: 'Start again from the sign-in page; if it stays, show detail to the operator.',
  },
  'not-invited': {
    status: 403,
    title: 'This account belongs to nobody here',
    fixer: 'colleague',
    remedy: 'Ask an operator or the management of your organisation for an invitation.',
  },
  'access-ended': {
    status: 403,
    title: 'Your access here has ended',
    fixer: 'colleague',
    remedy: 'Ask the management of your organisation whether it is to be opened again.',
  },
  'wrong-origin': {
    status: 403,
    title: 'The request comes from another site',
    fixer: 'caller',
    remedy: 'Use the pages of this installation, or an API token.',
  },
  'csrf-token-missing': {
    status: 403,
    title: 'The request does not show that a page of this installation sent it',
    fixer: 'caller',
    remedy:
      'Send csrfToken of GET /api/v1/people/me as the header x-hortus-csrf, or use an API token instead of a cookie.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request took too long to arrive',
    fixer: 'caller',
    remedy: 'Send it again; large tables go as an NDJSON or CSV stream.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    fixer: 'caller',
    remedy: 'Wait for the seconds in Retry-After, then go on.',
  },
  conflict: {
    status: 409,
    title: 'This contradicts what is already recorded',
    fixer: 'caller',
    remedy: 'Read the present record first; a correction names what it corrects and why.',
  },
  'duplicate-content': {
    status: 409,
    title: 'The same key is recorded with other content',
    fixer: 'caller',
    remedy: 'Send the same content again, or a correction with corrects and reason.',
  },
  'same-rows-at-once': {
    status: 409,
    title: 'Another sender sends the same rows at this moment',
    fixer: 'caller',
    remedy: 'Send it again: rows that are recorded by then are known, and accepted quietly.',
  },
  'wrong-state': {
    status: 409,
    title: 'The act is not possible in the present state',
    fixer: 'caller',
    remedy: 'See detail for the states from which it is possible.',
  },
  'four-eyes': {
    status: 409,
    title: 'A second person in another role must sign',
    fixer: 'colleague',
    remedy: 'Ask a person of another role to open what you signed and sign it too.',
  },
  'evidence-not-seen': {
    status: 409,
    title: 'What was signed is not what is judged',
    fixer: 'caller',
    remedy: 'Open the present evidence and sign its digest.',
  },
  'claim-after-data': {
    status: 409,
    title: 'The claim would be registered after its data',
    fixer: 'caller',
    remedy: 'Start it in the future, or register it as retrospective: it can then never raise a certificate.',
  },
  'outside-domain': {
    status: 422,
    title: 'The input lies outside the published domain of the model',
    fixer: 'caller',
    remedy: 'Do not use this model for this case; see errors for the fields and their ranges.',
  },
  'clock-behind': {
    status: 503,
    title: 'The clock of this machine runs behind what is already recorded',
    fixer: 'operator',
    remedy: 'Set the system clock (NTP); writing resumes by itself. Nothing recorded is lost.',
  },
  'clock-jumped': {
    status: 503,
    title: 'The clock of this machine jumped',
    fixer: 'operator',
    remedy: 'Check the system clock (NTP) and restart Hortus; nothing recorded is lost.',
  },
  'address-refused': {
    status: 422,
    title: 'This address is not asked from here',
    fixer: 'operator',
    remedy: 'Use a public https address, or have the operator name its origin among the allowed ones.',
  },
  'upstream-unavailable': {
    status: 502,
    title: 'Another service does not answer as it should',
    fixer: 'operator',
    remedy: 'Try again in a moment; if it stays, check that service and the network to it.',
  },
  'storage-full': {
    status: 507,
    title: 'The disk is full',
    fixer: 'operator',
    remedy:
      'Free space where the data folder lies; writing goes on by itself. Then send the request again; what was acknowledged is safe.',
  },
  'storage-unavailable': {
    status: 503,
    title: 'The database does not answer',
    fixer: 'operator',
    remedy: 'Send the request again in a moment; what was acknowledged is safe.',
  },
  'ledger-unavailable': {
    status: 503,
    title: 'The evidence ledger cannot sign at the moment',
    fixer: 'operator',
    remedy: 'See the server log; the act is kept and takes effect when it is sequenced.',
  },
  'ledger-inconsistent': {
    status: 500,
    title: 'The evidence ledger does not match its own checkpoint',
    fixer: 'operator',
    remedy: 'Stop writing, keep the data folder as it is, run hortus ledger verify and restore from a backup.',
  },
  'folder-in-use': {
    status: 409,
    title: 'Another Hortus uses this data folder',
    fixer: 'operator',
    remedy: 'Stop it, use its address, or choose another folder with --data.',
  },
  'database-in-use': {
    status: 409,
    title: 'Another Hortus works on this database',
    fixer: 'operator',
    remedy: 'Stop it, or give this one a database of its own (DATABASE_URL).',
  },
  'folder-unusable': {
    status: 500,
    title: 'The data folder cannot be used',
    fixer: 'operator',
    remedy: 'See detail: owner, permissions, version or a damaged file.',
  },
  'no-database-here': {
    status: 500,
    title: 'There is no embedded PostgreSQL for this system',
    fixer: 'operator',
    remedy: 'Set DATABASE_URL to a PostgreSQL 15 or newer.',
  },
  'schema-mismatch': {
    status: 500,
    title: 'The database has the schema of another Hortus',
    fixer: 'operator',
    remedy: 'Install the version that wrote it or a newer one; a migration is never edited after it was applied.',
  },
  'insecure-listen': {
    status: 500,
    title: 'Refusing to listen beyond this machine without real sign-in',
    fixer: 'operator',
    remedy: 'Listen on 127.0.0.1, or configure an identity provider first.',
  },
  'not-a-simulation': {
    status: 409,
    title: 'Only a simulation has a clock that can be set',
    fixer: 'caller',
    remedy: 'Use an installation whose ledger origin says that it is a simulation.',
  },
  'not-estimable': {
    status: 409,
    title: 'This cannot be estimated from the data there is',
    fixer: 'caller',
    remedy: 'See detail for what is missing.',
  },
  'shutting-down': {
    status: 503,
    title: 'Hortus is stopping',
    fixer: 'operator',
    remedy: 'Send the request again after the restart; what was acknowledged is safe.',
  },
  internal: {
    status: 500,
    title: 'Hortus failed to answer',
    fixer: 'operator',
    remedy: 'The server log has the details under the request id; what was acknowledged is safe.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problemKinds;

/** One field or line that is wrong: `pointer` is a JSON pointer (RFC 6901), `line` counts from 1 (a header line is line 1). */
export interface FieldError {
  pointer?: string;
  line?: number;
  detail: string;
}

export interface ProblemExtras {
  detail?: string;
  errors?: FieldError[];
  /** Machine-readable context: never identifying values. */
  context?: Record<string, string | number | boolean | null>;
  cause?: unknown;
}

/** A refusal a person can act on. Thrown at the use case, rendered as application/problem+json. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly errors: FieldError[];
  readonly context: Record<string, string | number | boolean | null>;

  constructor(code: ProblemCode, extras: ProblemExtras = {}) {
    super(extras.detail ?? problemKinds[code].title, { cause: extras.cause });
    this.name = 'Problem';
    this.code = code;
    this.detail = extras.detail;
    this.errors = extras.errors ?? [];
    this.context = extras.context ?? {};
  }

  get status(): number {
    return problemKinds[this.code].status;
  }
}

export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  remedy: string;
  fixer: Fixer;
  errors?: FieldError[];
  context?: Record<string, string | number | boolean | null>;
}

/** The RFC 9457 document of a problem. `type` resolves to the page of problems in the docs. */
export function problemDocument(problem: Problem): ProblemDocument {
  const kind = problemKinds[problem.code];
  return {
    type: `/problems/${problem.code}`,
    title: kind.title,
    status: kind.status,
    code: problem.code,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    remedy: kind.remedy,
    fixer: kind.fixer,
    ...(problem.errors.length === 0 ? {} : { errors: problem.errors }),
    ...(Object.keys(problem.context).length === 0 ? {} : { context: problem.context }),
  };
}
