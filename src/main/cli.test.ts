// Goal: the command line answers by words, JSON and exit code as its help says. Method: the real command in a process
// of its own, with its own small data folder and embedded database.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { productFolder } from './version.ts';

const folder = mkdtempSync(join(tmpdir(), 'hortus-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

function run(args: readonly string[]) {
  const program = ['--import', 'tsx', join(productFolder(), 'src/main/cli.ts'), ...args];
  const environment = { ...process.env, HORTUS_DATA: undefined, DATABASE_URL: undefined };
  return spawn(process.execPath, program, { cwd: productFolder(), env: environment });
}

function started(...args: string[]) {
  const child = run(args);
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    saysSomething: Promise.race([
      new Promise<void>((resolve) => child.stdout.once('data', () => resolve())),
      ended.then(() => Promise.reject(new Error('the server ended before it said where it is'))),
    ]),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function hortus(...args: string[]): Promise<Ended> {
  const child = run(args);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...said })));
}

const man = ['--set', 'ageYears=66', '--set', 'psaNgPerMl=7.2', '--set', 'volumeMl=48', '--set', 'piRads=4'];

describe('the command line', () => {
  it('explains itself, with examples and exit codes', async () => {
    const [whole, one] = await Promise.all([hortus('--help'), hortus('status', '--help')]);
    expect([whole.code, one.code]).toEqual([0, 0]);
    expect(whole.out).toContain('Exit codes');
    expect(one.out).toContain('Examples:');
  }, 60_000);

  it('ends with 2 for a wrong command line, and 4 where nobody answers', async () => {
    const ends = await Promise.all([
      hortus('grow'),
      hortus('status', '--site', 'WESTHAVEN'),
      hortus('status', '--url', 'http://127.0.0.1:9'),
    ]);
    expect(ends.map(({ code }) => code)).toEqual([2, 2, 4]);
    expect(ends[2]?.err).toContain('Nothing answers');
  }, 60_000);

  it('tells every fault of a configuration at once, and ends with 2', async () => {
    const { code, err } = await hortus('serve', '--port', '99999', '--kind', 'toy', '--data', join(folder, 'none'));
    expect(code).toBe(2);
    expect(err).toContain('/port');
    expect(err).toContain('/kind');
  }, 60_000);

  it('predicts for one man and refuses a PSA of 0', async () => {
    const [answer, refusal] = await Promise.all([
      hortus('predict', 'tum-rc@1', ...man, '--json'),
      hortus('predict', 'tum-rc@1', ...man, '--set', 'psaNgPerMl=0'),
    ]);
    expect(answer.code).toBe(0);
    expect(JSON.parse(answer.out)).toMatchObject({ model: 'tum-rc@1', variant: 'vol only' });
    expect(refusal.code).toBe(3);
    expect(refusal.err).toContain('/psaNgPerMl');
  }, 60_000);

  it('predicts for a table, keeps refused rows in it, and then ends with 1', async () => {
    const file = join(folder, 'men.csv');
    writeFileSync(file, 'id,ageYears,psaNgPerMl,volumeMl,piRads\na,66,7.2,48,4\nb,66,text,48,4\n');
    const { code, out } = await hortus('predict', 'tum-rc@1', '--csv', file);
    expect(code).toBe(1);
    const [header, first, second] = out.trim().split('\n');
    expect(header).toBe('line,id,probability,variant,problems');
    expect(first).toMatch(/^2,a,0\.\d{6},vol only,/);
    expect(second).toMatch(/^3,b,,,.*psaNgPerMl/);
  }, 60_000);

  it('starts the database itself where nothing runs, and reports what it refused by line', async () => {
    const data = join(folder, 'data');
    const rows = join(folder, 'rows.ndjson');
    writeFileSync(rows, '{"caseId":"c1","site":"NOWHERE"}\nnot json\n');
    const server = started('serve', '--data', data, '--port', '0', '--json');
    await server.saysSomething.finally(server.stop);
    const sent = await hortus('import', 'predictions', rows, '--data', data, '--mode', 'rows', '--json');
    expect(sent.code).toBe(1);
    expect(JSON.parse(sent.out)).toMatchObject({ accepted: 0, refused: 2, refusedLines: [[1, 2]] });
    const verified = await hortus('ledger', 'verify', '--data', data, '--json');
    expect([verified.code, JSON.parse(verified.out).ok]).toEqual([0, true]);
    const shown = await hortus('status', '--model-version', 'mv_none', '--site', 'NOWHERE', '--data', data);
    expect([shown.code, shown.out.slice(0, 3)]).toEqual([1, 'NO:']);
    const other = await hortus('demo', '--data', data);
    expect([other.code, other.err.includes('conflict')]).toEqual([3, true]);
  }, 120_000);

  it('registers an organisation, its site and a person, and prints a link where a server runs', async () => {
    const data = join(folder, 'live');
    const server = started('serve', '--data', data, '--port', '0', '--json');
    try {
      await server.saysSomething;
      const organisation = await hortus('register', 'organisation', 'Lindenhof', '--data', data);
      expect([organisation.code, organisation.err]).toEqual([0, '']);
      const site = ['register', 'site', 'LINDENHOF', 'Lindenhof', '--organisation', 'Lindenhof', '--data', data];
      const person = ['register', 'person', 'M. Linde', '--organisation', 'LINDENHOF', '--data', data];
      expect((await hortus(...site)).code).toBe(0);
      expect((await hortus(...person, '--role', 'model-lead')).code).toBe(0);
      const [again, wrongRole, link] = await Promise.all([
        hortus(...site),
        hortus(...person, '--role', 'gardener'),
        hortus('sign-in', 'M. Linde', '--data', data),
      ]);
      expect([again.code, again.err.includes('conflict')]).toEqual([3, true]);
      expect([wrongRole.code, wrongRole.err.includes('/roles/0')]).toEqual([3, true]);
      expect(link.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in#hortus_[\w-]{43}\n$/);
    } finally {
      await server.stop();
    }
    const unserved = await hortus('sign-in', 'M. Linde', '--data', data);
    expect([unserved.code, unserved.err.includes('hortus serve')]).toEqual([3, true]);
  }, 120_000);
});
