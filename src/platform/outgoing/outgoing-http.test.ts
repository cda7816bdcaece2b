import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { Problem } from '#kernel';
import { classOfAddress } from './address-class.ts';
import { type OutgoingPolicy, type OutgoingRequest, outgoing, outgoingFetch } from './index.ts';

/**
 * Goal: nothing that leaves this house reaches what it must not, whatever an address says, resolves to or redirects to.
 * Method: real servers on loopback that would answer; names by a resolver with behaviour, because the test has no DNS.
 */

const opened: Server[] = [];

afterAll(() => {
  for (const server of opened) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server on loopback, and whatever has reached it. */
async function aServer(listener: RequestListener = (_, answer) => answer.end('reached')) {
  const reached: IncomingMessage[] = [];
  const server = createServer((request, answer) => {
    reached.push(request);
    listener(request, answer);
  });
  opened.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, reached, url: `http://127.0.0.1:${port}` };
}

const refusal = async (address: string, policy: OutgoingPolicy = {}, request: OutgoingRequest = {}) => {
  const answer = await outgoing(address, request, { timeoutMs: 5000, ...policy }).catch((error: unknown) => error);
  return answer instanceof Problem ? answer.code : answer;
};

const loopback: OutgoingPolicy = { isOnLoopback: true };
const toRedirect =
  (location: string, status = 302): RequestListener =>
  (_, answer) =>
    answer.writeHead(status, { location }).end();

describe('an address', () => {
  it('within this machine or its networks is refused in every way to write it', async () => {
    const { port, reached } = await aServer();
    const hosts = [
      ...['127.0.0.1', '127.1', '2130706433', '0x7f.0.0.1', '0177.0.0.1', 'localhost', 'LOCALHOST', '127.0.0.1.'],
      ...['0.0.0.0', '0', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]'],
      ...['[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2001:0:7f00:1::]', '[fec0::1]'],
      ...['10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', '[fc00::1]', '169.254.169.254', '[fe80::1]'],
      ...['224.0.0.1', '[ff02::1]', '255.255.255.255', '192.0.0.192', '198.18.0.1', '240.0.0.1', '①②⑦.0.0.1'],
    ];
    for (const host of hosts) {
      for (const scheme of ['http', 'https']) {
        expect([host, await refusal(`${scheme}://${host}:${port}/`)]).toEqual([host, 'address-refused']);
      }
    }
    expect(reached).toHaveLength(0);
  });

  it('with another scheme, with credentials, or over plain http is refused', async () => {
    const texts = [
      'file:///etc/passwd',
      'ftp://192.0.2.1/',
      'gopher://127.0.0.1:70/',
      'data:text/plain,x',
      'no address',
    ];
    for (const text of [...texts, 'http://93.184.215.14/', 'https://user:password@93.184.215.14/']) {
      expect([text, await refusal(text)]).toEqual([text, 'address-refused']);
    }
  });

  it('whose name resolves inside is refused, also if only one of its addresses does', async () => {
    const { port, reached } = await aServer();
    for (const inside of ['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', '::ffff:10.0.0.1', 'fd00::1']) {
      const resolve = async () => ['93.184.215.14', inside];
      const policy = { resolve, isOnLoopback: true };
      expect([inside, await refusal(`https://model.example:${port}/`, policy)]).toEqual([inside, 'address-refused']);
    }
    expect(reached).toHaveLength(0);
  });

  it('is resolved once, and what was checked is what is connected to', async () => {
    const { port, reached } = await aServer();
    let asked = 0;
    // A name of an attacker who answers otherwise the second time.
    const resolve = async () => (asked++ === 0 ? ['127.0.0.1'] : ['192.0.2.1']);
    const origin = `http://named.example:${port}`;
    const answer = await outgoing(`${origin}/x`, {}, { resolve, allowedOrigins: [origin] });
    expect([answer.status, asked, reached[0]?.headers.host]).toEqual([200, 1, `named.example:${port}`]);
  });

  it('that the operator has named may lie inside, with exactly its scheme, host and port; link-local never', async () => {
    const [named, other] = [await aServer(), await aServer()];
    const policy = { allowedOrigins: [named.url, 'https://169.254.169.254', 'http://169.254.169.254'] };
    expect((await outgoing(`${named.url}/a?b`, {}, policy)).status).toBe(200);
    expect(await refusal(other.url, policy)).toBe('address-refused');
    expect(await refusal(`http://localhost:${named.port}/`, policy)).toBe('address-refused');
    expect(await refusal('http://169.254.169.254/latest/meta-data/', policy)).toBe('address-refused');
    expect(other.reached).toHaveLength(0);
  });

  it('on loopback may be asked by an installation that is itself there, and nothing else within', async () => {
    const { url, port } = await aServer();
    expect((await outgoing(url, {}, loopback)).status).toBe(200);
    expect(
      (await outgoing(`http://localhost:${port}`, {}, { ...loopback, resolve: async () => ['127.0.0.1'] })).status,
    ).toBe(200);
    for (const inside of ['http://10.0.0.1/', 'https://192.168.0.1/', 'http://169.254.169.254/', 'http://0.0.0.0/']) {
      expect([inside, await refusal(inside, loopback)]).toEqual([inside, 'address-refused']);
    }
  });

  it('is public only if its class says so: a property over all IPv4 addresses, in the IPv6 forms that carry them', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
        const inside =
          a === 10 || a === 127 || a === 0 || a >= 224 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168);
        if (inside || (a === 169 && b === 254) || (a === 100 && b >= 64 && b < 128)) {
          expect(classOfAddress(address)).not.toBe('public');
        }
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        for (const carrier of [`::ffff:${hex}`, `64:ff9b::${hex}`, `2002:${hex}::`, `::${hex}`]) {
          expect(['never', 'loopback']).toContain(classOfAddress(carrier));
        }
      }),
      { seed: 3, numRuns: 2000 },
    );
  });
});

describe('a redirect', () => {
  it('is followed a few times, and no more', async () => {
    const { url } = await aServer((request, answer) => {
      const left = Number(request.url!.slice(1));
      if (left === 0) answer.end('arrived');
      else answer.writeHead(302, { location: `/${left - 1}` }).end();
    });
    const answer = await outgoing(`${url}/3`, {}, loopback);
    expect(Buffer.from(answer.body).toString()).toBe('arrived');
    expect(answer.url).toBe(`${url}/0`);
    expect(await refusal(`${url}/4`, loopback)).toBe('address-refused');
    expect(await refusal(`${url}/1`, loopback, { redirect: 'error' })).toBe('address-refused');
    expect((await outgoing(`${url}/1`, { redirect: 'manual' }, loopback)).status).toBe(302);
  });

  it('to where a first hop may not go is refused', async () => {
    const inner = await aServer();
    for (const target of [
      'http://169.254.169.254/latest/',
      'http://10.0.0.1/',
      'file:///etc/passwd',
      'http://[::ffff:127.0.0.1]/',
    ]) {
      const { url } = await aServer(toRedirect(target));
      expect([target, await refusal(url, loopback)]).toEqual([target, 'address-refused']);
    }
    // The named origin is within, but may not send us to another service of this machine.
    const { url } = await aServer(toRedirect(inner.url));
    expect(await refusal(url, { allowedOrigins: [url] })).toBe('address-refused');
    expect(inner.reached).toHaveLength(0);
  });

  it('leaves credentials with the origin they were meant for', async () => {
    const second = await aServer();
    const first = await aServer(toRedirect(`${second.url}/next`, 307));
    const headers = { authorization: 'Bearer PLANTED', cookie: 'a=PLANTED', 'x-kept': 'yes' };
    await outgoing(first.url, { method: 'POST', headers, body: 'b=1' }, loopback);
    expect(first.reached[0]!.headers.authorization).toBe('Bearer PLANTED');
    expect(second.reached[0]!.method).toBe('POST');
    expect(second.reached[0]!.headers).toMatchObject({ 'x-kept': 'yes' });
    expect(JSON.stringify(second.reached[0]!.headers)).not.toContain('PLANTED');
  });

  it('of a POST by 303 is a GET without its body', async () => {
    const second = await aServer();
    const first = await aServer(toRedirect(second.url, 303));
    await outgoing(first.url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }, loopback);
    expect(second.reached[0]).toMatchObject({ method: 'GET' });
    expect(second.reached[0]!.headers).not.toHaveProperty('content-type');
    expect(second.reached[0]!.headers).not.toHaveProperty('content-length');
  });
});

describe('an answer', () => {
  it('that is too large, announced or not, or compressed, or late, is given up', async () => {
    const listeners: Record<string, RequestListener> = {
      announced: (_, answer) => answer.writeHead(200, { 'content-length': '5000' }).write('x'),
      endless: (_, answer) => {
        const more = () => {
          while (!answer.destroyed && answer.write('x'.repeat(1000)));
        };
        answer.on('drain', more);
        more();
      },
      compressed: (_, answer) => answer.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
      silent: () => {},
      dripping: (_, answer) => answer.writeHead(200).write('x'),
      broken: (request) => request.socket.destroy(),
    };
    for (const [name, listener] of Object.entries(listeners)) {
      const { url } = await aServer(listener);
      const code = await refusal(url, { ...loopback, bytesMax: 1000, timeoutMs: 400 });
      expect([name, code]).toEqual([name, 'upstream-unavailable']);
    }
  });

  it('whose name takes too long, or is unknown, is upstream-unavailable', async () => {
    const never = () => new Promise<string[]>(() => {});
    expect(await refusal('https://slow.example/', { resolve: never, timeoutMs: 100 })).toBe('upstream-unavailable');
    const unknown = async () => Promise.reject(new Error('ENOTFOUND'));
    expect(await refusal('https://none.example/', { resolve: unknown })).toBe('upstream-unavailable');
  });

  it('is told by origin and status only, and a failure quotes nothing of the address', async () => {
    const { url } = await aServer();
    const lines: unknown[] = [];
    const onAnswer = (line: unknown): void => void lines.push(line);
    const headers = { authorization: 'Bearer PLANTED' };
    await outgoing(`${url}/PLANTED?token=PLANTED`, { headers }, { ...loopback, onAnswer });
    expect(lines).toEqual([{ method: 'GET', origin: url, status: 200, durationMs: expect.any(Number) }]);
    const failure = await outgoing('https://PLANTED:PLANTED@127.0.0.1/PLANTED', {}).catch((error: Problem) => error);
    expect((failure as Problem).message).not.toContain('PLANTED');
  });
});

describe('the fetch', () => {
  it('speaks like the one of the platform', async () => {
    const { url, reached } = await aServer((request, answer) => {
      answer.setHeader('set-cookie', ['a=1', 'b=2']);
      if (request.url === '/none') answer.writeHead(204).end();
      else request.pipe(answer.writeHead(201, { 'content-type': 'application/json' }));
    });
    const ask = outgoingFetch(loopback);
    const answer = await ask(`${url}/x`, { method: 'POST', body: new URLSearchParams({ a: '{"b":1}' }) });
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      201,
      'application/json',
      'a=%7B%22b%22%3A1%7D',
    ]);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(reached[0]!.headers['content-type']).toMatch('application/x-www-form-urlencoded');
    expect(await (await ask(new URL(`${url}/none`))).text()).toBe('');
  });

  it('is aborted by its caller with the caller’s reason', async () => {
    const { url } = await aServer(() => {});
    const reason = new Error('changed my mind');
    const stop = new AbortController();
    const asked = outgoingFetch(loopback)(url, { signal: stop.signal });
    stop.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });
});
