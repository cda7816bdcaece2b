// Goal: a note is accepted only if a known key signed exactly this text. Method: known answers (made with other
// software), a public log's key, and the parsing rules of the signed-note format one by one.
import { ed25519 } from '@noble/curves/ed25519.js';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromBase64, sha256Hex, toBase64, utf8 } from '#kernel';
import * as tlog from './index.ts';

const seedOf = (first: number) => Uint8Array.from({ length: 32 }, (_, i) => first + i);
const logSeed = seedOf(0x00);
const witnessSeed = seedOf(0x20);
const sign = (message: Uint8Array) => ed25519.sign(message, logSeed);

const logVkey = 'log.hortus.example+9313b611+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4';
const log = tlog.readVerifierKey(logVkey)!;
const signer = { key: log, sign };
const rootOfFive = 'gy5gl3aksFyiCO95a/1vLXz88A3dRq+0l9Sxte8ZqZQ=';
const checkpoint = { origin: 'log.hortus.example', size: 5n, root: fromBase64(rootOfFive)! };
const logLine = 'kxO2EQMVlrdPKsXI7qaq+oY/Xx/8/45s39Y2OEmT7auDBFPwXUZrsOa9G+SBLXqmIaTACHoJzjyfG+ywzw6256MrvAw=';
const witnessLine =
  'nSfUMQAAAABqsTuAw6tCPyDDfIcvdNZq2/D8GAVq6i7Ua5ZCbbQN+hXByF3bMmEst9s+KJ7EhiNUMFbhbVzgQrSmzmuiVKEAqzrxDQ==';
const signedNote = `log.hortus.example\n5\n${rootOfFive}\n\n— log.hortus.example ${logLine}\n`;
const cosignedNote = `${signedNote}— witness.hortus.example/w1 ${witnessLine}\n`;

describe('verifier keys', () => {
  it('are written and read as known', () => {
    expect(tlog.verifierKey('log.hortus.example', ed25519.getPublicKey(logSeed)).vkey).toBe(logVkey);
    const tessera = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';
    expect(tlog.readVerifierKey(tessera)?.vkey).toBe(tessera);
  });

  it('are refused when name, id, type or key do not fit', () => {
    const wrong = ['', 'x', logVkey.replace('log.', 'lag.'), logVkey.replace('9313', '9314'), logVkey.slice(0, -4)];
    const more = [logVkey.replace('+AQ', '+BA'), `${logVkey} `, logVkey.replace('log.', 'lo g.'), `${logVkey}=`];
    for (const vkey of [...wrong, ...more]) expect(tlog.readVerifierKey(vkey), vkey).toBeUndefined();
  });
});

describe('a checkpoint', () => {
  it('is signed as known, byte for byte', () => {
    expect(tlog.signCheckpoint(checkpoint, signer)).toBe(signedNote);
  });

  it('is known with its cosignature too, which is a signature of an unknown key here', () => {
    expect(utf8(cosignedNote)).toHaveLength(318);
    expect(sha256Hex(cosignedNote)).toBe('d8e840f24fbf291dd9ecc2222f5d1140056505fb79e2361e499a0392b6d7fc9e');
    const opened = tlog.openNote(cosignedNote, [log]);
    expect(opened.ok && [opened.verified.length, opened.unknown.length]).toEqual([1, 1]);
    expect(tlog.openCheckpoint(utf8(cosignedNote), log)).toMatchObject({ ok: true, checkpoint });
  });

  it('is cosigned as known: the frame of a note carries other kinds of signature unchanged', () => {
    const [name, type, time] = ['witness.hortus.example/w1', 0x04, 1_790_000_000n];
    const publicKey = ed25519.getPublicKey(witnessSeed);
    const keyId = tlog.keyIdOf(name, type, publicKey);
    expect(toBase64(concatBytes(Uint8Array.of(type), publicKey))).toBe('BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X');
    const message = utf8(`cosignature/v1\ntime ${time}\n${tlog.checkpointText(checkpoint)}`);
    const timestamp = new Uint8Array(8);
    new DataView(timestamp.buffer).setBigUint64(0, time);
    const signature = concatBytes(timestamp, ed25519.sign(message, witnessSeed));
    expect(tlog.writeSignature({ name, keyId, signature })).toBe(`— ${name} ${witnessLine}\n`);
  });

  it('is the same one in the known tlog-proof of entry 2', () => {
    const siblings = tlog.inclusionPath(2, 5).length;
    const hashes = [
      '9xWrP6pdBx5uKsS7mU1b9zWUPcw3mdoNCF55gM+5M2o=',
      'T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4=',
      'zMKa4OAqd7D0V4wawXST15z0JiEEkprIBPkfxOesWvA=',
    ];
    expect(siblings).toBe(hashes.length);
    const proof = `c2sp.org/tlog-proof@v1\nindex 2\n${hashes.join('\n')}\n\n${cosignedNote}`;
    expect(sha256Hex(proof)).toBe('195cf050e9a622e394cdab99665c5689ba2d20671f3fadd62c29ad07fe14b4d9');
  });

  it('is refused with leading zeros, a size beyond 64 bits, another root length, or an empty extension line', () => {
    const refused = [
      `log\n05\n${rootOfFive}\n`,
      `log\n-1\n${rootOfFive}\n`,
      `log\n18446744073709551616\n${rootOfFive}\n`,
      `log\n5\n${rootOfFive.slice(0, -1)}\n`,
      'log\n5\nAAAA\n',
      `\n5\n${rootOfFive}\n`,
      `log\n5\n${rootOfFive}`,
      `log\n5\n${rootOfFive}\n\n`,
      'log\n5\n',
    ];
    for (const text of refused) expect(tlog.readCheckpoint(text), text).toBeUndefined();
    expect(tlog.readCheckpoint(`log\n18446744073709551615\n${rootOfFive}\nmore\n`)?.size).toBe(2n ** 64n - 1n);
    expect(tlog.readCheckpoint(`log\n0\n${rootOfFive}\n`)?.size).toBe(0n);
  });

  it('of another origin is refused though the key is right', () => {
    const note = tlog.signNote(`other.example\n5\n${rootOfFive}\n`, signer);
    expect(tlog.openCheckpoint(note, log)).toEqual({ ok: false, why: 'the checkpoint is of another log' });
  });
});

describe('a note', () => {
  it('is refused when any single character of it is changed', () => {
    for (let at = 0; at < signedNote.length; at++) {
      const changed = `${signedNote.slice(0, at)}${signedNote[at] === 'x' ? 'y' : 'x'}${signedNote.slice(at + 1)}`;
      expect(tlog.openNote(changed, [log]).ok, `character ${at}`).toBe(false);
    }
  });

  it('splits at the last empty line', () => {
    const text = 'first\n\nsecond\n';
    expect(tlog.openNote(tlog.signNote(text, signer), [log])).toMatchObject({ ok: true, text });
  });

  it('is refused if a known key fails, even beside one that verifies', () => {
    const other = tlog.verifierKey('other.example', ed25519.getPublicKey(witnessSeed));
    const forged = tlog.writeSignature({ ...other, signature: new Uint8Array(64) });
    expect(tlog.openNote(signedNote + forged, [log]).ok).toBe(true);
    expect(tlog.openNote(signedNote + forged, [log, other])).toEqual({
      ok: false,
      why: 'the signature of other.example fails',
    });
    expect(tlog.openNote(signedNote, [other])).toEqual({ ok: false, why: 'no known key has signed' });
  });

  it('accepts many signatures of unknown keys, and limits their number and its size', () => {
    const unknown = tlog.writeSignature({ name: 'u', keyId: new Uint8Array(4), signature: new Uint8Array(64) });
    expect(tlog.openNote(signedNote + unknown.repeat(99), [log]).ok).toBe(true);
    expect(tlog.openNote(signedNote + unknown.repeat(100), [log]).ok).toBe(false);
    expect(tlog.openNote(tlog.signNote(`${'a'.repeat(1_000_000)}\n`, signer), [log]).ok).toBe(false);
  });

  it('is refused when malformed', () => {
    const [text, line] = ['text\n', tlog.signNote('text\n', signer).slice(6)];
    expect(tlog.openNote(`${text}\n${line}`, [log]).ok).toBe(true);
    const malformed = [text, `${text}${line}`, `${text}\n${line.slice(0, -1)}`, `${text}\n`, `te\txt\n\n${line}`];
    const more = [`${text}\n${line}\n`, `${text}\n- ${line.slice(2)}`, `${text}\n${line.replace('log.', 'l+g.')}`];
    const lines = [
      `${text}\n${line}— x AAAA\n`,
      `${text}\n${line.slice(0, -1)}=\n`,
      `${text}\n${line.replace('— ', '—  ')}`,
    ];
    for (const note of [...malformed, ...more, ...lines, 'te\ud800xt\n\n']) {
      expect(tlog.openNote(note, [log]).ok, JSON.stringify(note)).toBe(false);
    }
    expect(tlog.openNote(Uint8Array.of(0xc0, 0x80), [log])).toEqual({ ok: false, why: 'not a signed note' });
  });

  it('takes no names with white space of any script, plus signs or control characters', () => {
    for (const name of ['', 'a b', 'a\u00a0b', 'a\u2028b', 'a\u0085b', 'a\u3000b', 'a+b', 'a\u0001']) {
      expect(tlog.isKeyName(name), JSON.stringify(name)).toBe(false);
    }
    expect(tlog.isKeyName('hortus.local/åbo/simulation')).toBe(true);
  });

  it('signs no text that is none', () => {
    for (const text of ['', 'no newline', 'tab\t\n', '\ud800\n'])
      expect(() => tlog.signNote(text, signer)).toThrow(TypeError);
  });
});
