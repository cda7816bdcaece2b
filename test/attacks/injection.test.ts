import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Attacked, anAttacked } from './attacked.ts';
import { answerTo, statusOf } from './wire.ts';

/**
 * Goal: what is sent is never taken for a path, a header or a line of the log. Method: a live installation with a web app
 * beside a secret file, on a real port, asked with bytes that no client would send.
 */

let house: Attacked;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hortus-attack-'));
  const webAppDir = join(folder, 'web');
  await mkdir(join(webAppDir, 'assets'), { recursive: true });
  await writeFile(join(webAppDir, 'index.html'), '<!doctype html><title>Hortus</title>');
  await writeFile(join(webAppDir, 'assets', 'index-Ab12_x-9.js'), 'export {};');
  await writeFile(join(webAppDir, '.env.txt'), 'SECRET-WITHIN');
  await writeFile(join(folder, 'secret.txt'), 'SECRET-OUTSIDE');
  house = await anAttacked({
    webAppDir,
    edge: { isSecure: true, securityContact: { contacts: ['mailto:a@b.example'] } },
  });
});
afterAll(async () => {
  await house.drop();
  await rm(folder, { recursive: true });
});

const get = (path: string, headers = ''): Promise<string> =>
  answerTo(house.port, `GET ${path} HTTP/1.1\r\nhost: localhost\r\n${headers}connection: close\r\n\r\n`);

describe('a path', () => {
  it('never leaves the folder of the web app, however it climbs', async () => {
    const climbs = [
      '..',
      '%2e%2e',
      '.%2e',
      '%2e.',
      '..%00',
      '%252e%252e',
      '..;',
      '....',
      '%c0%ae%c0%ae',
      '..%5c',
      '..\\',
    ];
    const separators = ['/', '%2f', '%5c', '%255c', '//'];
    for (const climb of climbs) {
      for (const separator of separators) {
        for (const start of ['/', '/assets/', '/api/v1/']) {
          const path = `${start}${climb}${separator}${climb}${separator}secret.txt`;
          const answer = await get(path);
          expect([path, answer.includes('SECRET'), statusOf(answer) < 500]).toEqual([path, false, true]);
        }
      }
    }
    for (const path of [
      '/.env.txt',
      '/%2eenv.txt',
      '/assets/../.env.txt',
      '/secret.txt%00.js',
      `/${folder}/secret.txt`,
    ]) {
      expect([path, (await get(path)).includes('SECRET')]).toEqual([path, false]);
    }
    expect(await get('/assets/index-Ab12_x-9.js')).toMatch(/^HTTP\/1\.1 200 [\s\S]*export \{\};/);
  });

  it('is an address here only: a whole URL of another host is refused', async () => {
    const answer = await answerTo(house.port, 'GET http://evil.example/healthz HTTP/1.1\r\nhost: evil.example\r\n\r\n');
    expect(statusOf(answer)).toBe(403);
  });
});

describe('a header of an answer', () => {
  it('cannot be written by who asks', async () => {
    const crlf = '%0d%0ax-injected:%20yes%0d%0aset-cookie:%20hortus_session=x';
    for (const path of [
      `/${crlf}`,
      `/api/v1/${crlf}`,
      `/api/v1/monitor/cases?find=${crlf}`,
      `/sign-in?returnTo=${crlf}`,
    ]) {
      const [head] = (await get(path, `x-request-id: ${crlf}\r\norigin: https://evil.example\r\n`)).split(
        '\r\n\r\n',
        1,
      );
      expect([path, /x-injected|set-cookie|evil/i.test(head!)]).toEqual([path, false]);
    }
  });

  it('tells browsers to come by TLS only, to load nothing strange, and to keep nothing of the API', async () => {
    const api = await house.send('/api/v1/problems');
    const page = await house.send('/');
    for (const { headers } of [api, page]) {
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toMatch("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*|http:/);
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('permissions-policy')).toMatch('camera=()');
      expect(headers.get('server') ?? headers.get('x-powered-by')).toBeNull();
    }
    expect(api.headers.get('cache-control')).toBe('no-store');
  });

  it('and security.txt says whom to tell, for less than a year', async () => {
    const answer = await house.send('/.well-known/security.txt');
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const text = await answer.text();
    expect(text).toMatch(/^Contact: mailto:a@b\.example$/m);
    const expires = Date.parse(/^Expires: (\S+)$/m.exec(text)?.[1] ?? '');
    const days = (expires - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(90);
    expect(days).toBeLessThan(365);
  });
});

describe('the log', () => {
  it('gets one line for each request, which nobody outside can write, with nothing of what they sent', async () => {
    const before = house.logged.length;
    const forged = '%0a%7b%22level%22:%22fatal%22,%22msg%22:%22PLANTED%22%7d';
    const headers = [
      'user-agent: PLANTED\u009b2J',
      'authorization: Bearer hortus_PLANTED',
      'cookie: hortus_session=PLANTED; PLANTED=1',
      'referer: http://localhost/PLANTED',
      'x-hortus-csrf: PLANTED',
      'x-forwarded-for: PLANTED',
    ].join('\r\n');
    const paths = [`/api/v1/monitor/cases/ALFA/PLANTED${forged}`, `/PLANTED${forged}`, `/healthz?PLANTED=${forged}`];
    for (const path of [...paths, '/api/v1/people/me?token=PLANTED']) await get(path, `${headers}\r\n`);
    await house.send('/api/v1/people/sign-in', { body: '{"link": "PLANTED' });
    await house.send('/api/v1/people/sign-in', { body: { link: 'PLANTED', PLANTED: 1 } });
    await answerTo(house.port, 'PLANTED NONSENSE\r\n\r\n');
    const lines = house.logged.slice(before);
    expect(lines.join('')).not.toContain('PLANTED');
    for (const line of lines) {
      expect(line.trimEnd()).not.toMatch(/[\r\n]/);
      expect(JSON.parse(line)).not.toMatchObject({ level: 'fatal' });
    }
    const requests = lines.filter((line) => line.includes('"msg":"request"'));
    expect(requests).toHaveLength(6);
    expect(lines.filter((line) => line.includes('no HTTP'))).toHaveLength(1);
    expect(requests[0]).toContain('"route":"/api/v1/monitor/cases/:site/:caseId"');
  });
});
