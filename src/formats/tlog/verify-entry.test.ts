// Goal: whoever holds the log's key can check one entry offline, and every change is caught by a named check.
// Method: a small log made here; then each input is changed, bit by bit where that is feasible.
import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import { envelopeBytes, signEnvelope, statementBytes, statementPayloadType } from '#formats/dsse';
import { fromUtf8, utf8 } from '#kernel';
import * as tlog from './index.ts';

const seed = Uint8Array.from({ length: 32 }, (_, i) => i);
const sign = (message: Uint8Array) => ed25519.sign(message, seed);
const key = tlog.verifierKey('log.hortus.example', ed25519.getPublicKey(seed));

function entry(n: number): Uint8Array {
  const payload = statementBytes({
    subjects: [{ name: `claim ${n}`, sha256: 'ab'.repeat(32) }],
    predicateType: 'https://hortus.example/predicates/claim/v1',
    predicate: { details: { n } },
  });
  return envelopeBytes(signEnvelope({ payloadType: statementPayloadType, payload }, { keyid: 'log', sign }));
}

const entries = [0, 1, 2].map(entry);
const leaves = entries.map(tlog.leafHash);
const root = tlog.rootOf(leaves.reduce((at, leaf) => tlog.append(at, leaf).frontier, tlog.emptyFrontier).hashes);
const checkpointNote = tlog.signCheckpoint({ origin: key.name, size: 3n, root }, { key, sign });
const evidence = { entryBytes: entries[1]!, index: 1, proof: [leaves[0]!, leaves[2]!], checkpointNote, vkey: key.vkey };
const failed = (changed: Partial<tlog.EntryEvidence>) =>
  tlog
    .verifyEntry({ ...evidence, ...changed })
    .steps.filter(({ ok }) => !ok)
    .map(({ step }) => step);

describe('verifying one entry', () => {
  it('passes six named checks and hands out what was signed', () => {
    const verdict = tlog.verifyEntry(evidence);
    expect(verdict.steps.map(({ step, ok }) => [step, ok])).toEqual(
      ['key', 'checkpoint', 'canonical', 'signature', 'statement', 'inclusion'].map((step) => [step, true]),
    );
    expect(verdict.statement?.predicate).toEqual({ details: { n: 1 } });
  });

  it('names the check that fails', () => {
    expect(failed({ index: 0 })).toEqual(['inclusion']);
    expect(failed({ proof: evidence.proof.slice(1) })).toEqual(['inclusion']);
    expect(failed({ entryBytes: entries[2]! })).toEqual(['inclusion']);
    expect(failed({ checkpointNote: checkpointNote.replace('\n3\n', '\n4\n') })).toEqual(['checkpoint', 'inclusion']);
    expect(failed({ vkey: 'nonsense' })).toEqual(['key', 'checkpoint', 'signature', 'statement', 'inclusion']);
    const spaced = utf8(fromUtf8(entries[1]!).replace('{', '{ '));
    expect(failed({ entryBytes: spaced })).toEqual(['canonical', 'inclusion']);
  });

  it('refuses an envelope that holds something else than a statement', () => {
    const other = signEnvelope({ payloadType: 'text/plain', payload: utf8('hello') }, { keyid: 'log', sign });
    expect(failed({ entryBytes: envelopeBytes(other) })).toEqual(['statement', 'inclusion']);
  });

  it('fails for every flipped bit of the entry and of its proof', () => {
    const flipped = (bytes: Uint8Array, bit: number) =>
      bytes.map((b, i) => (i === bit >> 3 ? b ^ (1 << (bit & 7)) : b));
    // Signatures pass unseen here, so that the hashes alone must catch the change.
    const yes = () => true;
    for (let bit = 0; bit < evidence.entryBytes.length * 8; bit++) {
      const changed = { ...evidence, entryBytes: flipped(evidence.entryBytes, bit) };
      expect(tlog.verifyEntry(changed, yes).ok, `entry bit ${bit}`).toBe(false);
    }
    for (let bit = 0; bit < 256; bit++) {
      const changed = { ...evidence, proof: [flipped(leaves[0]!, bit), leaves[2]!] };
      expect(tlog.verifyEntry(changed, yes).ok, `proof bit ${bit}`).toBe(false);
    }
  });
});
