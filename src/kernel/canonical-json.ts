/** A JSON value, as RFC 8259 knows it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * Canonical JSON (RFC 8785, JCS): keys sorted by UTF-16 code units, numbers by ECMAScript, minimal escapes.
 * @returns text whose UTF-8 bytes are the canonical form.
 * @throws TypeError for NaN, ±Infinity, integers beyond 2^53−1, lone surrogates, undefined, BigInt, Date, cyclic or
 *   other non-plain values. Oracle: the vectors of cyberphone/json-canonicalization.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

const maxDepth = 256;

function write(value: unknown, depth: number): string {
  if (depth > maxDepth) throw new TypeError(`canonical JSON: deeper than ${maxDepth} levels`);
  if (value === null) return 'null';
  switch (typeof value) {
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      return writeNumber(value);
    case 'string':
      return writeString(value);
    case 'object':
      return Array.isArray(value) ? writeArray(value, depth) : writeObject(value as object, depth);
    default:
      throw new TypeError(`canonical JSON: a ${typeof value} has no canonical form`);
  }
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('canonical JSON: numbers must be finite');
  if (Number.isInteger(value) && Math.abs(value) > Number.MAX_SAFE_INTEGER && Math.abs(value) < 1e21) {
    throw new TypeError('canonical JSON: an integer beyond 2^53-1 must be carried as text');
  }
  return JSON.stringify(value === 0 ? 0 : value);
}

function writeString(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('canonical JSON: lone surrogate');
  return JSON.stringify(text);
}

function writeArray(items: unknown[], depth: number): string {
  // Array.from visits holes too, which map would skip: a hole is undefined and is refused.
  return `[${Array.from(items, (item) => write(item, depth + 1)).join(',')}]`;
}

function writeObject(value: object, depth: number): string {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError('canonical JSON: only plain objects have a canonical form');
  }
  const members = Object.keys(value)
    .sort(byCodeUnits)
    .map((key) => `${writeString(key)}:${write((value as Record<string, unknown>)[key], depth + 1)}`);
  return `{${members.join(',')}}`;
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
