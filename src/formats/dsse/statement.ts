import { z } from 'zod';
import { canonicalJson, fromUtf8, type Json, parseStrictJson, utf8 } from '#kernel';

export const statementType = 'https://in-toto.io/Statement/v1';
export const statementPayloadType = 'application/vnd.in-toto+json';

/** What a statement is about: matched by digest only, the name is for people. */
export interface Subject {
  name: string;
  /** SHA-256, 64 lower-case hexadecimal digits. */
  sha256: string;
}

export interface Statement {
  subjects: Subject[];
  predicateType: string;
  predicate: { [key: string]: Json };
}

const subjectSchema = z.object({
  name: z.string().optional(),
  digest: z.looseObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
});

const statementSchema = z.object({
  _type: z.literal(statementType),
  subject: z.array(subjectSchema).min(1),
  predicateType: z.url(),
  predicate: z.record(z.string(), z.json()),
});

/**
 * Writes an in-toto Statement v1.
 * @param statement subjects (at least one, each with its SHA-256), a predicate type (URI) and the predicate.
 * @returns canonical UTF-8 bytes (RFC 8785), the body of an envelope of type `application/vnd.in-toto+json`.
 * @throws TypeError if the statement does not fit the form: a statement without a subject's digest says nothing.
 * **Source** in-toto attestation spec v1, statement.md and resource_descriptor.md. Oracle: `readStatement`.
 */
export function statementBytes(statement: Statement): Uint8Array {
  const document = {
    _type: statementType,
    subject: statement.subjects.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: statement.predicateType,
    predicate: statement.predicate,
  };
  const judged = statementSchema.safeParse(document);
  if (!judged.success) throw new TypeError(`not an in-toto statement: ${z.prettifyError(judged.error)}`);
  return utf8(canonicalJson(document));
}

/**
 * Reads an in-toto Statement v1 from verified bytes.
 * @param bytes UTF-8 JSON; unknown fields are ignored, as the specification demands of a consumer.
 * @returns the statement, or why it is none. A subject without a name has the name ''.
 * **Source** in-toto attestation spec v1, statement.md. Oracle: `statementBytes` (round trip).
 */
export function readStatement(bytes: Uint8Array): { ok: true; statement: Statement } | { ok: false; why: string } {
  let json: unknown;
  try {
    json = parseStrictJson(fromUtf8(bytes));
  } catch {
    return { ok: false, why: 'the statement is not strict JSON in UTF-8' };
  }
  const parsed = statementSchema.safeParse(json);
  if (!parsed.success) return { ok: false, why: 'not an in-toto statement v1 with SHA-256 subjects' };
  const { subject, predicateType, predicate } = parsed.data;
  const subjects = subject.map(({ name, digest }) => ({ name: name ?? '', sha256: digest.sha256 }));
  return { ok: true, statement: { subjects, predicateType, predicate: predicate as Statement['predicate'] } };
}
