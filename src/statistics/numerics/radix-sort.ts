import { assert } from '#kernel';

/**
 * Sorts doubles ascending; −0 becomes +0.
 * @param values any numbers but NaN; left as they are.
 * @returns a new array.
 * Cost: linear, two or three passes that read in order, six where many values agree in their high word and differ below it.
 * **Source**: least-significant-digit radix sort over the order-preserving integer image of IEEE 754 doubles (all bits
 * flipped but the sign if negative, read as signed), by the high word as far as it varies; insertion then orders those few that
 * agree in it. Oracle: `Float64Array.prototype.sort`.
 */
export function radixSort(values: ArrayLike<number>): Float64Array {
  return radixSortOwned(values instanceof Float64Array ? values.slice() : Float64Array.from(values));
}

/** As `radixSort`, in memory that the caller gives away. @returns the array itself or a new one. */
export function radixSortOwned(values: Float64Array): Float64Array {
  const { least, range } = prepare(values);
  const other = new Float64Array(values.length);
  const byHigh = sortByHighWord(values, other, { least, range });
  if (insertionSort(byHigh)) return byHigh;
  const spare = byHigh === values ? other : values;
  const byLow = sortByLowWord(byHigh, spare);
  return sortByHighWord(byLow, byLow === byHigh ? spare : byHigh, { least, range });
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const lowAt = isLittleEndian ? 0 : 1;
const highAt = 1 - lowAt;
const digitBitsMax = 12;

interface HighWords {
  /** The smallest high word of the order-preserving image, a signed 32-bit number. */
  least: number;
  /** By how much the largest exceeds it. */
  range: number;
}

const wordsOf = (values: Float64Array): Uint32Array =>
  new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);

/** Makes −0 into +0, refuses NaN, and finds how far the high words reach, in one pass. */
function prepare(values: Float64Array): HighWords {
  const words = wordsOf(values);
  let least = 0x7fffffff;
  let most = -0x80000000;
  let isNumbers = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! + 0; // −0 + 0 is +0
    if (Number.isNaN(value)) isNumbers = false;
    values[i] = value;
    const highWord = words[2 * i + highAt]! | 0;
    const high = highWord ^ ((highWord >> 31) & 0x7fffffff);
    if (high < least) least = high;
    if (high > most) most = high;
  }
  assert(isNumbers, 'a score must be a number, not NaN');
  return { least, range: values.length === 0 ? 0 : (most - least) >>> 0 };
}

/** Stable; as few digits of equal width as the range allows. @returns where the sorted values are. */
function sortByHighWord(values: Float64Array, spare: Float64Array, { least, range }: HighWords): Float64Array {
  const bits = 32 - Math.clz32(range);
  const passes = Math.ceil(bits / digitBitsMax);
  const width = Math.ceil(bits / passes);
  let [from, to] = [values, spare];
  for (let pass = 0; pass < passes; pass++) {
    distributeByHighWord(from, to, { least, shift: pass * width, width });
    [from, to] = [to, from];
  }
  return from;
}

function distributeByHighWord(
  from: Float64Array,
  to: Float64Array,
  { least, shift, width }: { least: number; shift: number; width: number },
): void {
  const words = wordsOf(from);
  const mask = (1 << width) - 1;
  const next = new Uint32Array(mask + 1);
  for (let i = highAt; i < words.length; i += 2) {
    const highWord = words[i]! | 0;
    next[((((highWord ^ ((highWord >> 31) & 0x7fffffff)) - least) | 0) >>> shift) & mask]!++;
  }
  toStartPositions(next);
  for (let i = 0; i < from.length; i++) {
    const highWord = words[2 * i + highAt]! | 0;
    to[next[((((highWord ^ ((highWord >> 31) & 0x7fffffff)) - least) | 0) >>> shift) & mask]!++] = from[i]!;
  }
}

/** Stable, by the low word of the image. @returns where the sorted values are. */
function sortByLowWord(values: Float64Array, spare: Float64Array): Float64Array {
  let [from, to] = [values, spare];
  for (const shift of [0, 11, 22]) {
    const words = wordsOf(from);
    const next = new Uint32Array(2048);
    for (let i = 0; i < words.length; i += 2) {
      next[((words[i + lowAt]! ^ (words[i + highAt]! >> 31)) >>> shift) & 2047]!++;
    }
    toStartPositions(next);
    for (let i = 0; i < from.length; i++) {
      const low = words[2 * i + lowAt]! ^ (words[2 * i + highAt]! >> 31);
      to[next[(low >>> shift) & 2047]!++] = from[i]!;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Orders values that are nearly in order. @returns false, the values being all there still, where it takes too many moves. */
function insertionSort(values: Float64Array): boolean {
  let movesLeft = 8 * values.length;
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    if (values[i - 1]! <= value) continue;
    let at = i;
    do {
      values[at] = values[at - 1]!;
      at--;
    } while (at > 0 && values[at - 1]! > value);
    values[at] = value;
    movesLeft -= i - at;
    if (movesLeft < 0) return false;
  }
  return true;
}

function toStartPositions(counts: Uint32Array): void {
  let start = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit]!;
    counts[digit] = start;
    start += count;
  }
}
