// Goal: a proof verifies if and only if what it claims is true. Method: all 518 public vectors, roots from the bare
// definition of RFC 6962, and properties over every small tree.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, fromHex, sha256, toBase64, toHex, utf8 } from '#kernel';
import * as tlog from './index.ts';

const sharedData = process.env.HORTUS_SHARED_DATA ?? resolve(import.meta.dirname, '../../../../shared/data');
const vectors = resolve(sharedData, 'vectors/merkle');
const hasVectors = existsSync(vectors);
if (!hasVectors) console.warn('SKIPPED: the public Merkle vectors are not on this machine (HORTUS_SHARED_DATA)');

interface Vector {
  root: string;
  root1: string;
  root2: string;
  leafHash: string;
  proof: string[] | null;
  desc: string;
  wantErr: boolean;
  [size: string]: unknown;
}

function vectorsOf(kind: string): Vector[] {
  const files = readdirSync(`${vectors}/${kind}`, { recursive: true, encoding: 'utf8' });
  const sizes = /"(leafIdx|treeSize|size|size1|size2|start|end)": (\d+)/g;
  return files
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(`${vectors}/${kind}/${name}`, 'utf8').replace(sizes, '"$1": "$2"')));
}

const bytes = (text: string) => fromBase64(text)!;
const proofOf = (vector: Vector) => (vector.proof ?? []).map(bytes);
const big = (value: unknown) => BigInt(value as string);

const judges: Record<string, { count: number; judge(v: Vector): tlog.Judgement }> = {
  inclusion: {
    count: 98,
    judge: (v) => {
      const claim = { index: big(v.leafIdx), size: big(v.treeSize), leafHash: bytes(v.leafHash), root: bytes(v.root) };
      return tlog.verifyInclusion(claim, proofOf(v));
    },
  },
  subtreeinclusion: {
    count: 204,
    judge: (v) => {
      const range = { start: big(v.start), end: big(v.end), index: big(v.leafIdx) };
      return tlog.verifySubtreeInclusion({ ...range, leafHash: bytes(v.leafHash), root: bytes(v.root) }, proofOf(v));
    },
  },
  consistency: {
    count: 98,
    judge: (v) => {
      const roots = { root1: bytes(v.root1), root2: bytes(v.root2) };
      return tlog.verifyConsistency({ size1: big(v.size1), size2: big(v.size2), ...roots }, proofOf(v));
    },
  },
  subtreeconsistency: {
    count: 118,
    judge: (v) => {
      const range = { start: big(v.start), end: big(v.end), size: big(v.size) };
      const claim = { ...range, subtreeRoot: bytes(v.root1), root: bytes(v.root2) };
      return tlog.verifySubtreeConsistency(claim, proofOf(v));
    },
  },
};

describe('the public Merkle vectors', () => {
  it.skipIf(!hasVectors).each(Object.keys(judges))('are all judged as they should be: %s', (kind) => {
    const all = vectorsOf(kind);
    expect(all).toHaveLength(judges[kind]!.count);
    for (const vector of all) expect(judges[kind]!.judge(vector).ok, vector.desc).toBe(!vector.wantErr);
  });
});

/** MTH by the bare definition of RFC 6962 §2.1: the oracle of everything below. */
function definedRoot(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256('');
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return tlog.nodeHash(definedRoot(leaves.slice(0, k)), definedRoot(leaves.slice(k)));
}

const leavesOf = (count: number) => Array.from({ length: count }, (_, i) => tlog.leafHash(utf8(`entry ${i}`)));
const rangesOf = (leaves: Uint8Array[], ranges: tlog.LeafRange[]) =>
  ranges.map(({ from, to }) => definedRoot(leaves.slice(from, to)));

describe('the tree', () => {
  it('has the known roots of the eight classic inputs', () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const roots: Record<number, string> = {
      0: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      1: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      2: 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      3: 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      7: 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      8: '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    };
    let frontier = tlog.emptyFrontier;
    for (let n = 0; n <= 8; n++) {
      if (roots[n] !== undefined) expect(toHex(tlog.rootOf(frontier.hashes)), `n=${n}`).toBe(roots[n]);
      if (n < 8) frontier = tlog.append(frontier, tlog.leafHash(fromHex(inputs[n]!)!)).frontier;
    }
  });

  it('grows to the root of the definition, and reports every perfect subtree once, where it is looked for', () => {
    const leaves = leavesOf(70);
    const kept = new Map<string, Uint8Array>();
    let frontier = tlog.emptyFrontier;
    for (const [i, leaf] of leaves.entries()) {
      const { frontier: next, completed } = tlog.append(frontier, leaf);
      completed.forEach((hash, level) => {
        const index = (i + 1) / 2 ** level - 1;
        expect(tlog.completingEntry({ level, index })).toBe(i);
        kept.set(`${level}/${index}`, hash);
      });
      frontier = next;
      expect(tlog.rootOf(frontier.hashes)).toEqual(definedRoot(leaves.slice(0, i + 1)));
      const nodes = tlog.perfectSubtrees({ from: 0, to: i + 1 });
      expect(nodes.map(({ level, index }) => kept.get(`${level}/${index}`))).toEqual(frontier.hashes);
    }
    expect(kept.size).toBe(70 + 35 + 17 + 8 + 4 + 2 + 1);
  });

  it('names perfect subtrees rightly where floating point rounds', () => {
    expect(tlog.perfectSubtrees({ from: 0, to: 2 ** 49 - 1 })[0]).toEqual({ level: 48, index: 0 });
    expect(tlog.perfectSubtrees({ from: 0, to: 2 ** 49 - 1 })).toHaveLength(49);
  });
});

describe('proofs', () => {
  const leaves = leavesOf(33);
  const roots = Array.from({ length: 34 }, (_, n) => definedRoot(leaves.slice(0, n)));

  it('of inclusion verify for every entry of every small tree, and for no other entry, size or root', () => {
    for (let size = 1; size <= 33; size++) {
      for (let index = 0; index < size; index++) {
        const proof = rangesOf(leaves, tlog.inclusionPath(index, size));
        const claim = { leafHash: leaves[index]!, index: BigInt(index), size: BigInt(size), root: roots[size]! };
        expect(tlog.verifyInclusion(claim, proof)).toEqual({ ok: true });
        expect(tlog.verifyInclusion({ ...claim, leafHash: leaves[(index + 1) % 33]! }, proof).ok).toBe(false);
        expect(tlog.verifyInclusion({ ...claim, index: claim.index ^ 1n }, proof).ok).toBe(false);
        expect(tlog.verifyInclusion(claim, [...proof, leaves[0]!]).ok).toBe(false);
        if (proof.length > 0) expect(tlog.verifyInclusion(claim, proof.slice(1)).ok).toBe(false);
      }
    }
  });

  it('of consistency verify for every pair of small trees, and for no other root or length', () => {
    for (let size2 = 1; size2 <= 33; size2++) {
      for (let size1 = 1; size1 <= size2; size1++) {
        const proof = rangesOf(leaves, tlog.consistencyPath(size1, size2));
        const claim = { size1: BigInt(size1), size2: BigInt(size2), root1: roots[size1]!, root2: roots[size2]! };
        expect(tlog.verifyConsistency(claim, proof)).toEqual({ ok: true });
        expect(tlog.verifyConsistency({ ...claim, root1: roots[0]! }, proof).ok).toBe(false);
        expect(tlog.verifyConsistency({ ...claim, root2: roots[0]! }, proof).ok).toBe(false);
        expect(tlog.verifyConsistency(claim, [...proof, roots[1]!]).ok).toBe(false);
        if (proof.length > 0) expect(tlog.verifyConsistency(claim, proof.slice(1)).ok).toBe(false);
      }
    }
  });

  it('say nothing about an empty log', () => {
    const empty = { size1: 0n, size2: 0n, root1: roots[0]!, root2: roots[0]! };
    expect(tlog.verifyConsistency(empty, [])).toEqual({ ok: true });
    expect(tlog.verifyConsistency({ ...empty, size2: 3n, root2: roots[3]! }, []).ok).toBe(false);
    expect(tlog.consistencyPath(0, 5)).toEqual([]);
    expect(tlog.consistencyPath(5, 5)).toEqual([]);
  });

  it('never throw on untrusted sizes', () => {
    const anySize = fc.bigInt({ min: -1n, max: 2n ** 65n });
    const anyProof = fc.array(fc.uint8Array({ minLength: 31, maxLength: 32 }), { maxLength: 70 });
    fc.assert(
      fc.property(anySize, anySize, anyProof, (a, b, proof) => {
        const root = roots[3]!;
        expect(tlog.verifyInclusion({ leafHash: root, index: a, size: b, root: roots[4]! }, proof).ok).toBe(false);
        if (a !== b)
          expect(tlog.verifyConsistency({ size1: a, size2: b, root1: root, root2: roots[4]! }, proof).ok).toBe(false);
      }),
    );
  });

  it('equal the known answers of five entries', () => {
    const known = ['one', 'two', 'three', 'four', 'five'].map((text) => tlog.leafHash(utf8(text)));
    expect(toBase64(definedRoot(known))).toBe('gy5gl3aksFyiCO95a/1vLXz88A3dRq+0l9Sxte8ZqZQ=');
    expect(toBase64(definedRoot(known.slice(0, 3)))).toBe('Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=');
    const inclusion = [
      '9xWrP6pdBx5uKsS7mU1b9zWUPcw3mdoNCF55gM+5M2o=',
      'T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4=',
      'zMKa4OAqd7D0V4wawXST15z0JiEEkprIBPkfxOesWvA=',
    ];
    expect(rangesOf(known, tlog.inclusionPath(2, 5)).map(toBase64)).toEqual(inclusion);
    const consistency = ['Zx8UbF5HHooag6PCFM5LqQe486WIjRTMjNPOdbsS75Q=', ...inclusion];
    expect(rangesOf(known, tlog.consistencyPath(3, 5)).map(toBase64)).toEqual(consistency);
  });
});
