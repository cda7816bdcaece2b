import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Attacked, anAttacked, codeOf } from './attacked.ts';
import { answerTo, aSocket, readAnswer, statusOf } from './wire.ts';

/**
 * Goal: too much, too slow and too large is refused early and logged, and whoever asks meanwhile is answered.
 * Method: a live installation on a real port behind a proxy's headers, so that the attacker and the others have addresses
 * of their own; low limits said explicitly. HORTUS_FLOOD=100000 makes the flood as large as it is named.
 */

const flooded = Number(process.env.HORTUS_FLOOD ?? 20_000);
const addressLimit = 200;
let house: Attacked;
let machine: string;

beforeAll(async () => {
  house = await anAttacked({
    edge: {
      behindProxy: true,
      rateLimits: { address: addressLimit, signIn: 5, writes: 20, alsoLoopback: false },
      connectionLimits: { headersTimeoutMs: 1000, checkEveryMs: 100 },
    },
  });
  const { people } = await house.aHospital('ALFA', ['operator']);
  machine = (await house.aToken(people.operator!, ['monitor:send-predictions'])).secret;
});
afterAll(() => house.drop());

const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });

async function assertServes(): Promise<void> {
  const health = await house.send('/healthz', { headers: from('198.51.100.7') });
  expect([health.status, await health.text()]).toEqual([200, expect.stringContaining('"ok"')]);
  expect((await house.send('/api/v1/people/me', { headers: from('198.51.100.7') })).status).toBe(200);
}

describe('a flood', () => {
  it(`of ${flooded} requests is refused with the time to wait, and others are served meanwhile`, {
    timeout: 300_000,
  }, async () => {
    const batch = 25;
    const perSocket = Math.ceil(flooded / 40 / batch) * batch;
    const request = 'GET /api/v1/monitor/claims HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 203.0.113.9\r\n\r\n';
    const statuses = new Map<string, number>();
    const flood = async (): Promise<void> => {
      const socket = await aSocket(house.port);
      let answered = 0;
      let said = '';
      let wake = (): void => {};
      socket.once('close', () => wake());
      socket.on('data', (chunk: Buffer) => {
        said += chunk.toString('latin1');
        for (const [, status] of said.matchAll(/HTTP\/1\.1 (\d{3})/g)) {
          answered++;
          statuses.set(status!, (statuses.get(status!) ?? 0) + 1);
        }
        // A status line may be cut in two.
        said = /HTTP\/1\.1 \d{0,2}$|HTTP?\/?1?\.?1?$/.exec(said)?.[0] ?? '';
        wake();
      });
      for (let sent = 0; sent < perSocket; sent += batch) {
        socket.write(request.repeat(batch));
        while (answered < sent + batch && !socket.destroyed) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
      socket.destroy();
    };
    const running = Promise.all(Array.from({ length: 40 }, flood));
    await assertServes();
    await running;
    const total = [...statuses.values()].reduce((a, b) => a + b, 0);
    expect(total).toBe(perSocket * 40);
    // A minute may turn within the flood, and the limit begins anew.
    const passed = statuses.get('401') ?? 0;
    expect(passed).toBeLessThanOrEqual(addressLimit * 3);
    expect(passed + (statuses.get('429') ?? 0)).toBe(total);
    await assertServes();
    const refused = await house.send('/api/v1/monitor/claims', { headers: from('203.0.113.9') });
    expect(await codeOf(refused)).toBe('too-many-requests');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit-limit')).toBe(String(addressLimit));
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect(house.logged.some((line) => line.includes('"status":429'))).toBe(true);
  });

  it('is not escaped by addresses that the attacker writes before the proxy’s', async () => {
    const statuses = new Set<number>();
    for (let i = 0; i < addressLimit + 20; i += 20) {
      const batch = Array.from({ length: 20 }, (_, k) =>
        house.send('/nowhere', { headers: from(`10.0.${i >> 4}.${k}, 203.0.113.50`) }),
      );
      for (const { status } of await Promise.all(batch)) statuses.add(status);
    }
    expect([...statuses].sort()).toEqual([404, 429]);
  });

  it('of guessed links is stopped after a few, from one address', async () => {
    const body = { link: `hortus_${'A'.repeat(43)}` };
    const guess = async (address: string) =>
      (await house.send('/api/v1/people/sign-in', { body, headers: from(address) })).status;
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push(await guess('203.0.113.10'));
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect(await guess('203.0.113.11')).toBe(401);
    // One network of IPv6 is one address.
    for (let i = 0; i < 5; i++) await guess(`2001:db8:1:2::${i}`);
    expect(await guess('2001:db8:1:2:ffff::1')).toBe(429);
  });

  it('in one person’s name is refused from wherever it comes, and never hinders machines or the local operator', async () => {
    const { people } = await house.aHospital('BETA', ['operator']);
    const write = async (as: { session?: string; token?: string }, i: number) =>
      (await house.send('/api/v1/people/tokens', { body: {}, ...as, headers: from(`198.51.100.${i}`) })).status;
    const statuses: number[] = [];
    for (let i = 0; i < 22; i++) statuses.push(await write(people.operator!, i));
    expect(statuses.filter((status) => status === 422)).toHaveLength(20);
    expect(statuses.slice(-2)).toEqual([429, 429]);
    for (let i = 0; i < 22; i++) expect(await write({ token: machine }, i)).toBe(403);
    for (let i = 0; i < 22; i++) expect(await write(house.operator, i)).not.toBe(429);
  });
});

describe('slowness', () => {
  it('of 200 connections that never finish their headers ends them, and hinders nobody', {
    timeout: 60_000,
  }, async () => {
    const sockets = await Promise.all(Array.from({ length: 200 }, () => aSocket(house.port)));
    const closed = sockets.map((socket) => once(socket, 'close'));
    for (const socket of sockets) {
      socket.resume();
      socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n');
    }
    const drip = setInterval(() => {
      for (const socket of sockets) if (!socket.destroyed) socket.write('x-a: b\r\n');
    }, 100);
    await assertServes();
    await Promise.all(closed);
    clearInterval(drip);
    await assertServes();
  });
});

describe('a body', () => {
  const headOf = (path: string, more: string): string =>
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 203.0.113.77\r\n${more}\r\n\r\n`;
  const chunk = Buffer.alloc(64 * 1024, 0x20);
  const gigabyte = 1024 ** 3;

  /** Sends until it is answered or a gigabyte is out. @returns the answer, and how much was taken. */
  async function pour(head: string, isChunked: boolean) {
    const socket = await aSocket(house.port);
    let isAnswered = false;
    const answer = readAnswer(socket).finally(() => {
      isAnswered = true;
    });
    socket.write(head);
    const piece = isChunked
      ? Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')])
      : chunk;
    let sent = 0;
    while (!isAnswered && !socket.destroyed && sent < gigabyte) {
      sent += chunk.length;
      if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), answer, once(socket, 'close')]);
      else await wait(0);
    }
    return { answer: await answer, sent };
  }

  it('of a gigabyte is refused before it is read, announced or not, and takes no memory', {
    timeout: 120_000,
  }, async () => {
    const { arrayBuffers } = process.memoryUsage();
    const json = 'content-type: application/json';
    const ndjson = 'content-type: application/x-ndjson';
    const attempts: [string, string, boolean, number, string][] = [
      ['/api/v1/people/sign-in', `${json}\r\ncontent-length: ${gigabyte}`, false, 413, 'body-too-large'],
      ['/api/v1/people/sign-in', `${json}\r\ntransfer-encoding: chunked`, true, 413, 'body-too-large'],
      ['/api/v1/monitor/predictions', `${ndjson}\r\ntransfer-encoding: chunked`, true, 401, 'not-signed-in'],
      ['/api/v1/nowhere', `${json}\r\ncontent-length: ${gigabyte}`, false, 413, 'body-too-large'],
      [
        '/api/v1/monitor/predictions',
        `${ndjson}\r\nauthorization: Bearer ${machine}\r\ntransfer-encoding: chunked`,
        true,
        422,
        'invalid-input',
      ],
    ];
    for (const [path, headers, isChunked, status, code] of attempts) {
      const { answer, sent } = await pour(headOf(path, headers), isChunked);
      expect([path, isChunked, statusOf(answer), answer.includes(`"code":"${code}"`)]).toEqual([
        path,
        isChunked,
        status,
        true,
      ]);
      // What lies in the buffers of a loopback connection, and nothing near a gigabyte.
      expect(sent).toBeLessThan(32 * 1024 ** 2);
      expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(50 * 1024 ** 2);
    }
    await assertServes();
  });

  it('of JSON that is deep, or poisons prototypes, or is packed, is refused and never a failure of ours', async () => {
    const deep = 400_000;
    const bodies: [string, string | Buffer, Record<string, string>][] = [
      ['arrays', '['.repeat(deep), {}],
      ['closed arrays', '['.repeat(deep) + ']'.repeat(deep), {}],
      ['objects', '{"a":'.repeat(deep / 4), {}],
      ['just too deep', `${'['.repeat(65)}${']'.repeat(65)}`, {}],
      ['deep behind a string', `{"a":"\\\\","b":${'['.repeat(70)}1${']'.repeat(70)}}`, {}],
      ['a prototype', '{"__proto__":{"isAdmin":true},"link":"x"}', {}],
      ['a prototype twice', '{"__proto__":1,"__proto__":{"a":1}}', {}],
      ['a prototype in escapes', '{"\\u005f\\u005fproto\\u005f\\u005f":{"a":1}}', {}],
      ['a constructor', '{"constructor":{"prototype":{"a":1}}}', {}],
      ['nothing', '', {}],
      ['half a string', '{"link":"', {}],
      ['gzip', gzipSync(JSON.stringify({ link: ' '.repeat(10_000_000) })), { 'content-encoding': 'gzip' }],
    ];
    for (const [i, [name, body, headers]] of bodies.entries()) {
      const answer = await fetch(`${house.url}/api/v1/people/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...from(`198.51.100.${100 + i}`), ...headers },
        body: typeof body === 'string' ? body : new Uint8Array(body),
      });
      const code = await codeOf(answer);
      expect([name, answer.status, code]).toEqual([name, 400, 'invalid-json']);
    }
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined();
    const packed = await house.send('/api/v1/monitor/predictions', {
      body: 'x',
      token: machine,
      headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
    });
    expect(packed.status).toBe(415);
  });

  it('or header that could be read in two ways is refused and the connection closed', async () => {
    const line = 'POST /api/v1/people/sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
    const smuggled = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n';
    const attempts: [string, string, number][] = [
      ['two lengths', `${line}content-length: 2\r\ncontent-length: 40\r\n\r\n{}${smuggled}`, 400],
      ['length and chunks', `${line}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`, 400],
      ['strange coding', `${line}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`, 400],
      ['a bare newline', `${line}x: a\nx-injected: b\r\n\r\n`, 400],
      ['a folded line', `${line}x: a\r\n b\r\n\r\n`, 400],
      ['a NUL', `${line}x: a\u0000b\r\n\r\n`, 400],
      ['headers of a megabyte', `${line}x: ${'a'.repeat(1024 * 1024)}\r\n\r\n`, 431],
      ['a long address', `GET /${'a'.repeat(12_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`, 422],
      ['another host', 'GET /healthz HTTP/1.1\r\nhost: evil.example\r\n\r\n', 403],
      ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
      ['two hosts', 'GET /healthz HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n\r\n', 422],
    ];
    for (const [name, text, status] of attempts) {
      const answer = await answerTo(house.port, text);
      expect([name, statusOf(answer)]).toEqual([name, status]);
      expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    }
    await assertServes();
  });
});
