import type { ZodError, ZodType } from 'zod';
import { type FieldError, Problem } from '#kernel';

/** More errors than a reader takes in; a table of a million bad rows must not become an answer of a gigabyte. */
const errorsShownMax = 100;

/** Where a part of a request stands in the pointers of a problem: the body is the document itself. */
const prefixes = { params: '/path', query: '/query', body: '' } as const;

export type RequestPart = keyof typeof prefixes;

/** Checks one part of a request; every field that does not fit is named by a JSON pointer (RFC 6901). */
export function checkRequestPart(schema: ZodType | undefined, part: RequestPart, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  throw new Problem('invalid-input', { errors: fieldErrors(checked.error, prefixes[part]) });
}

/**
 * Fits an answer to its contract: what the schema does not declare is left behind.
 * An answer that does not fit is our own defect. The error names fields, never their values.
 */
export function fitAnswer(schema: ZodType, answer: unknown): unknown {
  const checked = schema.safeParse(answer);
  if (checked.success) return checked.data;
  const fields = fieldErrors(checked.error, '')
    .slice(0, 5)
    .map((error) => error.pointer || '/');
  throw new Problem('internal', {
    cause: new TypeError(`the answer does not fit its contract at ${fields.join(', ')}`),
  });
}

/** Field errors of a Zod error. Zod's own messages name types and limits, not what was received. */
export function fieldErrors(error: ZodError, prefix: string): FieldError[] {
  return error.issues.slice(0, errorsShownMax).map((issue) => ({
    pointer: `${prefix}${issue.path.map((step) => `/${escapeStep(String(step))}`).join('')}`,
    detail: issue.message,
  }));
}

const escapeStep = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');
