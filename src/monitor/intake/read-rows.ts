import type { Readable } from 'node:stream';
import { type CsvBatch, csvReader } from '#formats/csv';
import { Problem } from '#kernel';
import type { RowError } from '../contract.ts';

/** A row of a request before it is checked: its line (from 1), and its value or why there is none. */
export type RawRow = { line: number; raw: unknown } | { line: number; error: RowError };

const lineCharsMax = 65_536;

/** How a column of a CSV body becomes a value of the contract; all others are text. */
export interface Columns {
  names: readonly string[];
  required: readonly string[];
  numbers: ReadonlySet<string>;
  booleans: ReadonlySet<string>;
}

/**
 * The rows of a body, in batches as they arrive, so that a file of any size passes through constant memory.
 * Problems: wrong-columns, for a table that cannot be read on; invalid-input, for a line beyond 65,536 characters.
 */
export async function* readRows(body: Readable, contentType: string, columns: Columns): AsyncGenerator<RawRow[]> {
  body.setEncoding('utf8');
  yield* contentType === 'text/csv' ? readCsv(body, columns) : readNdjson(body);
}

async function* readNdjson(body: Readable): AsyncGenerator<RawRow[]> {
  let rest = '';
  let line = 0;
  for await (const chunk of body as AsyncIterable<string>) {
    const isFirst = line === 0 && rest === '';
    const lines = (rest + (isFirst ? chunk.replace(/^\uFEFF/, '') : chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineCharsMax) throw tooLong(line + lines.length + 1);
    const rows: RawRow[] = [];
    for (const text of lines) {
      line++;
      const row = parseLine(text, line);
      if (row) rows.push(row);
    }
    if (rows.length > 0) yield rows;
  }
  const last = parseLine(rest, line + 1);
  if (last) yield [last];
}

function parseLine(text: string, line: number): RawRow | undefined {
  if (text.trim() === '') return undefined;
  if (text.length > lineCharsMax) throw tooLong(line);
  try {
    return { line, raw: JSON.parse(text) };
  } catch {
    return { line, error: { line, code: 'not-json', detail: 'The line is not a JSON object.' } };
  }
}

async function* readCsv(body: Readable, columns: Columns): AsyncGenerator<RawRow[]> {
  const optional = columns.names.filter((name) => !columns.required.includes(name));
  const reader = csvReader({ columns: columns.names, optional });
  for await (const chunk of body as AsyncIterable<string>)
    yield csvRows(reader.push(chunk), columns, reader.hasStopped);
  yield csvRows(reader.end(), columns, false);
}

function csvRows(batch: CsvBatch, columns: Columns, hasStopped: boolean): RawRow[] {
  const fatal = hasStopped ? batch.errors.at(-1) : batch.errors.find((error) => error.line === 1);
  if (fatal) throw new Problem('wrong-columns', { detail: fatal.detail, errors: [fatal] });
  const rows: RawRow[] = batch.rows.map((row) => ({ line: row.line, raw: recordOf(row.fields, columns) }));
  for (const error of batch.errors) {
    const line = error.line ?? 0;
    rows.push({ line, error: { line, code: 'not-a-row', detail: error.detail } });
  }
  return rows.sort((a, b) => a.line - b.line);
}

/** An empty field is an absent one; a text that is no number or boolean stays text, and the contract refuses it. */
function recordOf(fields: string[], columns: Columns): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  columns.names.forEach((name, i) => {
    const text = fields[i] ?? '';
    if (text === '') return;
    if (columns.numbers.has(name)) record[name] = /^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(text) ? Number(text) : text;
    else if (columns.booleans.has(name))
      record[name] = text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
    else record[name] = text;
  });
  return record;
}

const tooLong = (line: number): Problem =>
  new Problem('invalid-input', { errors: [{ line, detail: `The line is longer than ${lineCharsMax} characters.` }] });
