import { toIso } from '#kernel';
import type { RecordedAccess } from './model.ts';

const columns = [
  'id',
  'at',
  'requestId',
  'outcome',
  'identityKind',
  'identityId',
  'organisationId',
  'action',
  'purpose',
  'policyIds',
  'objectKind',
  'siteId',
  'legalEntityId',
  'objectIds',
  'count',
  'breakGlassId',
] as const;

/**
 * Lines of an export, page by page.
 * @param pages records, newest first. @returns CSV (RFC 4180, lists joined by spaces) or NDJSON, in UTF-8 text.
 */
export async function* exportLines(
  pages: AsyncIterable<readonly RecordedAccess[]>,
  format: 'csv' | 'ndjson',
): AsyncGenerator<string> {
  if (format === 'csv') yield `${columns.join(',')}\r\n`;
  for await (const page of pages) {
    yield page.map((access) => (format === 'csv' ? csvLine(access) : ndjsonLine(access))).join('');
  }
}

const ndjsonLine = (access: RecordedAccess): string => `${JSON.stringify({ ...access, at: toIso(access.at) })}\n`;

function csvLine(access: RecordedAccess): string {
  const values = columns.map((column) => {
    const value = column === 'at' ? toIso(access.at) : access[column];
    return csvField(Array.isArray(value) ? value.join(' ') : String(value ?? ''));
  });
  return `${values.join(',')}\r\n`;
}

/** A spreadsheet must take no pseudonym for a formula. */
function csvField(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
