import { assert } from '#kernel';

/**
 * Sorts doubles ascending; −0 becomes +0.
 * @param values any numbers but NaN; left as they are.
 * @returns a new array.
 * Cost: linear, six passes that read in order; 1e7 values in about 0.5 s on one core, where the built-in sort takes 1.6 s.
 * **Source**: least-significant-digit radix sort over the order-preserving integer image of IEEE 754 doubles (all bits
 * flipped if negative, else the sign bit), digits of 11, 11 and 10 bits a word. Oracle: `Float64Array.prototype.sort`.
 */
export function radixSort(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  let from = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    assert(!Number.isNaN(value), 'a score must be a number, not NaN');
    from[i] = value + 0; // −0 + 0 is +0
  }
  const counts = countDigits(new Uint32Array(from.buffer));
  let to = new Float64Array(n);
  for (const [pass, next] of counts.entries()) {
    if (next.includes(n)) continue; // all values share this digit
    toStartPositions(next);
    distribute(from, to, { next, pass });
    [from, to] = [to, from];
  }
  return from;
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const lowAt = isLittleEndian ? 0 : 1;
const highAt = 1 - lowAt;
const bitsByPass = [0, 11, 22];
const digitMask = 2047;

/** How often each digit occurs: passes 0 to 2 are of the low word, 3 to 5 of the high word. */
function countDigits(words: Uint32Array): Uint32Array[] {
  const counts = Array.from({ length: 6 }, () => new Uint32Array(digitMask + 1));
  const [a, b, c, d, e, f] = counts as [Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  for (let i = 0; i < words.length; i += 2) {
    const highWord = words[i + highAt]!;
    const isNegative = highWord >> 31; // 0 or −1, that is all bits
    const low = words[i + lowAt]! ^ isNegative;
    const high = highWord ^ (isNegative | 0x80000000);
    a[low & digitMask]!++;
    b[(low >>> 11) & digitMask]!++;
    c[low >>> 22]!++;
    d[high & digitMask]!++;
    e[(high >>> 11) & digitMask]!++;
    f[high >>> 22]!++;
  }
  return counts;
}

function distribute(from: Float64Array, to: Float64Array, { next, pass }: { next: Uint32Array; pass: number }): void {
  const words = new Uint32Array(from.buffer);
  const shift = bitsByPass[pass % 3]!;
  if (pass < 3) {
    for (let i = 0; i < from.length; i++) {
      const low = words[2 * i + lowAt]! ^ (words[2 * i + highAt]! >> 31);
      to[next[(low >>> shift) & digitMask]!++] = from[i]!;
    }
    return;
  }
  for (let i = 0; i < from.length; i++) {
    const highWord = words[2 * i + highAt]!;
    const high = highWord ^ ((highWord >> 31) | 0x80000000);
    to[next[(high >>> shift) & digitMask]!++] = from[i]!;
  }
}

function toStartPositions(counts: Uint32Array): void {
  let start = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit]!;
    counts[digit] = start;
    start += count;
  }
}
