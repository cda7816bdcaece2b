// Goal: the radix sorts order numbers as they should, the argsort stably. Method: properties against the built-in sort.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { radixArgsort } from './radix-argsort.ts';
import { radixSort, radixSortOwned } from './radix-sort.ts';

const someTied = fc.constantFrom(0, -0, 1, -1, 5e-324, -5e-324, 0.1, 1e308, Infinity, -Infinity);
const numbers = fc.array(fc.oneof(fc.double({ noNaN: true }), someTied), { maxLength: 200 });

describe('radixSort', () => {
  it('sorts any doubles as the built-in sort does, with minus zero as zero', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const expected = Float64Array.from(values, (value) => value + 0).sort();
        expect([...radixSort(values)]).toEqual([...expected]);
      }),
    );
  });

  it('sorts many values that agree in their high word, where insertion gives up', () => {
    const random = seededRandom('close values');
    for (const sign of [1, -1]) {
      const close = Float64Array.from({ length: 5000 }, () => sign * (1 + Math.floor(random() * 2 ** 32) * 2 ** -52));
      const mixed = Float64Array.from(close, (value, i) => (i % 9 === 0 ? 1e3 * (random() - 0.5) : value));
      for (const values of [close, mixed]) expect(radixSort(values)).toEqual(values.slice().sort());
    }
  });

  it('sorts a part of a buffer, in place or not, and nothing beside it', () => {
    const whole = Float64Array.of(9, 3, -1, 2, -9);
    expect([...radixSortOwned(whole.subarray(1, 4))]).toEqual([-1, 2, 3]);
    expect([whole[0], whole[4]]).toEqual([9, -9]);
  });

  it('refuses NaN', () => {
    expect(() => radixSort([1, Number.NaN])).toThrow('NaN');
  });
});

describe('radixArgsort', () => {
  it('gives the stable ascending order of any doubles, also of infinities, subnormals and either zero', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const expected = values
          .map((_, i) => i)
          .sort((a, b) => (values[a]! < values[b]! ? -1 : values[a]! > values[b]! ? 1 : a - b));
        expect([...radixArgsort(values)]).toEqual(expected);
      }),
    );
  });

  it('treats minus zero as zero', () => {
    expect([...radixArgsort([0, -0, -1])]).toEqual([2, 0, 1]);
  });

  it('leaves the values as they are', () => {
    const values = Float64Array.of(3, 1, 2);
    radixArgsort(values);
    expect([...values]).toEqual([3, 1, 2]);
  });

  it('refuses NaN', () => {
    expect(() => radixArgsort([1, Number.NaN])).toThrow('NaN');
  });
});
