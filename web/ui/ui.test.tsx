/* Goal: components say what they must without a browser. Method: draw to markup, read the markup. */
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { attentionOf, readStatus, type Status, StatusMark } from './status/index.ts';
import { statusFamilies } from './status/status.ts';
import { compareValues, type DataColumn } from './table/data-column.ts';
import { toCsv, toTabSeparated } from './table/table-text.ts';

describe('a state', () => {
  it('is always a shape and a word', () => {
    for (const status of Object.keys(statusFamilies) as Status[]) {
      const markup = renderToStaticMarkup(<StatusMark status={status} />);
      expect(markup).toMatch(/<svg.*<\/svg><span>[a-z -]+<\/span>/);
    }
  });

  it('is drawn with another shape in each family', () => {
    const shapeOf = (status: Status) =>
      renderToStaticMarkup(<StatusMark status={status} />).match(/<svg.*<\/svg>/)?.[0];
    const shapes = (['valid', 'consistent', 'watch', 'restricted', 'broken', 'expired', 'unknown'] as const).map(
      shapeOf,
    );
    expect(new Set(shapes).size).toBe(7);
  });

  it('is unknown, never valid, when the server says something else', () => {
    expect(readStatus('no_evidence_yet')).toBe('no-evidence-yet');
    expect(readStatus('Not estimable')).toBe('not-estimable');
    expect(readStatus('splendid')).toBe('unknown');
    expect(readStatus('constructor')).toBe('unknown');
    expect(readStatus(undefined)).toBe('unknown');
  });

  it('asks for attention first when it is broken and last when it is valid', () => {
    const order = (['valid', 'unknown', 'broken', 'watch'] as Status[]).sort((a, b) => attentionOf(a) - attentionOf(b));
    expect(order).toEqual(['broken', 'watch', 'unknown', 'valid']);
  });
});

describe('values in a column', () => {
  it('are ordered by size when they are numbers and like words when they are not', () => {
    expect([0.4, 0.06, 0.1, -1].sort(compareValues)).toEqual([-1, 0.06, 0.1, 0.4]);
    expect(['case 10', 'Case 9', 'arm'].sort(compareValues)).toEqual(['arm', 'Case 9', 'case 10']);
  });
});

describe('rows written for a spreadsheet', () => {
  interface Site {
    name: string;
    n: number | null;
  }
  const columns: DataColumn<Site>[] = [
    { id: 'name', header: 'Site', value: (site) => site.name },
    { id: 'n', header: 'n', value: (site) => site.n },
  ];

  it('follow RFC 4180: quotes doubled, lines ended by CRLF, nothing for what is unknown', () => {
    expect(
      toCsv(columns, [
        { name: 'St. "Mary", West', n: -3 },
        { name: 'North', n: null },
      ]),
    ).toBe('Site,n\r\n"St. ""Mary"", West",-3\r\nNorth,\r\n');
  });

  it('do not let a text run as a formula', () => {
    expect(toCsv(columns, [{ name: '=HYPERLINK("x")', n: 1 }])).toContain(`"'=HYPERLINK(""x"")"`);
    expect(toTabSeparated(columns, [{ name: '@cmd\tx', n: 1 }])).toBe("Site\tn\n'@cmd x\t1");
  });
});
