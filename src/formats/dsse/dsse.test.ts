// Goal: only what was signed is read, and keys are counted, not signatures. Method: known answers, node:crypto as the
// other implementation, and changed bytes.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, fromBase64, fromUtf8, toBase64, utf8 } from '#kernel';
import { envelopeBytes, openEnvelope, preAuthEncoding, readStatement, signEnvelope, statementBytes } from './index.ts';

const seedOf = (first: number) => Uint8Array.from({ length: 32 }, (_, i) => first + i);
const logSeed = seedOf(0x00);
const otherSeed = seedOf(0x20);
const publicKeyOf = (seed: Uint8Array) => ed25519.getPublicKey(seed);
const signerOf = (seed: Uint8Array) => ({ keyid: 'k', sign: (message: Uint8Array) => ed25519.sign(message, seed) });

const payloadType = 'application/vnd.in-toto+json';
const payload = utf8('{"_type":"https://in-toto.io/Statement/v1"}');
const knownSignature = 'Fo6jOXP9gw1yxFFqcxT3OROGg9MHJ9G2Ps2yCG4lrdJS8Yli9xdH78rzsGRdX7vN0BvZnteNGPg9F79CG51UDQ==';

describe('pre-authentication encoding', () => {
  it("equals the protocol's own example", () => {
    const encoded = preAuthEncoding('http://example.com/HelloWorld', utf8('hello world'));
    expect(fromUtf8(encoded)).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  it('counts bytes, not characters, and does not confuse type and body', () => {
    expect(fromUtf8(preAuthEncoding('é', utf8('€')))).toBe('DSSEv1 2 é 3 €');
    expect(preAuthEncoding('a 1 b', utf8(''))).not.toEqual(preAuthEncoding('a', utf8('b 0 ')));
  });

  it('equals our known answer', () => {
    const expected = 'DSSEv1 28 application/vnd.in-toto+json 43 {"_type":"https://in-toto.io/Statement/v1"}';
    expect(fromUtf8(preAuthEncoding(payloadType, payload))).toBe(expected);
  });
});

describe('an envelope', () => {
  const envelope = signEnvelope({ payloadType, payload }, signerOf(logSeed));
  const trusted = { publicKeys: [publicKeyOf(logSeed)] };

  it('carries the known signature and hands out the verified bytes', () => {
    expect(envelope.signatures[0]?.sig).toBe(knownSignature);
    const opened = openEnvelope(envelopeBytes(envelope), trusted);
    expect(opened).toEqual({ ok: true, payloadType, payload, signers: trusted.publicKeys });
  });

  it('is signed and verified alike by node:crypto', () => {
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), logSeed]);
    const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const message = preAuthEncoding(payloadType, payload);
    expect(toBase64(sign(null, message, key))).toBe(knownSignature);
    expect(verify(null, message, createPublicKey(key), fromBase64(knownSignature)!)).toBe(true);
  });

  it('is read with URL-safe base64 and with unknown fields too', () => {
    const urlSafe = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
    const signatures = [{ sig: urlSafe(knownSignature), keyid: 'a wrong hint', extra: 1 }];
    const bytes = utf8(JSON.stringify({ payload: urlSafe(envelope.payload), payloadType, signatures, more: {} }));
    expect(openEnvelope(bytes, trusted).ok).toBe(true);
  });

  it('is refused when any byte of type, body or signature is changed', () => {
    for (const field of ['payload', 'payloadType', 'sig'] as const) {
      const changed = structuredClone(envelope);
      const flip = (text: string) => `${text[0] === 'A' ? 'B' : 'A'}${text.slice(1)}`;
      if (field === 'sig') changed.signatures[0]!.sig = flip(changed.signatures[0]!.sig);
      else changed[field] = flip(changed[field]);
      expect(openEnvelope(envelopeBytes(changed), trusted).ok, field).toBe(false);
    }
  });

  it('counts keys, not signatures', () => {
    const twice = { ...envelope, signatures: [...envelope.signatures, { sig: knownSignature }] };
    const both = [publicKeyOf(logSeed), publicKeyOf(otherSeed)];
    expect(openEnvelope(envelopeBytes(twice), { publicKeys: both, needed: 2 }).ok).toBe(false);
    expect(openEnvelope(envelopeBytes(twice), { publicKeys: [both[0]!, both[0]!], needed: 2 }).ok).toBe(false);
    const second = signEnvelope({ payloadType, payload }, signerOf(otherSeed)).signatures;
    const signed = { ...envelope, signatures: [...envelope.signatures, ...second] };
    expect(openEnvelope(envelopeBytes(signed), { publicKeys: both, needed: 2 }).ok).toBe(true);
  });

  it('is refused with no key, a needed count of nought, duplicate keys in its JSON, or no signature', () => {
    expect(openEnvelope(envelopeBytes(envelope), { publicKeys: [], needed: 0 }).ok).toBe(false);
    const text = canonicalJson(envelope);
    const doubled = text.replace('{"payload"', '{"payload":"e30=","payload"');
    expect(openEnvelope(utf8(doubled), trusted)).toEqual({
      ok: false,
      why: 'the envelope is not strict JSON in UTF-8',
    });
    expect(openEnvelope(utf8(canonicalJson({ ...envelope, signatures: [] })), trusted).ok).toBe(false);
    expect(openEnvelope(Uint8Array.of(0xff), trusted).ok).toBe(false);
  });

  it('never throws on arbitrary bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => !openEnvelope(bytes, trusted).ok));
  });
});

describe('an in-toto statement', () => {
  const statement = {
    subjects: [{ name: 'claim', sha256: 'ab'.repeat(32) }],
    predicateType: 'https://hortus.example/predicates/claim/v1',
    predicate: { details: { bound: 0.9 } },
  };

  it('is read as it was written', () => {
    expect(readStatement(statementBytes(statement))).toEqual({ ok: true, statement });
  });

  it('needs a subject with a lower-case SHA-256 digest', () => {
    expect(() => statementBytes({ ...statement, subjects: [] })).toThrow(TypeError);
    expect(() => statementBytes({ ...statement, subjects: [{ name: 'x', sha256: 'AB'.repeat(32) }] })).toThrow(
      TypeError,
    );
  });

  it('may carry fields that its reader does not know, but no other type', () => {
    const document = JSON.parse(fromUtf8(statementBytes(statement)));
    document.subject[0].digest.sha512 = 'x';
    document.later = true;
    expect(readStatement(utf8(JSON.stringify(document))).ok).toBe(true);
    document._type = 'https://in-toto.io/Statement/v0.1';
    expect(readStatement(utf8(JSON.stringify(document))).ok).toBe(false);
    expect(readStatement(utf8('{')).ok).toBe(false);
  });
});
