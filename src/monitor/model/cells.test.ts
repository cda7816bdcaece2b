import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CellCounts,
  type CellParts,
  cellCount,
  cellsFromBytes,
  cellsToBytes,
  decodeCell,
  encodeCell,
} from './cells.ts';

/** Goal: nothing of a case is lost or changed on its way into bytes and back. Method: properties, and all 65,536 cells. */

const parts: fc.Arbitrary<CellParts> = fc.record({
  bin: fc.integer({ min: 0, max: 999 }),
  flagged: fc.boolean(),
  value: fc.boolean(),
  resolution: fc.constantFrom(0, 1, 2),
  auditLevel: fc.constantFrom(0, 1, 2, 3),
});
const cells = fc.array(fc.integer({ min: 0, max: cellCount - 1 }), { maxLength: 300 });

describe('cells', () => {
  it('give back the parts that were packed', () => {
    fc.assert(
      fc.property(parts, (one) => {
        expect(decodeCell(encodeCell(one))).toEqual(one);
      }),
    );
  });

  it('are told apart: no two cases share one unless all their parts are equal', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(encodeCell(a) === encodeCell(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it('refuse a score bin outside the grid', () => {
    for (const bin of [-1, 1000, 1.5]) {
      expect(() => encodeCell({ bin, flagged: false, value: false, resolution: 0, auditLevel: 0 })).toThrow('0–999');
    }
  });

  it('come back from bytes in their order', () => {
    fc.assert(
      fc.property(cells, (one) => {
        expect([...cellsFromBytes(cellsToBytes(Uint16Array.from(one)))]).toEqual(one);
      }),
    );
  });

  it('come back from bytes that start anywhere in a buffer', () => {
    const bytes = cellsToBytes([1, 65_535, 300]);
    const shifted = new Uint8Array([9, ...bytes]).subarray(1);
    expect([...cellsFromBytes(shifted)]).toEqual([1, 65_535, 300]);
  });

  it('are counted the same in any order, and counts survive bytes', () => {
    fc.assert(
      fc.property(cells, (one) => {
        const [forwards, backwards] = [new CellCounts(), new CellCounts()];
        for (const cell of one) forwards.add(cell);
        for (const cell of one.toReversed()) backwards.add(cell);
        expect(forwards.toBytes()).toEqual(backwards.toBytes());
        let total = 0;
        CellCounts.fromBytes(forwards.toBytes()).each((_, count) => {
          total += count;
        });
        expect(total).toBe(one.length);
      }),
    );
  });
});
