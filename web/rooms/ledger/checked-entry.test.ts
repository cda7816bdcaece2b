/*
 * Goal: the page's own check accepts a true entry and refuses the smallest lie. Method: a log of three entries made
 * with the formats' own signer, asked as the server would answer.
 */

import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import { envelopeBytes, signEnvelope, statementBytes, statementPayloadType } from '#formats/dsse';
import { append, type Frontier, leafHash, rootOf, signCheckpoint, verifierKey } from '#formats/tlog';
import { toBase64 } from '#kernel';
import { checkEntry, checks, tamper } from './checked-entry.ts';

const secret = new Uint8Array(32).fill(7);
const sign = (message: Uint8Array) => ed25519.sign(message, secret);
const key = verifierKey('example.org/log', ed25519.getPublicKey(secret));

function anEntry(seq: number): Uint8Array {
  const payload = statementBytes({
    subjects: [{ name: 'thing', sha256: '0'.repeat(64) }],
    predicateType: 'https://hortus.example/predicates/model/v1',
    predicate: { seq },
  });
  return envelopeBytes(signEnvelope({ payloadType: statementPayloadType, payload }, { keyid: 'key', sign }));
}

const bytes = anEntry(0);
const leaf = leafHash(bytes);
const empty: Frontier = { size: 0, hashes: [] };
const { frontier } = append(empty, leaf);
const note = signCheckpoint({ origin: key.name, size: 1n, root: rootOf(frontier.hashes) }, { key, sign });
const proof = { index: 0, size: 1, hashes: [] as string[], checkpoint: note };
const now = () => 0;

describe('an entry checked in the browser', () => {
  it('passes every check when it is what was signed', () => {
    const checked = checkEntry({ bytes, proof, vkey: key.vkey }, now);
    expect(checked?.verdict.ok).toBe(true);
    expect(checked?.verdict.steps.map(({ step }) => step)).toEqual(checks);
  });

  it('fails when one bit is turned, when the key is another, or when a hash is added to the proof', () => {
    expect(checkEntry({ bytes: tamper(bytes).bytes, proof, vkey: key.vkey }, now)?.verdict.ok).toBe(false);
    const other = verifierKey('example.org/log', ed25519.getPublicKey(new Uint8Array(32).fill(8)));
    expect(checkEntry({ bytes, proof, vkey: other.vkey }, now)?.verdict.ok).toBe(false);
    const padded = { ...proof, hashes: [toBase64(leaf)] };
    expect(checkEntry({ bytes, proof: padded, vkey: key.vkey }, now)?.verdict.ok).toBe(false);
  });

  it('says nothing where no checkpoint was signed', () => {
    expect(checkEntry({ bytes, proof: { ...proof, checkpoint: null }, vkey: key.vkey }, now)).toBeUndefined();
  });

  it('is not changed by trying out a change', () => {
    const before = bytes.slice();
    expect(tamper(bytes).tampering.from).not.toBe(tamper(bytes).tampering.to);
    expect(bytes).toEqual(before);
  });
});
