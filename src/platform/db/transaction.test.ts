import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { Problem } from '#kernel';
import { inTransaction, toProblem } from './index.ts';
import { describeOnEveryDatabase } from './testing.ts';

describeOnEveryDatabase('inTransaction', (open) => {
  it('keeps all of the work or none of it', async () => {
    const { db } = await open();
    await sql`create table thing (id text primary key)`.execute(db);
    await inTransaction(db, (tx) => sql`insert into thing values ('kept')`.execute(tx));
    const failing = inTransaction(db, async (tx) => {
      await sql`insert into thing values ('lost')`.execute(tx);
      throw new Error('the work refuses');
    });
    await expect(failing).rejects.toThrow('the work refuses');
    const { rows } = await sql`select id from thing`.execute(db);
    expect(rows).toEqual([{ id: 'kept' }]);
  });

  it('tries conflicting transactions again until both have happened', async () => {
    const { db } = await open();
    await sql`create table counter (n int not null)`.execute(db);
    await sql`insert into counter values (0)`.execute(db);
    const increment = () =>
      inTransaction(
        db,
        async (tx) => {
          const { rows } = await sql<{ n: number }>`select n from counter`.execute(tx);
          await sql`update counter set n = ${rows[0]!.n + 1}`.execute(tx);
        },
        { isolation: 'serializable' },
      );
    await Promise.all([increment(), increment(), increment()]);
    const { rows } = await sql`select n from counter`.execute(db);
    expect(rows).toEqual([{ n: 3 }]);
  });

  it('says storage-unavailable when the server ends the connection', async () => {
    const { db } = await open();
    const cut = inTransaction(db, (tx) => sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx));
    await expect(cut).rejects.toMatchObject({ code: 'storage-unavailable' });
    const { rows } = await sql`select 1 as one`.execute(db);
    expect(rows).toEqual([{ one: 1 }]);
  });

  it('says storage-full when the server reports a full disk', async () => {
    const { db } = await open();
    const full = inTransaction(db, (tx) =>
      sql`do $$ begin raise exception 'full' using errcode = '53100'; end $$`.execute(tx),
    );
    await expect(full).rejects.toMatchObject({ code: 'storage-full' });
  });
});

describe('toProblem', () => {
  it('gives an error that is nobody’s to mend back as it came', () => {
    const error = new Error('column does not exist');
    expect(toProblem(error)).toBe(error);
  });

  it('tells the sender of a text that no database can keep', () => {
    const error = Object.assign(new Error('invalid byte sequence'), { code: '22021' });
    expect(toProblem(error)).toMatchObject({ code: 'invalid-input' });
  });

  it('leaves a Problem alone', () => {
    const problem = new Problem('conflict');
    expect(toProblem(problem)).toBe(problem);
  });
});
