// Goal: an act becomes one entry, and what the entry says is what was acted. Method: pure functions with a known key.
import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import { openEnvelope, readStatement } from '#formats/dsse';
import { emptyFrontier, verifierKey } from '#formats/tlog';
import { type Instant, Problem, sha256Hex, toHex } from '#kernel';
import * as model from './model.ts';
import { anAct } from './testing.ts';

const seed = Uint8Array.from({ length: 32 }, (_, i) => i);
const publicKey = ed25519.getPublicKey(seed);
const signer: model.LogSigner = {
  key: verifierKey('hortus.local/test', publicKey),
  sign: (message) => ed25519.sign(message, seed),
};
const recordedAt = Date.UTC(2026, 0, 2) as Instant;
const pendingOf = (act: model.Act, id = 'evt_1'): model.PendingAct => ({ id, act, recordedAt });
const sequenceOf = (acts: model.Act[]) =>
  model.sequence(
    { frontier: emptyFrontier, heads: new Map() },
    acts.map((act) => pendingOf(act)),
    signer,
  ).entries;
const statementOf = (bytes: Uint8Array) => {
  const opened = openEnvelope(bytes, { publicKeys: [publicKey] });
  const read = opened.ok ? readStatement(opened.payload) : undefined;
  return read?.ok ? read.statement : undefined;
};

describe('an entry', () => {
  it('says who did what, when, and where it stands in its chain; its bytes stay the same for ever', () => {
    const [entry] = sequenceOf([anAct()]);
    expect(statementOf(entry!.bytes)).toEqual({
      subjects: [{ name: 'claim', sha256: sha256Hex('claim') }],
      predicateType: 'https://hortus.example/predicates/claim/v1',
      predicate: {
        actor: { id: 'person_1', role: 'model-lead' },
        chain: { subject: 'claim_1', seq: 0, prev: null },
        details: { bound: 0.9 },
        occurredAt: '2026-01-01T00:00:00.000Z',
        recordedAt: '2026-01-02T00:00:00.000Z',
      },
    });
    // Entries that exist must verify with every later release: a change of this digest is a change of the format.
    expect(sha256Hex(entry!.bytes)).toBe('7ad562589df0c47d926921a9b8e1fc3bf8d2bb49b5655a01c76e0ef13addc59e');
  });

  it('links to the entry before it in its chain, and to none of another chain', () => {
    const entries = sequenceOf(['a', 'b', 'a', 'a'].map((chain) => anAct({ chain })));
    const links = entries.map(({ bytes }) => model.chainPlaceOf(statementOf(bytes)!));
    expect(links).toEqual([
      { subject: 'a', seq: 0, prev: null },
      { subject: 'b', seq: 0, prev: null },
      { subject: 'a', seq: 1, prev: toHex(entries[0]!.leafHash) },
      { subject: 'a', seq: 2, prev: toHex(entries[2]!.leafHash) },
    ]);
  });

  it('without a subject is about its own details, and without a role names none', () => {
    const [entry] = sequenceOf([
      anAct({ subjects: [], actor: { id: 'system', role: undefined }, predicate: { n: 1 } }),
    ]);
    const statement = statementOf(entry!.bytes)!;
    expect(statement.subjects).toEqual([{ name: 'claim_1', sha256: sha256Hex('{"n":1}') }]);
    expect(statement.predicate.actor).toEqual({ id: 'system' });
  });

  it('is as large as 65,535 bytes and no larger, wherever in its chain it will stand', () => {
    const check = (length: number) =>
      model.checkAct(pendingOf(anAct({ predicate: { t: 'x'.repeat(length) } })), signer);
    let fits = 40_000;
    for (let step = 8192; step >= 1; step /= 2) {
      try {
        check(fits + step);
        fits += step;
      } catch (error) {
        expect(error).toMatchObject({ code: 'body-too-large' });
      }
    }
    const [entry] = sequenceOf([anAct({ predicate: { t: 'x'.repeat(fits) } })]);
    expect(entry!.bytes.length).toBeLessThanOrEqual(model.entryBytesMax);
    expect(entry!.bytes.length).toBeGreaterThan(model.entryBytesMax - 200);
    expect(() => check(fits + 1)).toThrow(Problem);
  });
});

describe('an act that waits', () => {
  it('is read as it was kept', () => {
    for (const act of [anAct(), anAct({ actor: { id: 'system' }, predicate: { é: [1e-7, null, { '': 'x' }] } })]) {
      expect(model.readPending('evt_1', model.pendingText(pendingOf(act)))).toEqual(pendingOf(act));
    }
  });
});

describe('names', () => {
  it('of a simulation and of a demonstration say so', () => {
    expect(model.originName('hortus.local', 'a', 'live')).toBe('hortus.local/a');
    expect(model.originName('hortus.local', 'a', 'simulation')).toBe('hortus.local/a/simulation');
    expect(model.originName('log.umcx.nl/hortus', 'a', 'demonstration')).toBe('log.umcx.nl/hortus/a/demonstration');
    for (const [prefix, name] of [
      ['https://x', 'a'],
      ['x', 'A'],
      ['x', ''],
      ['x', 'a/b'],
      ['x y', 'a'],
    ] as const) {
      expect(() => model.originName(prefix, name, 'live'), `${prefix} ${name}`).toThrow(Problem);
    }
  });

  it('of predicate types are one for each kind, and lead back to it', () => {
    expect(new Set(model.actKinds.map(model.predicateTypeOf)).size).toBe(model.actKinds.length);
    for (const kind of model.actKinds) expect(model.kindOf(model.predicateTypeOf(kind))).toBe(kind);
    expect(model.kindOf('https://in-toto.io/attestation/svr/v0.2')).toBeUndefined();
  });
});
