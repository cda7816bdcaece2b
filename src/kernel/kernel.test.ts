// Goal: the words everybody speaks mean one thing. Method: boundary values and properties.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as kernel from './index.ts';

const { fromBase64, fromHex, instant, isId, isPlainDate, newId, newRandomId, Problem, problemDocument } = kernel;

describe('ids', () => {
  it('sort by time of creation, and are recognised by kind', () => {
    const times = [0, 1, 31, 32, 1_700_000_000_000, 1_700_000_000_001, 4_102_444_800_000];
    const ids = times.map((ms) => newId('claim', ms));
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids) expect(isId('claim', id)).toBe(true);
    expect(isId('model', ids[0]!)).toBe(false);
    expect(isId('claim', 'claim_')).toBe(false);
    expect(isId('claim', "claim_'; drop")).toBe(false);
  });

  it('do not collide and, if random, do not tell their order', () => {
    const ids = Array.from({ length: 2000 }, () => newRandomId('person'));
    expect(new Set(ids).size).toBe(2000);
    expect(new Set(ids.map((id) => id.slice(7, 9))).size).toBeGreaterThan(500);
    const sameMillisecond = Array.from({ length: 2000 }, () => newId('event', 5));
    expect(new Set(sameMillisecond).size).toBe(2000);
  });
});

describe('time', () => {
  it('reads instants with an offset only, and only days that exist', () => {
    expect(instant('2026-03-29T02:30:00+02:00')).toBe(Date.UTC(2026, 2, 29, 0, 30));
    expect(kernel.toIso(instant('2024-02-29'))).toBe('2024-02-29T00:00:00.000Z');
    for (const text of [
      '2026-02-29',
      '2026-13-01',
      '2026-01-01T00:00:00',
      '2026-1-1',
      '1/2/2026',
      '',
      '2026-01-01T25:00Z',
    ]) {
      expect(kernel.readInstant(text), text).toBeUndefined();
      expect(() => instant(text), text).toThrow(Problem);
    }
  });

  it('never moves a plain date by a time zone', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        (date) => {
          const day = date.toISOString().slice(0, 10);
          expect(isPlainDate(day)).toBe(true);
          expect(kernel.dayOf(kernel.startOfDay(kernel.plainDate(day)))).toBe(day);
        },
      ),
    );
    expect(isPlainDate('2023-02-29')).toBe(false);
    expect(isPlainDate('2000-02-29')).toBe(true);
    expect(() => kernel.plainDate('29-02-2024')).toThrow(Problem);
    expect(kernel.dayOf(kernel.addDays(instant('2024-02-28'), 2))).toBe('2024-03-01');
  });
});

describe('bytes', () => {
  it('survive hexadecimal and base64, standard and URL-safe', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(fromHex(kernel.toHex(bytes))).toEqual(bytes);
        expect(kernel.toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect(fromBase64(kernel.toBase64(bytes))).toEqual(bytes);
        expect(kernel.toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(Buffer.from(bytes).toString('base64url'))).toEqual(bytes);
        expect(kernel.concatBytes(bytes.slice(0, 3), bytes.slice(3))).toEqual(bytes);
        expect(kernel.equalBytes(bytes, bytes.slice())).toBe(true);
        expect(kernel.equalBytes(bytes, Uint8Array.of(...bytes, 0))).toBe(false);
      }),
    );
    expect(fromHex('0')).toBeUndefined();
    expect(fromHex('zz')).toBeUndefined();
    expect(fromBase64('a')).toBeUndefined();
    expect(fromBase64('a b=')).toBeUndefined();
  });

  it('hash like every other SHA-256', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(kernel.sha256Hex(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
      }),
    );
    expect(kernel.sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('refuse malformed UTF-8 instead of replacing it', () => {
    expect(kernel.fromUtf8(kernel.utf8('prostaat ≥ 3'))).toBe('prostaat ≥ 3');
    expect(() => kernel.fromUtf8(Uint8Array.of(0xff))).toThrow(TypeError);
  });
});

describe('problems', () => {
  it('all say what went wrong, who can mend it and how', () => {
    for (const [code, kind] of Object.entries(kernel.problemKinds)) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(kind.status, code).toBeGreaterThanOrEqual(400);
      expect(kind.status, code).toBeLessThan(600);
      expect(kind.remedy, code).toMatch(/\.$/);
    }
  });

  it('become RFC 9457 documents that hold only what is known', () => {
    expect(problemDocument(new Problem('not-found'))).toEqual({
      type: '/problems/not-found',
      title: 'There is no such thing here',
      status: 404,
      code: 'not-found',
      remedy: kernel.problemKinds['not-found'].remedy,
      fixer: 'caller',
    });
    const full = problemDocument(
      new Problem('invalid-input', {
        detail: 'two fields',
        errors: [{ pointer: '/a', detail: 'missing' }],
        context: { n: 2 },
      }),
    );
    expect(full).toMatchObject({
      detail: 'two fields',
      errors: [{ pointer: '/a', detail: 'missing' }],
      context: { n: 2 },
    });
  });
});

describe('seeded draws', () => {
  it('repeat with their seed, lie in [0, 1) and have the right mean and spread', () => {
    const draws = (seed: string) => Array.from({ length: 20_000 }, kernel.seededRandom(seed));
    const uniform = draws('a');
    expect(draws('a')).toEqual(uniform);
    expect(draws('b').slice(0, 5)).not.toEqual(uniform.slice(0, 5));
    expect(uniform.every((x) => x >= 0 && x < 1)).toBe(true);
    const mean = uniform.reduce((sum, x) => sum + x, 0) / uniform.length;
    const variance = uniform.reduce((sum, x) => sum + (x - mean) ** 2, 0) / uniform.length;
    // Five standard errors: 5·√(1/12/20000) ≈ 0.0102 for the mean, 5·√(1/180/20000) ≈ 0.0026 for the variance.
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(0.0102);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.0027);
  });

  it('give standard normal draws', () => {
    const random = kernel.seededRandom('normal');
    const draws = Array.from({ length: 20_000 }, () => kernel.normalDraw(random));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + x * x, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(20_000));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 20_000));
  });
});

describe('assertions', () => {
  it('crash with the reason', () => {
    expect(() => kernel.assert(false, 'never')).toThrow('assertion failed: never');
    expect(() => kernel.assert(1, 'fine')).not.toThrow();
    expect([kernel.ok(1), kernel.refused('no')]).toEqual([
      { ok: true, value: 1 },
      { ok: false, error: 'no' },
    ]);
  });
});
