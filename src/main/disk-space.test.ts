import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { Problem } from '#kernel';
import { diskSpaceOf } from './disk-space.ts';

// Goal: a full disk is told as one, and nothing else is. Method: the rule with a measure of free bytes that is given.

const spaceWith = (freeMb: number | undefined) =>
  diskSpaceOf('/nowhere', () => (freeMb === undefined ? undefined : freeMb * 2 ** 20));

describe('disk space', () => {
  it('refuses to write below the reserve, and says how much is free', () => {
    expect(() => spaceWith(129).assertRoom()).not.toThrow();
    expect(() => spaceWith(100).assertRoom()).toThrow('100 MiB are free');
    expect(() => spaceWith(undefined).assertRoom()).not.toThrow();
  });

  it('tells a database that died of a full disk from one that merely went away', () => {
    const away = new Problem('storage-unavailable');
    expect(spaceWith(10).explain(away)).toMatchObject({ code: 'storage-full', cause: away });
    expect(spaceWith(1000).explain(away)).toBe(away);
    const other = new Problem('conflict');
    expect(spaceWith(10).explain(other)).toBe(other);
  });

  it('measures a folder that is there', () => {
    expect(() => diskSpaceOf(tmpdir()).explain(new Error('any'))).not.toThrow();
  });
});
