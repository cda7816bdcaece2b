import { assert } from '#kernel';

/**
 * A state array as bytes, little-endian IEEE 754, the same on every machine: the form in which checkpoints are kept.
 * `stateFromBytes(stateToBytes(s))` equals `s` to the last bit.
 */
export function stateToBytes(state: Float64Array): Uint8Array {
  const bytes = new Uint8Array(8 * state.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < state.length; i++) view.setFloat64(8 * i, state[i]!, true);
  return bytes;
}

/**
 * The state that `stateToBytes` wrote.
 * @param length expected number of values, from a fresh state of the same design.
 * @throws (assertion) where the bytes are not of that length.
 */
export function stateFromBytes(bytes: Uint8Array, length: number): Float64Array {
  assert(bytes.length === 8 * length, 'the bytes of a state have the length of its design');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length }, (_, i) => view.getFloat64(8 * i, true));
}
