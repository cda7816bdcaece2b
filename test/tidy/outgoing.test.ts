import { describe, expect, it } from 'vitest';
import { codeOf, places, productOf, read } from './source-tree.ts';

// Goal: no request leaves the server but through platform/outgoing, where its address is checked (server-side request
// forgery). Method: read the product's sources for every way by which Node opens a connection.

const mayAsk = [
  // The command line asks the server of this machine, or one that its user names.
  'src/main/api-client.ts',
];
const remedy = 'ask by `outgoing` or `outgoingFetch` of #platform/outgoing: it checks where an address leads';
const checked = productOf('src').filter((file) => !file.startsWith('src/platform/outgoing/') && !mayAsk.includes(file));

/** A call of the global, or the global handed on; `parts.fetch(…)` and `fetch: …` are somebody's own. */
const globalFetch =
  /(?<![.\w])fetch\(|\bglobalThis\.fetch\b|(?:\?\?|=>?)\s*fetch\b(?!\s*[:(])|\bnew\s+(?:WebSocket|EventSource|XMLHttpRequest)\b/;
/** Types are harmless, and so is what only listens or only reads an address. */
const opensConnections =
  /import\s+(?!type\b)(?:\*\s+as\s+\w+|\w+|\{[^}]*?(?<!type\s)\b(?:request|get|connect|createConnection|Agent|Socket|TLSSocket)\b[^}]*\})\s*from\s*'(?:node:)?(?:https?|http2|net|tls|dgram|undici)'/;

describe('a request that leaves', () => {
  it('is never sent by the global fetch', () => {
    expect(
      checked.flatMap((file) => places(file, codeOf(file), globalFetch)),
      remedy,
    ).toEqual([]);
  });

  it('is never sent by a module of Node, nor by a socket', () => {
    const withoutTypes = (file: string): string => read(file).replace(/\btype\s+\w+(?=\s*[,}])/g, '');
    expect(
      checked.flatMap((file) => places(file, withoutTypes(file), opensConnections)),
      remedy,
    ).toEqual([]);
  });

  it('would be found: the rule sees each of these', () => {
    for (const code of [
      'await fetch(url)',
      'const ask = fetch;',
      'given ?? fetch',
      'new WebSocket(url)',
      '() => fetch',
    ]) {
      expect([code, globalFetch.test(code)]).toEqual([code, true]);
    }
    for (const code of ['parts.fetch(url)', '{ fetch: own }', 'fetchInside(app)', 'prefetch(url)']) {
      expect([code, globalFetch.test(code)]).toEqual([code, false]);
    }
    for (const code of [
      "import { request } from 'node:https'",
      "import https from 'https'",
      "import { connect } from 'net'",
    ]) {
      expect([code, opensConnections.test(code)]).toEqual([code, true]);
    }
    for (const code of ["import type { IncomingMessage } from 'node:http'", "import { isIP } from 'node:net'"]) {
      expect([code, opensConnections.test(code)]).toEqual([code, false]);
    }
  });
});
