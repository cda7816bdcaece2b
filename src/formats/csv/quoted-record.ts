import { type FieldError, ok, type Result, refused } from '#kernel';

export interface SplitRecord {
  fields: string[];
  /** Line breaks inside quoted fields: the next record starts that many lines later. */
  lineBreaks: number;
}

/**
 * Splits one record that holds quotes into its fields.
 * @param record the record without its final line break; quoted fields may hold commas, line breaks and doubled quotes.
 * @param line the line on which the record starts, for the error.
 * @returns the fields, quotes removed and doubled quotes made single; or the error of a misplaced quote.
 * **Source**: RFC 4180 section 2, rules 5–7. Oracle: `reader.test.ts`.
 */
export function splitQuotedRecord(record: string, line: number): Result<SplitRecord, FieldError> {
  const fields: string[] = [];
  let lineBreaks = 0;
  let at = 0;
  for (;;) {
    if (record[at] !== '"') {
      const commaAt = record.indexOf(',', at);
      const field = commaAt === -1 ? record.slice(at) : record.slice(at, commaAt);
      if (field.includes('"')) return refused({ line, detail: 'a quote inside a field that is not quoted' });
      if (field.includes('\r')) return refused({ line, detail: 'a carriage return without a line feed' });
      fields.push(field);
      if (commaAt === -1) return ok({ fields, lineBreaks });
      at = commaAt + 1;
      continue;
    }
    const closeAt = closingQuote(record, at + 1);
    if (closeAt === -1) return refused({ line, detail: 'a quoted field without its closing quote' });
    const field = record.slice(at + 1, closeAt).replaceAll('""', '"');
    lineBreaks += field.split('\n').length - 1;
    fields.push(field);
    if (closeAt + 1 === record.length) return ok({ fields, lineBreaks });
    if (record[closeAt + 1] !== ',') return refused({ line, detail: 'text after a closing quote' });
    at = closeAt + 2;
  }
}

function closingQuote(record: string, from: number): number {
  let at = record.indexOf('"', from);
  while (at !== -1 && record[at + 1] === '"') at = record.indexOf('"', at + 2);
  return at;
}
