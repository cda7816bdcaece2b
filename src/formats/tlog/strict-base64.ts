import { fromBase64, toBase64 } from '#kernel';

/** Standard base64 with padding and nothing else, so that one value has one text. **Source** RFC 4648 §4. Oracle: round trip. */
export function strictBase64(text: string): Uint8Array | undefined {
  const bytes = fromBase64(text);
  return bytes !== undefined && toBase64(bytes) === text ? bytes : undefined;
}
