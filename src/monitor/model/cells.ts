import { assert } from '#kernel';
import { defaultScoreBins } from '#statistics';

/**
 * A mature case as evidence sees it: 16 bits, no identity, no date. A cohort keeps its cells in order (for detectors)
 * and their counts (for everything else), so anyone can recompute every figure of a claim from them.
 *
 *   bits 15–6  the cohort's measure, 0–999: by default the score bin (probability on the frozen grid); see `measure.ts`
 *   bit  5     decision: probability ≥ the frozen decision threshold
 *   bit  4     outcome value (0 where unresolved)
 *   bits 3–2   resolution: what is known of the outcome at maturity
 *   bits 1–0   audit level: how the case came to be verified, by design
 */
export type Cell = number;

/** Bins of the score grid, frozen in every claim. */
export const scoreBins = defaultScoreBins;
export const cellCount = 1 << 16;

/** What is known at maturity. `recorded` is a value without tissue or follow-up behind it (a reference standard's word). */
export const resolution = { unresolved: 0, verified: 1, recorded: 2 } as const;
export type Resolution = (typeof resolution)[keyof typeof resolution];

/**
 * Bit 0: drawn for the random audit. Bit 1 clear: verified by protocol, because a watched version flags the case.
 * The draw is made for every case, so that the drawn ones are a simple random sample of any group known beforehand.
 */
export const auditLevel = { protocol: 0, protocolDrawn: 1, notDrawn: 2, drawn: 3 } as const;
export type AuditLevel = (typeof auditLevel)[keyof typeof auditLevel];

export interface CellParts {
  /** The cohort's measure, 0–999: the score bin unless its rule names another. */
  bin: number;
  flagged: boolean;
  value: boolean;
  resolution: Resolution;
  auditLevel: AuditLevel;
}

/** Packs the parts of a cell; `decodeCell` is its inverse. */
export function encodeCell(parts: CellParts): Cell {
  assert(Number.isInteger(parts.bin) && parts.bin >= 0 && parts.bin < scoreBins, 'a measure is 0–999');
  return (
    (parts.bin << 6) |
    ((parts.flagged ? 1 : 0) << 5) |
    ((parts.value ? 1 : 0) << 4) |
    (parts.resolution << 2) |
    parts.auditLevel
  );
}

export function decodeCell(cell: Cell): CellParts {
  return {
    bin: cell >> 6,
    flagged: (cell & 32) !== 0,
    value: (cell & 16) !== 0,
    resolution: ((cell >> 2) & 3) as Resolution,
    auditLevel: (cell & 3) as AuditLevel,
  };
}

/** Bytes of cells in order, little-endian, two a cell. */
export function cellsToBytes(cells: ArrayLike<Cell>): Uint8Array {
  const bytes = new Uint8Array(cells.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < cells.length; i++) view.setUint16(2 * i, cells[i]!, true);
  return bytes;
}

/** Cells of bytes; the inverse of `cellsToBytes`. */
export function cellsFromBytes(bytes: Uint8Array): Uint16Array {
  assert(bytes.length % 2 === 0, 'cells are two bytes each');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint16Array.from({ length: bytes.length / 2 }, (_, i) => view.getUint16(2 * i, true));
}

/** How many cases fell into each cell: sparse, since few of the 65,536 cells occur. */
export class CellCounts {
  private readonly counts: Uint32Array;

  constructor(counts: Uint32Array = new Uint32Array(cellCount)) {
    assert(counts.length === cellCount, 'counts cover every cell');
    this.counts = counts;
  }

  add(cell: Cell, times = 1): void {
    this.counts[cell] = this.counts[cell]! + times;
  }

  /** Visits the cells that occur, in ascending order. */
  each(visit: (parts: CellParts, count: number, cell: Cell) => void): void {
    for (let cell = 0; cell < cellCount; cell++) {
      const count = this.counts[cell]!;
      if (count > 0) visit(decodeCell(cell), count, cell);
    }
  }

  /** The sparse form kept in the database: pairs of (cell u16, count u32), ascending, little-endian. */
  toBytes(): Uint8Array {
    let occurring = 0;
    for (const count of this.counts) if (count > 0) occurring++;
    const bytes = new Uint8Array(occurring * 6);
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (let cell = 0; cell < cellCount; cell++) {
      const count = this.counts[cell]!;
      if (count === 0) continue;
      view.setUint16(at, cell, true);
      view.setUint32(at + 2, count, true);
      at += 6;
    }
    return bytes;
  }

  static fromBytes(bytes: Uint8Array): CellCounts {
    assert(bytes.length % 6 === 0, 'sparse counts are six bytes a cell');
    const counts = new Uint32Array(cellCount);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; at += 6) counts[view.getUint16(at, true)] = view.getUint32(at + 2, true);
    return new CellCounts(counts);
  }
}
