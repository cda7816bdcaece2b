import { assert, type FieldError, ok, type Result, refused } from '#kernel';
import { type SplitRecord, splitQuotedRecord } from './quoted-record.ts';

/** One data record. `line` is the line on which it starts; the header is line 1. */
export interface CsvRow {
  line: number;
  /** One text a column, in the order of `columns` of the options (a column that is optional and absent is ''). */
  fields: string[];
}

export interface CsvOptions {
  /** The columns the caller reads. Every one must be in the header unless it is in `optional`. */
  columns: readonly string[];
  /** Those of `columns` that the header may leave out. */
  optional?: readonly string[];
  /** Longest record accepted, line break included, in UTF-16 units; default 65,536. */
  recordCharsMax?: number;
  /** Most data records accepted; default 10,000,000. */
  recordsMax?: number;
}

/** What a piece of the file gave: good rows, and the lines that are not rows. */
export interface CsvBatch {
  rows: CsvRow[];
  errors: FieldError[];
}

export interface CsvReader {
  /** Reads the next piece of the file; a record, a line break or a quoted field may be cut anywhere. */
  push(chunk: string): CsvBatch;
  /** Says that the file has ended: reads the last record if it has no line break. */
  end(): CsvBatch;
  /** True once the file cannot be read on: the header does not fit, a quote is wrong, or a limit is passed. */
  readonly hasStopped: boolean;
}

const quote = '"';

/**
 * A strict streaming reader of comma-separated values with a header, pure: text in, rows out.
 *
 * Accepts CRLF and LF, a byte order mark at the start, columns in any order. Refuses unknown, missing and repeated
 * columns, a bare carriage return, a quote inside an unquoted field and text after a closing quote. A record with the
 * wrong number of fields is an error of that line and reading goes on; errors of quoting, of the header and of the
 * limits stop the reader, because nothing after them can be trusted.
 *
 * @returns a reader with state; rows are given in order and each exactly once, whatever the cuts between chunks.
 * Cost: linear in the text; at most one record is held between two pushes.
 * **Source**: RFC 4180 section 2, with LF accepted beside CRLF. Oracle: the round trip with an RFC 4180 writer under
 * random cuts (`reader.test.ts`).
 */
export function csvReader(options: CsvOptions): CsvReader {
  assert(new Set(options.columns).size === options.columns.length, 'the columns of a table have different names');
  return new StreamingReader(options);
}

class StreamingReader implements CsvReader {
  readonly #options: CsvOptions;
  readonly #recordCharsMax: number;
  readonly #recordsMax: number;
  #rest = '';
  #scannedChars = 0;
  #isInsideQuotes = false;
  #line = 1;
  #records = 0;
  #order: HeaderOrder | undefined;
  #hasStarted = false;
  #hasStopped = false;

  constructor(options: CsvOptions) {
    this.#options = options;
    this.#recordCharsMax = options.recordCharsMax ?? 65_536;
    this.#recordsMax = options.recordsMax ?? 10_000_000;
  }

  get hasStopped(): boolean {
    return this.#hasStopped;
  }

  push(chunk: string): CsvBatch {
    const batch: CsvBatch = { rows: [], errors: [] };
    if (this.#hasStopped || chunk === '') return batch;
    let text = this.#rest + chunk;
    if (!this.#hasStarted && text.startsWith('\ufeff')) text = text.slice(1);
    this.#hasStarted = true;

    let recordAt = 0;
    for (;;) {
      const feedAt = this.#endOfRecord(text);
      if (feedAt === -1) break;
      const endAt = feedAt > recordAt && text.charCodeAt(feedAt - 1) === 13 ? feedAt - 1 : feedAt;
      this.#takeRecord(text.slice(recordAt, endAt), batch);
      if (this.#hasStopped) return batch;
      recordAt = feedAt + 1;
    }
    this.#rest = text.slice(recordAt);
    this.#scannedChars = this.#rest.length;
    if (this.#rest.length >= this.#recordCharsMax) this.#stop(batch, tooLong(this.#line, this.#recordCharsMax));
    return batch;
  }

  end(): CsvBatch {
    const batch: CsvBatch = { rows: [], errors: [] };
    if (this.#hasStopped) return batch;
    if (this.#isInsideQuotes) this.#stop(batch, { line: this.#line, detail: 'the file ends inside a quoted field' });
    else if (this.#rest !== '') this.#takeRecord(this.#rest, batch);
    if (!this.#hasStopped && this.#order === undefined) {
      batch.errors.push({ line: 1, detail: 'the file has no header' });
    }
    this.#hasStopped = true;
    this.#rest = '';
    return batch;
  }

  /**
   * The next line feed that ends a record, or −1 if the text does not hold it yet. The number of quotes before a line
   * feed decides: in RFC 4180 a quote occurs only around a field or doubled inside one.
   */
  #endOfRecord(text: string): number {
    let at = this.#scannedChars;
    for (;;) {
      if (this.#isInsideQuotes) {
        const closeAt = text.indexOf(quote, at);
        if (closeAt === -1) return -1;
        this.#isInsideQuotes = false;
        at = closeAt + 1;
      }
      const feedAt = text.indexOf('\n', at);
      // Only the present record is searched for quotes, so that the whole stays linear.
      const openAt = (feedAt === -1 ? text.slice(at) : text.slice(at, feedAt)).indexOf(quote);
      if (openAt === -1) {
        if (feedAt !== -1) this.#scannedChars = feedAt + 1;
        return feedAt;
      }
      this.#isInsideQuotes = true;
      at += openAt + 1;
    }
  }

  #takeRecord(record: string, batch: CsvBatch): void {
    const line = this.#line;
    this.#line++;
    if (record.length >= this.#recordCharsMax) {
      this.#stop(batch, tooLong(line, this.#recordCharsMax));
      return;
    }
    const split = splitRecord(record, line);
    if (!split.ok) {
      this.#stop(batch, split.error);
      return;
    }
    this.#line += split.value.lineBreaks;
    if (this.#order === undefined) this.#takeHeader(split.value.fields, batch);
    else this.#takeFields({ line, fields: split.value.fields }, this.#order, batch);
  }

  #takeHeader(header: string[], batch: CsvBatch): void {
    const read = readHeader(header, this.#options);
    if (read.ok) this.#order = read.value;
    else this.#stop(batch, read.error);
  }

  #takeFields(row: CsvRow, order: HeaderOrder, batch: CsvBatch): void {
    this.#records++;
    if (this.#records > this.#recordsMax) {
      this.#stop(batch, { line: row.line, detail: `more than ${this.#recordsMax} records` });
    } else if (row.fields.length !== order.width) {
      const detail = `${order.width} fields expected, ${row.fields.length} found`;
      batch.errors.push({ line: row.line, detail });
    } else {
      batch.rows.push(order.isAsGiven ? row : { line: row.line, fields: reorder(row.fields, order.from) });
    }
  }

  #stop(batch: CsvBatch, error: FieldError): void {
    batch.errors.push(error);
    this.#hasStopped = true;
    this.#rest = '';
  }
}

function splitRecord(record: string, line: number): Result<SplitRecord, FieldError> {
  if (record.includes(quote)) return splitQuotedRecord(record, line);
  if (record.includes('\r')) return refused({ line, detail: 'a carriage return without a line feed' });
  return ok({ fields: record.split(','), lineBreaks: 0 });
}

/** Where each wanted column stands in the file; −1 for an optional column that is absent. */
interface HeaderOrder {
  width: number;
  from: number[];
  isAsGiven: boolean;
}

function readHeader(header: string[], options: CsvOptions): Result<HeaderOrder, FieldError> {
  const optional = new Set(options.optional);
  const missing = options.columns.filter((name) => !header.includes(name) && !optional.has(name));
  const unknown = header.filter((name) => !options.columns.includes(name));
  const repeated = header.filter((name, i) => header.indexOf(name) !== i);
  const faults = [
    missing.length === 0 ? '' : `missing: ${missing.join(', ')}`,
    unknown.length === 0 ? '' : `${unknown.length} unknown`,
    repeated.length === 0 ? '' : `${repeated.length} repeated`,
  ].filter((fault) => fault !== '');
  if (faults.length > 0) {
    return refused({
      line: 1,
      detail: `${columnsInWords(options.columns, optional)} (${faults.join('; ')})`,
    });
  }
  const from = options.columns.map((name) => header.indexOf(name));
  return ok({
    width: header.length,
    from,
    isAsGiven: from.length === header.length && from.every((position, i) => position === i),
  });
}

/** Says what a header must have and what it may leave out, so that nobody invents values for a column nobody needs. */
function columnsInWords(columns: readonly string[], optional: ReadonlySet<string>): string {
  const required = columns.filter((name) => !optional.has(name));
  const spare = columns.filter((name) => optional.has(name));
  const sentences = [
    required.length === 0 ? '' : `the header must have ${required.join(', ')}`,
    spare.length === 0 ? '' : `it may have ${spare.join(', ')}`,
  ].filter((sentence) => sentence !== '');
  return `${sentences.join('; ')}; nothing else, in any order`;
}

const reorder = (fields: string[], from: number[]): string[] => from.map((i) => (i === -1 ? '' : fields[i]!));

const tooLong = (line: number, charsMax: number): FieldError => ({
  line,
  detail: `the record is longer than ${charsMax} characters; an unclosed quote is the usual cause`,
});
