// Goal: one value has exactly one text. Method: the public JCS vectors, boundary numbers of RFC 8785, properties, and
// the `canonicalize` package as a second opinion.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, fromHex, parseStrictJson, toHex, utf8 } from './index.ts';

const sharedData = process.env.HORTUS_SHARED_DATA ?? resolve(import.meta.dirname, '../../../shared/data');
const vectors = resolve(sharedData, 'vectors/jcs');
const hasVectors = existsSync(vectors);
if (!hasVectors) console.warn('SKIPPED: the public JCS vectors are not on this machine (HORTUS_SHARED_DATA)');

describe('the public JCS vectors', () => {
  it.skipIf(!hasVectors)('give the same bytes, all six of them', () => {
    const names = readdirSync(`${vectors}/input`);
    expect(names).toHaveLength(6);
    for (const name of names) {
      const written = utf8(canonicalJson(parseStrictJson(readFileSync(`${vectors}/input/${name}`, 'utf8'))));
      const hex = readFileSync(`${vectors}/outhex/${name.replace('.json', '.txt')}`, 'utf8').replace(/\s/g, '');
      expect(toHex(written), name).toBe(hex);
      expect(written, name).toEqual(new Uint8Array(readFileSync(`${vectors}/output/${name}`)));
    }
  });
});

describe('canonicalJson', () => {
  it('writes numbers as ECMAScript does (RFC 8785 appendix B)', () => {
    const numbers: [string, string][] = [
      ['0000000000000000', '0'],
      ['8000000000000000', '0'],
      ['0000000000000001', '5e-324'],
      ['7fefffffffffffff', '1.7976931348623157e+308'],
      ['4340000000000000', '9007199254740992'],
      ['444b1ae4d6e2ef4e', '999999999999999700000'],
      ['444b1ae4d6e2ef50', '1e+21'],
      ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
      ['3eb0c6f7a0b5ed8d', '0.000001'],
      ['41b3de4355555553', '333333333.3333332'],
      ['becbf647612f3696', '-0.0000033333333333333333'],
    ];
    for (const [bits, text] of numbers) {
      const value = new DataView(fromHex(bits)!.buffer).getFloat64(0);
      const isBeyondSafe = Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21;
      if (isBeyondSafe) expect(() => canonicalJson(value), text).toThrow(TypeError);
      else expect(canonicalJson(value), bits).toBe(text);
    }
  });

  it('sorts keys by UTF-16 code units and escapes only what it must', () => {
    expect(canonicalJson({ '\ufb33': 1, '\u{1f600}': 2, a: 3, '\r': 4, '1': 5 })).toBe(
      '{"\\r":4,"1":5,"a":3,"\u{1f600}":2,"\ufb33":1}',
    );
    expect(canonicalJson('"\\\b\t\n\f\r\u0001/\u007f\u20ac')).toBe('"\\"\\\\\\b\\t\\n\\f\\r\\u0001/\u007f\u20ac"');
  });

  it('refuses what has no canonical form', () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    const hole = [1, 2];
    delete hole[0];
    const refused = [NaN, Infinity, -Infinity, undefined, 1n, new Date(0), new Map(), '\ud800', { a: undefined }];
    for (const value of [...refused, { '\udc00': 1 }, 2 ** 53, -(2 ** 53), cyclic, hole, () => 1, Symbol('s')]) {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    }
  });

  it('agrees with the canonicalize package on every plain value', () => {
    fc.assert(
      fc.property(plainValues, (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
    );
  });

  it('gives the same text after reading it back', () => {
    fc.assert(
      fc.property(plainValues, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(parseStrictJson(text))).toBe(text);
      }),
    );
  });
});

const plainNumber = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n) || Math.abs(n) >= 1e21);
const wellFormed = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());
const plainValues = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constant(null),
    fc.boolean(),
    plainNumber,
    wellFormed,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(wellFormed, tie('value'), { maxKeys: 5 }),
  ),
})).value;
