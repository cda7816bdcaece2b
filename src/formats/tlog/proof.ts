import { assert, equalBytes } from '#kernel';
import { emptyRoot, type LeafRange, nodeHash } from './tree.ts';

/** A proof verifies, or the reason why it does not. */
export type Judgement = { ok: true } | { ok: false; why: string };

export interface InclusionClaim {
  leafHash: Uint8Array;
  /** Counts from 0. */
  index: bigint;
  size: bigint;
  root: Uint8Array;
}

export interface ConsistencyClaim {
  size1: bigint;
  size2: bigint;
  root1: Uint8Array;
  root2: Uint8Array;
}

const sizeMax = 2n ** 64n;
const verifies: Judgement = { ok: true };
const fails = (why: string): Judgement => ({ ok: false, why });

/**
 * Which subtrees prove that an entry is in the log.
 * @param index of the entry, 0 ≤ index < size. @param size of the log.
 * @returns the ranges whose roots are the proof, from leaf to root; at most ⌈log2 size⌉.
 * **Source** RFC 6962 §2.1.1 (PATH). Oracle: transparency-dev/merkle vectors.
 */
export function inclusionPath(index: number, size: number): LeafRange[] {
  assert(Number.isSafeInteger(size) && index >= 0 && index < size, 'an index lies inside the log');
  return path(index, { from: 0, to: size });
}

function path(index: number, { from, to }: LeafRange): LeafRange[] {
  if (to - from === 1) return [];
  const middle = from + splitOf(to - from);
  return index < middle
    ? [...path(index, { from, to: middle }), { from: middle, to }]
    : [...path(index, { from: middle, to }), { from, to: middle }];
}

/**
 * Which subtrees prove that the log of `size1` entries is the beginning of the log of `size2`.
 * @param size1 0 ≤ size1 ≤ size2. @param size2 of the later log.
 * @returns the ranges whose roots are the proof; none for size1 = 0 and for equal sizes.
 * **Source** RFC 6962 §2.1.2 (PROOF). Oracle: transparency-dev/merkle vectors.
 */
export function consistencyPath(size1: number, size2: number): LeafRange[] {
  assert(Number.isSafeInteger(size2) && size1 >= 0 && size1 <= size2, 'a log only grows');
  return size1 === 0 ? [] : subproof(size1, { from: 0, to: size2 }, true);
}

function subproof(end: number, { from, to }: LeafRange, isKnown: boolean): LeafRange[] {
  if (end === to) return isKnown ? [] : [{ from, to }];
  const middle = from + splitOf(to - from);
  return end <= middle
    ? [...subproof(end, { from, to: middle }, isKnown), { from: middle, to }]
    : [...subproof(end, { from: middle, to }, false), { from, to: middle }];
}

// The largest power of two below n, n > 1.
function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/**
 * Verifies that an entry is in the log at an index.
 * @param claim leaf hash, index, size and root: all untrusted, so sizes are BigInt.
 * @param proof sibling hashes from leaf to root; exactly as many as the sizes demand.
 * @returns ok, or why not. Cost: logarithmic.
 * **Source** RFC 6962 §2.1.1. Oracle: 98 transparency-dev/merkle vectors, negatives included.
 */
export function verifyInclusion(claim: InclusionClaim, proof: readonly Uint8Array[]): Judgement {
  return verifySubtreeInclusion({ ...claim, start: 0n, end: claim.size }, proof);
}

/**
 * As `verifyInclusion`, for the subtree of entries from `start` up to `end`.
 * **Source** draft-ietf-plants-merkle-tree-certs §4. Oracle: 204 transparency-dev/merkle vectors.
 */
export function verifySubtreeInclusion(
  claim: { leafHash: Uint8Array; index: bigint; start: bigint; end: bigint; root: Uint8Array },
  proof: readonly Uint8Array[],
): Judgement {
  const { start, end, index } = claim;
  if (!isSubtree(start, end)) return fails('not a subtree of a log');
  if (index < start || index >= end) return fails('the index lies outside the tree');
  if (claim.leafHash.length !== 32) return fails('a leaf hash has 32 bytes');
  const siblings = new Siblings(proof);
  const root = rootFromLeaf(claim.leafHash, index - start, end - start, siblings);
  return siblings.judge(root !== undefined && equalBytes(root, claim.root));
}

function rootFromLeaf(leaf: Uint8Array, index: bigint, size: bigint, siblings: Siblings): Uint8Array | undefined {
  if (size === 1n) return leaf;
  const split = bigSplitOf(size);
  const isLeft = index < split;
  const inner = isLeft
    ? rootFromLeaf(leaf, index, split, siblings)
    : rootFromLeaf(leaf, index - split, size - split, siblings);
  const sibling = siblings.next();
  if (inner === undefined || sibling === undefined) return undefined;
  return isLeft ? nodeHash(inner, sibling) : nodeHash(sibling, inner);
}

/**
 * Verifies that an earlier log is the beginning of a later one: nothing was changed, removed or put in between.
 * @param claim both sizes and roots, untrusted. Size 0 says nothing about a later log, and is refused unless both are
 *   empty: whoever accepts a first checkpoint does so without a proof.
 * @param proof exactly as many hashes as the sizes demand.
 * @returns ok, or why not. Cost: logarithmic.
 * **Source** RFC 6962 §2.1.2. Oracle: 98 transparency-dev/merkle vectors, negatives included.
 */
export function verifyConsistency(claim: ConsistencyClaim, proof: readonly Uint8Array[]): Judgement {
  const { size1, size2, root1, root2 } = claim;
  if (size1 === 0n) {
    if (size2 !== 0n) return fails('nothing is consistent with an empty log');
    if (!equalBytes(root2, emptyRoot())) return fails('an empty log has another root');
  }
  return verifySubtreeConsistency({ start: 0n, end: size1, size: size2, subtreeRoot: root1, root: root2 }, proof);
}

/**
 * Verifies that the subtree of entries from `start` up to `end` is part of the log of `size` entries.
 * **Source** draft-ietf-plants-merkle-tree-certs §4. Oracle: 118 transparency-dev/merkle vectors.
 */
export function verifySubtreeConsistency(
  claim: { start: bigint; end: bigint; size: bigint; subtreeRoot: Uint8Array; root: Uint8Array },
  proof: readonly Uint8Array[],
): Judgement {
  const { start, end, size } = claim;
  if (start < 0n || start > end || end > size || size >= sizeMax) return fails('not a part of the log');
  const siblings = new Siblings(proof);
  if (start === end) return siblings.judge(equalBytes(claim.subtreeRoot, emptyRoot()));
  if (!isSubtree(start, end)) return fails('not a subtree of a log');
  const roots = bothRoots({ start, end, size, known: claim.subtreeRoot }, siblings);
  return siblings.judge(
    roots !== undefined && equalBytes(roots.part, claim.subtreeRoot) && equalBytes(roots.whole, claim.root),
  );
}

interface PartOfTree {
  start: bigint;
  end: bigint;
  size: bigint;
  /** The part's claimed root, as long as the whole part lies in this tree; its hash is then not in the proof. */
  known: Uint8Array | undefined;
}

// Mirrors SUBPROOF: each step takes what the prover put in at that step, deepest first.
function bothRoots(
  { start, end, size, known }: PartOfTree,
  siblings: Siblings,
): { part: Uint8Array; whole: Uint8Array } | undefined {
  if (start === 0n && end === size) {
    const root = known ?? siblings.next();
    return root && { part: root, whole: root };
  }
  const split = bigSplitOf(size);
  if (end <= split) {
    const left = bothRoots({ start, end, size: split, known }, siblings);
    const right = siblings.next();
    return left && right && { part: left.part, whole: nodeHash(left.whole, right) };
  }
  const reachesLeft = start < split;
  const inner = reachesLeft
    ? { start: 0n, end: end - split, size: size - split, known: undefined }
    : { start: start - split, end: end - split, size: size - split, known };
  const right = bothRoots(inner, siblings);
  const left = siblings.next();
  if (!right || !left) return undefined;
  return { part: reachesLeft ? nodeHash(left, right.part) : right.part, whole: nodeHash(left, right.whole) };
}

/** The hashes of a proof, taken one by one; every one must be used, and none may be missing. */
class Siblings {
  private readonly hashes: readonly Uint8Array[];
  private at = 0;
  private isShort = false;

  constructor(hashes: readonly Uint8Array[]) {
    this.hashes = hashes;
  }

  next(): Uint8Array | undefined {
    const hash = this.hashes[this.at++];
    if (hash?.length === 32) return hash;
    this.isShort = true;
    return undefined;
  }

  judge(rootsAreEqual: boolean): Judgement {
    if (this.isShort) return fails('the proof is too short');
    if (this.at < this.hashes.length) return fails('the proof is too long');
    return rootsAreEqual ? verifies : fails('the proof leads to another root');
  }
}

// A subtree begins at a multiple of the smallest power of two that holds it.
function isSubtree(start: bigint, end: bigint): boolean {
  if (start < 0n || start >= end || end >= sizeMax) return false;
  const span = end - start;
  return start % (span === 1n ? 1n : 2n * bigSplitOf(span)) === 0n;
}

function bigSplitOf(n: bigint): bigint {
  return 1n << BigInt((n - 1n).toString(2).length - 1);
}
