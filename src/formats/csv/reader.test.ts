// Goal: rows come out exactly as an RFC 4180 writer put them in, wherever the text is cut, and faults are named by line.
// Method: a writer as the oracle under random texts and cuts; hand-made faults; a speed bar on plain rows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvBatch, type CsvOptions, csvReader } from './reader.ts';

const columns = ['a', 'b', 'c'];

function readAll(chunks: string[], options: CsvOptions = { columns }): CsvBatch {
  const reader = csvReader(options);
  const batches = [...chunks.map((chunk) => reader.push(chunk)), reader.end()];
  return { rows: batches.flatMap((b) => b.rows), errors: batches.flatMap((b) => b.errors) };
}

const writeField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

describe('csvReader', () => {
  it('gives back what an RFC 4180 writer wrote, wherever the text is cut', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', ' '), maxLength: 6 });
    const table = fc.array(fc.tuple(field, field, field), { maxLength: 8 });
    fc.assert(
      fc.property(
        table,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        (rows, eol, last, size) => {
          const lines = [columns, ...rows].map((row) => row.map(writeField).join(','));
          const text = lines.join(eol) + (last ? eol : '');
          const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
            text.slice(i * size, (i + 1) * size),
          );
          const { rows: read, errors } = readAll(chunks);
          expect(errors).toEqual([]);
          expect(read.map((row) => row.fields)).toEqual(rows);
        },
      ),
    );
  });

  it('counts lines inside quoted fields, so that every row knows its own', () => {
    const { rows } = readAll(['a,b,c\n1,"x\ny\nz",3\n4,5,6\n']);
    expect(rows).toEqual([
      { line: 2, fields: ['1', 'x\ny\nz', '3'] },
      { line: 5, fields: ['4', '5', '6'] },
    ]);
  });

  it('gives fields in the order asked for, and an absent optional column as an empty text', () => {
    const { rows } = readAll(['\ufeffc,a\r\n3,1\r\n'], { columns, optional: ['b'] });
    expect(rows).toEqual([{ line: 2, fields: ['1', '', '3'] }]);
  });

  it('names a line with the wrong number of fields and reads on', () => {
    expect(readAll(['a,b,c\n1,2\n\n4,5,6\n'])).toEqual({
      rows: [{ line: 4, fields: ['4', '5', '6'] }],
      errors: [
        { line: 2, detail: '3 fields expected, 2 found' },
        { line: 3, detail: '3 fields expected, 1 found' },
      ],
    });
  });

  it.each([
    ['a quote inside an unquoted field', 'a,b,c\n1,x"y",3\n', 2, 'a quote inside a field that is not quoted'],
    ['text after a closing quote', 'a,b,c\n1,"x"y,3\n', 2, 'text after a closing quote'],
    ['a quote that never closes', 'a,b,c\n1,"x,3\n', 2, 'the file ends inside a quoted field'],
    ['a bare carriage return', 'a,b,c\n1,x\ry,3\n', 2, 'a carriage return without a line feed'],
    ['an empty file', '', 1, 'the file has no header'],
  ])('stops at %s', (_name, text, line, detail) => {
    expect(readAll([text])).toEqual({ rows: [], errors: [{ line, detail }] });
  });

  it.each([
    ['a,b', '(missing: c)'],
    ['a,b,c,patient name', '(1 unknown)'],
    ['a,b,c,c', '(1 repeated)'],
  ])('refuses the header %s without repeating foreign text', (header, fault) => {
    const { rows, errors } = readAll([`${header}\n1,2,3\n`]);
    expect(rows).toEqual([]);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.detail).toContain(fault);
    expect(errors[0]?.detail).not.toContain('patient');
  });

  it('says which columns a header must have, and which it may leave out', () => {
    const { errors } = readAll(['a\n1\n'], { columns, optional: ['c'] });
    const detail = 'the header must have a, b; it may have c; nothing else, in any order (missing: b)';
    expect(errors).toEqual([{ line: 1, detail }]);
  });

  it('holds no more than one record: a longer one stops it, complete or not', () => {
    const limits = { columns, recordCharsMax: 20 };
    for (const chunks of [['a,b,c\n', '1,2,', 'x'.repeat(30)], [`a,b,c\n1,2,${'x'.repeat(30)}\n`]]) {
      const { errors } = readAll(chunks, limits);
      expect(errors).toHaveLength(1);
      expect(errors[0]?.line).toBe(2);
    }
    const reader = csvReader(limits);
    reader.push(`a,b,c\n${'x'.repeat(40)}`);
    expect(reader.hasStopped).toBe(true);
    expect(reader.push('\n1,2,3\n')).toEqual({ rows: [], errors: [] });
  });

  it('stops after the largest number of records', () => {
    const { rows, errors } = readAll(['a,b,c\n1,2,3\n4,5,6\n7,8,9\n'], { columns, recordsMax: 2 });
    expect(rows).toHaveLength(2);
    expect(errors).toEqual([{ line: 4, detail: 'more than 2 records' }]);
  });

  it('reads plain rows of eight columns faster than 300,000 a second', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const row = 'case_0123456789,2021-03-04T09:30:00Z,0.123456,0.05,2,0.31,NOORD,ps_abcdef0123\n';
    const chunk = row.repeat(1000);
    const rowsPerSecond = (): number => {
      const reader = csvReader({ columns: names });
      reader.push(`${names.join(',')}\n`);
      let rows = 0;
      const startMs = performance.now();
      for (let i = 0; i < 100; i++) rows += reader.push(chunk).rows.length;
      expect(rows).toBe(100_000);
      return rows / ((performance.now() - startMs) / 1000);
    };
    // The best of five: a busy machine must not make the reader look slow.
    const best = Math.max(...Array.from({ length: 5 }, rowsPerSecond));
    expect(best).toBeGreaterThan(300_000);
  });
});
