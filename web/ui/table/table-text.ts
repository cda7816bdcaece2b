import type { CellValue, DataColumn } from './data-column.ts';

const written = (value: CellValue): string => (value === null ? '' : String(value));

/** Spreadsheets run cells that start like a formula; a quote in front keeps them text. Numbers are left alone. */
function defused(value: CellValue): string {
  const text = written(value);
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** RFC 4180: CRLF, quotes doubled, a header line. Values are the column's plain values, not what the cell shows. */
export function toCsv<Row>(columns: readonly DataColumn<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map((column) => quoted(column.header)),
    ...rows.map((row) => columns.map((column) => quoted(defused(column.value(row))))),
  ];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

/** Tab-separated, for pasting into a spreadsheet. */
export function toTabSeparated<Row>(columns: readonly DataColumn<Row>[], rows: readonly Row[]): string {
  const clean = (text: string) => text.replaceAll(/[\t\r\n]+/g, ' ');
  const lines = [
    columns.map((column) => column.header),
    ...rows.map((row) => columns.map((column) => clean(defused(column.value(row))))),
  ];
  return lines.map((line) => line.join('\t')).join('\n');
}

/** Hands a text to the reader as a file, without a server. */
export function downloadText(name: string, text: string, mediaType: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
