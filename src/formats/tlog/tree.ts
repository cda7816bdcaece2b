import { concatBytes, sha256, utf8 } from '#kernel';

/** A perfect subtree of the log: it holds the entries from `index · 2^level` up to `(index + 1) · 2^level`. */
export interface NodeId {
  level: number;
  index: number;
}

/** The entries from `from` up to, but without, `to`. */
export interface LeafRange {
  from: number;
  to: number;
}

/** What a log keeps in mind to go on: the perfect subtrees of its entries, from left (largest) to right. */
export interface Frontier {
  readonly size: number;
  readonly hashes: readonly Uint8Array[];
}

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** The root of a tree without entries: SHA-256 of nothing, 32 bytes. **Source** RFC 6962 §2.1. Oracle: CT vectors. */
export const emptyRoot = (): Uint8Array => sha256(utf8(''));

/** The hash of an entry's bytes, 32 bytes. **Source** RFC 6962 §2.1. Oracle: transparency-dev/merkle vectors. */
export const leafHash = (entry: Uint8Array): Uint8Array => sha256(concatBytes(leafPrefix, entry));

/** The hash of two subtrees' hashes, 32 bytes. **Source** RFC 6962 §2.1. Oracle: transparency-dev/merkle vectors. */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  sha256(concatBytes(nodePrefix, left, right));

export const emptyFrontier: Frontier = { size: 0, hashes: [] };

/**
 * Appends one entry.
 * @param frontier the log before.
 * @param leaf the entry's leaf hash.
 * @returns the log after, and the hashes of the perfect subtrees that this entry completes, lowest first (the first is
 *   the leaf hash itself): entry i completes one more for each trailing zero bit of i + 1.
 * Cost: logarithmic, constant on average. **Source** RFC 6962 §2.1. Oracle: roots of the eight CT inputs.
 */
export function append(frontier: Frontier, leaf: Uint8Array): { frontier: Frontier; completed: Uint8Array[] } {
  const hashes = [...frontier.hashes];
  const completed = [leaf];
  let top = leaf;
  for (let rest = frontier.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    top = nodeHash(hashes.pop()!, top);
    completed.push(top);
  }
  hashes.push(top);
  return { frontier: { size: frontier.size + 1, hashes }, completed };
}

/**
 * The root over perfect subtrees, from left to right.
 * @param hashes hashes of the subtrees that `perfectSubtrees` names for the range.
 * @returns 32 bytes; the empty tree's root for none. **Source** RFC 6962 §2.1. Oracle: CT vectors.
 */
export function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  const last = hashes.at(-1);
  if (last === undefined) return emptyRoot();
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/**
 * The perfect subtrees that make up a range of entries, from left to right.
 * @param range entries of a subtree as RFC 6962 splits it: `from` is a multiple of the largest subtree's size.
 * @returns at most two per bit of the size; none for an empty range.
 * **Source** RFC 6962 §2.1 (split at the largest power of two below n). Oracle: roots from the bare definition.
 */
export function perfectSubtrees({ from, to }: LeafRange): NodeId[] {
  const nodes: NodeId[] = [];
  for (let at = from; at < to; ) {
    let level = 0;
    while (2 ** (level + 1) <= to - at) level++;
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

/**
 * Where the hash of a perfect subtree is kept: with the entry that completed it.
 * @returns that entry's index. Oracle: `append`.
 */
export const completingEntry = ({ level, index }: NodeId): number => (index + 1) * 2 ** level - 1;
