import { equalBytes, fromUtf8, utf8 } from './bytes.ts';
import { canonicalJson, type Json } from './canonical-json.ts';

const maxDepth = 256;
const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const plainInteger = /^-?\d+$/;

interface Cursor {
  readonly text: string;
  at: number;
}

/**
 * Reads JSON as strictly as canonical JSON writes it (RFC 8259 grammar, I-JSON limits of RFC 7493). `JSON.parse` keeps
 * the last of two equal keys, so two readers can see two different values in one signed text; here that is refused.
 * @param text one JSON value, optionally between white space; no byte order mark.
 * @throws SyntaxError for malformed text, duplicate keys (also when one of them is written with escapes), lone
 *   surrogates, numbers that overflow, integers beyond 2^53−1, and nesting deeper than 256.
 * Oracle: `JSON.parse`, with which it agrees on every text that it accepts (property test).
 */
export function parseStrictJson(text: string): Json {
  const cursor: Cursor = { text, at: 0 };
  const value = readValue(cursor, 0);
  skipSpace(cursor);
  if (cursor.at !== text.length) throw fault(cursor, 'text after the value');
  return value;
}

/** True if the bytes are exactly the canonical JSON (RFC 8785) of what they say. Oracle: the JCS vectors. */
export function isCanonicalJson(bytes: Uint8Array): boolean {
  try {
    return equalBytes(utf8(canonicalJson(parseStrictJson(fromUtf8(bytes)))), bytes);
  } catch {
    return false;
  }
}

function readValue(cursor: Cursor, depth: number): Json {
  if (depth > maxDepth) throw fault(cursor, `deeper than ${maxDepth} levels`);
  skipSpace(cursor);
  const first = cursor.text[cursor.at];
  if (first === '{') return readObject(cursor, depth);
  if (first === '[') return readArray(cursor, depth);
  if (first === '"') return readString(cursor);
  if (readWord(cursor, 'true')) return true;
  if (readWord(cursor, 'false')) return false;
  if (readWord(cursor, 'null')) return null;
  return readNumber(cursor);
}

function readObject(cursor: Cursor, depth: number): Json {
  const members = new Map<string, Json>();
  cursor.at++;
  if (readMark(cursor, '}')) return {};
  do {
    skipSpace(cursor);
    if (cursor.text[cursor.at] !== '"') throw fault(cursor, 'a key was expected');
    const key = readString(cursor);
    if (members.has(key)) throw fault(cursor, 'a key occurs twice in one object');
    if (!readMark(cursor, ':')) throw fault(cursor, 'a colon was expected');
    members.set(key, readValue(cursor, depth + 1));
  } while (readMark(cursor, ','));
  if (!readMark(cursor, '}')) throw fault(cursor, 'the object does not end');
  // fromEntries defines own members, so a key named __proto__ stays data.
  return Object.fromEntries(members);
}

function readArray(cursor: Cursor, depth: number): Json {
  const items: Json[] = [];
  cursor.at++;
  if (readMark(cursor, ']')) return items;
  do items.push(readValue(cursor, depth + 1));
  while (readMark(cursor, ','));
  if (!readMark(cursor, ']')) throw fault(cursor, 'the list does not end');
  return items;
}

function readString(cursor: Cursor): string {
  const start = cursor.at;
  let at = start + 1;
  for (; cursor.text[at] !== '"'; at++) {
    if (at >= cursor.text.length) throw fault(cursor, 'the string does not end');
    if (cursor.text[at] === '\\') at++;
  }
  cursor.at = at + 1;
  let value: unknown;
  try {
    // The token is delimited; escapes and control characters inside it are judged by the platform's own parser.
    value = JSON.parse(cursor.text.slice(start, cursor.at));
  } catch {
    throw fault(cursor, 'malformed string');
  }
  if (typeof value !== 'string' || !value.isWellFormed()) throw fault(cursor, 'lone surrogate');
  return value;
}

function readNumber(cursor: Cursor): number {
  numberToken.lastIndex = cursor.at;
  const token = numberToken.exec(cursor.text)?.[0];
  if (token === undefined) throw fault(cursor, 'a value was expected');
  const value = Number(token);
  if (!Number.isFinite(value)) throw fault(cursor, 'a number overflows');
  const isUnsafe = Number.isInteger(value) && !Number.isSafeInteger(value);
  if (isUnsafe && (plainInteger.test(token) || Math.abs(value) < 1e21)) {
    throw fault(cursor, 'an integer beyond 2^53-1 must be carried as text');
  }
  cursor.at += token.length;
  return value;
}

function readWord(cursor: Cursor, word: string): boolean {
  if (!cursor.text.startsWith(word, cursor.at)) return false;
  cursor.at += word.length;
  return true;
}

function readMark(cursor: Cursor, mark: string): boolean {
  skipSpace(cursor);
  return readWord(cursor, mark);
}

function skipSpace(cursor: Cursor): void {
  while (cursor.at < cursor.text.length && ' \t\n\r'.includes(cursor.text[cursor.at]!)) cursor.at++;
}

// Only the position is told: the text itself may hold values that must not reach a log.
const fault = (cursor: Cursor, why: string): SyntaxError =>
  new SyntaxError(`strict JSON: ${why} (at character ${cursor.at})`);
