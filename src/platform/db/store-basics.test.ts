import { describe, expect, it } from 'vitest';
import { type Instant, instant, sha256Hex } from '#kernel';
import { instantFromSql, migrate, readMigrations, sqlInstant } from './index.ts';
import { describeOnEveryDatabase } from './testing.ts';

describeOnEveryDatabase('connect', (open) => {
  it('gives days, times, intervals and wide numbers as the text of the database', async () => {
    const { pool } = await open();
    const { rows } =
      await pool.query(`select date '2026-03-29' as day, timestamptz '2026-03-29 02:30:00.123456+02' as at,
      interval '1 day 2 hours' as span, 1234567890.123456789012345::numeric as exact, 9007199254740993::int8 as wide,
      array[date '1900-01-01'] as days, array[0.1::numeric] as exacts, 7::int4 as small`);
    expect(rows).toEqual([
      {
        day: '2026-03-29',
        at: '2026-03-29 00:30:00.123456+00',
        span: 'P1DT2H',
        exact: '1234567890.123456789012345',
        wide: '9007199254740993',
        days: ['1900-01-01'],
        exacts: ['0.1'],
        small: 7,
      },
    ]);
  });

  it('brings instants through the database unchanged', async () => {
    const { pool } = await open();
    for (const text of ['1969-12-31T23:59:59.999Z', '2026-10-25T01:30:00.001Z', '2026-11-21T00:00:00Z']) {
      const { rows } = await pool.query('select $1::timestamptz as at', [sqlInstant(instant(text))]);
      expect(instantFromSql(rows[0].at)).toBe(instant(text));
    }
  });
});

describeOnEveryDatabase('migrate', (open) => {
  const extra = (sql: string) => ({ name: '9000_extra.sql', sql, sha256: sha256Hex(sql) });

  it('applies each migration once, also when several processes start together', async () => {
    const database = await open();
    const migrations = [...(await readMigrations()), extra('create table extra (id text)')];
    const runs = await Promise.all([1, 2, 3].map(() => migrate(database, { migrations })));
    expect(runs.flatMap((run) => run.applied)).toEqual(['9000_extra.sql']);
  });

  it('refuses a migration that was edited after it was applied', async () => {
    const database = await open();
    const migrations = await readMigrations();
    await migrate(database, { migrations: [...migrations, extra('create table extra (id text)')] });
    const edited = migrate(database, { migrations: [...migrations, extra('create table extra (id int)')] });
    await expect(edited).rejects.toMatchObject({
      code: 'schema-mismatch',
      detail: expect.stringContaining('9000_extra'),
    });
  });

  it('refuses the database of a newer version', async () => {
    const database = await open();
    const migrations = await readMigrations();
    await migrate(database, { migrations: [...migrations, extra('select 1')] });
    await expect(migrate(database, { migrations })).rejects.toMatchObject({ code: 'schema-mismatch' });
  });

  it('leaves nothing of a migration that fails, and says which', async () => {
    const database = await open();
    const migrations = [...(await readMigrations()), extra('create table half (id text); select 1 / 0')];
    await expect(migrate(database, { migrations })).rejects.toThrow('9000_extra.sql failed: division by zero');
    const { rows } = await database.pool.query("select to_regclass('half') as half");
    expect(rows).toEqual([{ half: null }]);
  });

  it('guards append-only tables', async () => {
    const { pool } = await open();
    await pool.query(`create table fact (id text); insert into fact values ('a');
      create trigger fact_append_only before update or delete on fact for each row execute function forbid_change()`);
    await expect(pool.query("update fact set id = 'b'")).rejects.toThrow('append-only');
    await expect(pool.query('delete from fact')).rejects.toThrow('append-only');
  });
});

describe('instantFromSql', () => {
  it('reads every offset and cuts microseconds downwards', () => {
    expect(instantFromSql('2026-03-29 02:30:00.123999+05:30')).toBe(instant('2026-03-28T21:00:00.123Z'));
    expect(instantFromSql('2026-03-29 02:30:00-03')).toBe(instant('2026-03-29T05:30:00Z'));
  });

  it('takes nothing else for an instant', () => {
    for (const text of ['infinity', '2026-03-29', '2026-03-29 02:30:00', ''])
      expect(() => instantFromSql(text)).toThrow();
    expect(() => sqlInstant(0.5 as Instant)).toThrow();
  });
});
