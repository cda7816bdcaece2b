import { assert } from '#kernel';

/**
 * The order that sorts numbers ascending; equal numbers keep their order (stable), −0 equals +0.
 * @param values any numbers but NaN; left as they are.
 * @returns indices into values, `values[order[0]]` being the smallest.
 * Cost: linear, six passes; 1e6 values in about 0.1 s, 1e7 in about 1.1 s on one core.
 * **Source**: least-significant-digit radix sort over the order-preserving integer image of IEEE 754 doubles (all bits
 * flipped if negative, else the sign bit). A digit's passes carry their key word along with the index, so that random
 * reads happen once, between the low and the high word. Oracle: `Array.prototype.sort`.
 */
export function radixArgsort(values: ArrayLike<number>): Uint32Array {
  const { low, high } = orderPreservingWords(values);
  let order = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  order = sortByWord(order, low);
  const highInOrder = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i++) highInOrder[i] = high[order[i]!]!;
  return sortByWord(order, highInOrder);
}

type Words = Uint32Array<ArrayBuffer>;

function orderPreservingWords(values: ArrayLike<number>): { low: Words; high: Words } {
  const n = values.length;
  const doubles = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    assert(!Number.isNaN(value), 'a score must be a number, not NaN');
    doubles[i] = value + 0; // −0 + 0 is +0
  }
  const words = new Uint32Array(doubles.buffer);
  const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
  const lowAt = isLittleEndian ? 0 : 1;
  const low = new Uint32Array(n);
  const high = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const highWord = words[2 * i + 1 - lowAt]!;
    const isNegative = highWord >> 31; // 0 or −1, that is all bits
    low[i] = words[2 * i + lowAt]! ^ isNegative;
    high[i] = highWord ^ (isNegative | 0x80000000);
  }
  return { low, high };
}

const digits = [
  { shift: 0, mask: 2047 },
  { shift: 11, mask: 2047 },
  { shift: 22, mask: 1023 },
] as const;

/** Sorts the order stably by a 32-bit key given in that order. The key array is used as scratch space. */
function sortByWord(order: Words, keysInOrder: Words): Words {
  const counts = countDigits(keysInOrder);
  let [from, to] = [order, new Uint32Array(order.length)];
  let [keysFrom, keysTo] = [keysInOrder, new Uint32Array(order.length)];
  for (const [pass, { shift, mask }] of digits.entries()) {
    const next = counts[pass]!;
    const isSameForAll = next[((keysFrom[0] ?? 0) >>> shift) & mask] === order.length;
    if (isSameForAll) continue;
    toStartPositions(next);
    for (let i = 0; i < from.length; i++) {
      const key = keysFrom[i]!;
      const at = next[(key >>> shift) & mask]!++;
      to[at] = from[i]!;
      keysTo[at] = key;
    }
    [from, to] = [to, from];
    [keysFrom, keysTo] = [keysTo, keysFrom];
  }
  return from;
}

function countDigits(keys: Uint32Array): [Uint32Array, Uint32Array, Uint32Array] {
  const first = new Uint32Array(2048);
  const second = new Uint32Array(2048);
  const third = new Uint32Array(1024);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    first[key & 2047]!++;
    second[(key >>> 11) & 2047]!++;
    third[key >>> 22]!++;
  }
  return [first, second, third];
}

function toStartPositions(counts: Uint32Array): void {
  let start = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit]!;
    counts[digit] = start;
    start += count;
  }
}
