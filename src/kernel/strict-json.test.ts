// Goal: two readers can never see two values in one text. Method: boundary texts, and JSON.parse as oracle.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from './index.ts';

describe('parseStrictJson', () => {
  it('refuses a key that occurs twice, also when one is written with escapes', () => {
    for (const text of [
      '{"a":1,"a":1}',
      '{"a":1,"\\u0061":2}',
      '[{"b":{"":0,"":1}}]',
      '{"__proto__":1,"__proto__":2}',
    ]) {
      expect(() => parseStrictJson(text), text).toThrow(/twice/);
    }
    expect(parseStrictJson('[{"a":1},{"a":2}]')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('keeps a key named __proto__ as data', () => {
    const value = parseStrictJson('{"__proto__":{"isAdmin":true}}') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__']);
  });

  it('refuses malformed text, text after the value, and a byte order mark', () => {
    const malformed = [
      '',
      ' ',
      '{',
      '[',
      '"',
      '"\\',
      '[1,]',
      '{"a":1,}',
      '{a:1}',
      "'a'",
      '01',
      '1.',
      '.5',
      '+1',
      '-',
      '1e',
    ];
    const more = [
      'nul',
      'truefalse',
      '1 2',
      '{}x',
      '\ufeff1',
      '"\t"',
      '"\\x41"',
      '"\\u12"',
      'NaN',
      'Infinity',
      '[1 2]',
      '{"a" 1}',
    ];
    for (const text of [...malformed, ...more]) expect(() => parseStrictJson(text), text).toThrow(SyntaxError);
  });

  it('refuses what canonical JSON cannot carry', () => {
    const refused = ['9007199254740992', '-9007199254740992', '1e20', '1e400', '"\\ud800"', '{"\\udc00":1}'];
    for (const text of [...refused, '10000000000000000000001']) {
      expect(() => parseStrictJson(text), text).toThrow(SyntaxError);
    }
    expect(parseStrictJson('[9007199254740991,1E30,-0,"\\ud83d\\ude00"]')).toEqual([9007199254740991, 1e30, -0, '😀']);
  });

  it('refuses nesting deeper than 256 without exhausting the stack', () => {
    expect(() => parseStrictJson('['.repeat(100_000))).toThrow(/deeper/);
    expect(parseStrictJson(`${'['.repeat(257)}${']'.repeat(257)}`)).toHaveLength(1);
  });

  it('tells no part of the text in its refusal', () => {
    expect(() => parseStrictJson('{"name":"Jansen","name":"x"}')).toThrow(
      /^strict JSON: [a-z0-9 ]+ \(at character \d+\)$/,
    );
  });

  it('agrees with JSON.parse on whatever it accepts, and accepts whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        let strict: unknown;
        try {
          strict = parseStrictJson(text);
        } catch (error) {
          expect(String(error)).toMatch(/lone surrogate|beyond/);
          return;
        }
        expect(strict).toEqual(JSON.parse(text));
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\ue10-.+ tfn\n'.split('')) }), (text) => {
        let strict: unknown;
        try {
          strict = parseStrictJson(text);
        } catch {
          return;
        }
        expect(strict).toEqual(JSON.parse(text));
      }),
      { numRuns: 2000 },
    );
  });
});
