import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect as connectSocket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import pino from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Problem } from '#kernel';
import {
  assertSafeListen,
  createServer,
  defineRoute,
  listen,
  type Route,
  type ServerOptions,
  stopGracefully,
} from './index.ts';

/** Goal: what only shows on a real connection. Method: real sockets on loopback. */

const opened: ReturnType<typeof createServer>[] = [];

afterAll(async () => {
  for (const app of opened) await app.close();
});

function serve(options: Partial<ServerOptions<undefined>> & { routes?: Route<undefined>[] } = {}) {
  const app = createServer<undefined>({
    routes: [],
    authenticate: async () => undefined,
    allow: () => {},
    logger: pino({ level: 'silent' }),
    ...options,
  });
  opened.push(app);
  return app;
}

describe('a connection', () => {
  it('serves the next request after a stream was refused in the middle', { timeout: 10_000 }, async () => {
    let mayWrite = true;
    const route = defineRoute({
      method: 'POST',
      path: '/api/v1/garden/seeds',
      action: 'garden:sow',
      summary: 'Refuses after the first piece.',
      body: 'stream',
      response: z.object({}),
      handle: async ({ body }) => {
        for await (const _ of body) mayWrite = false;
        return {};
      },
    });
    const assertMayWrite = (): void => {
      if (!mayWrite) throw new Problem('storage-full');
    };
    const app = serve({ routes: [route as unknown as Route<undefined>], assertMayWrite });
    const { url } = await listen(app, { host: '127.0.0.1', port: 0, hasRealSignIn: false });
    const headers = { 'content-type': 'application/x-ndjson' };
    const send = () => fetch(`${url}${route.path}`, { method: 'POST', headers, body: 'x'.repeat(4_000_000) });
    expect((await send()).status).toBe(507);
    // Before a byte of the body is read, and on the same connection.
    expect((await send()).status).toBe(507);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  /** Streams a number of chunks and says how far the reader got, and how it ended. */
  function uploads() {
    const seen = { bytes: 0, ended: 'not yet', aborted: false };
    const upload = defineRoute({
      method: 'POST',
      path: '/api/v1/garden/upload',
      action: 'public',
      summary: 'Reads slowly.',
      body: 'stream',
      response: z.object({ bytes: z.number() }),
      handle: async ({ body, signal }) => {
        signal.addEventListener('abort', () => {
          seen.aborted = true;
        });
        try {
          for await (const chunk of body) {
            seen.bytes += (chunk as Buffer).length;
            if (seen.bytes < 1_000_000) await wait(20);
          }
          seen.ended = 'whole';
        } catch {
          seen.ended = 'broken';
        }
        return { bytes: seen.bytes };
      },
    });
    const download = defineRoute({
      method: 'GET',
      path: '/api/v1/garden/download',
      action: 'public',
      summary: 'Writes without end.',
      response: 'raw',
      handle: async ({ signal }) => {
        signal.addEventListener('abort', () => {
          seen.aborted = true;
        });
        return Readable.from(endless(seen));
      },
    });
    return { seen, routes: [upload, download] };
  }

  async function* endless(seen: { bytes: number }) {
    for (;;) {
      seen.bytes += 65_536;
      yield Buffer.alloc(65_536);
      await wait(0);
    }
  }

  const start = async (routes: Route<undefined>[], options: Partial<ServerOptions<undefined>> = {}) => {
    const app = serve({ ...options, routes });
    const { port } = await listen(app, { host: '127.0.0.1', port: 0, hasRealSignIn: false });
    return { app, port };
  };

  const ask = (port: number, path: string, method = 'GET'): ClientRequest => {
    const headers = method === 'POST' ? { 'content-type': 'application/x-ndjson' } : {};
    const asked = httpRequest({ host: '127.0.0.1', port, path, method, headers });
    asked.on('error', () => {});
    return asked;
  };

  const until = async (isSo: () => boolean): Promise<void> => {
    for (let i = 0; i < 200 && !isSo(); i++) await wait(10);
    expect(isSo()).toBe(true);
  };

  it('presses back on a sender who is faster than the reader, and passes all in the end', async () => {
    const { seen, routes } = uploads();
    const { port } = await start(routes);
    const upload = ask(port, '/api/v1/garden/upload', 'POST');
    const chunk = Buffer.alloc(1024 * 1024);
    let sent = 0;
    let mostAhead = 0;
    for (; sent < 40; sent++) {
      if (!upload.write(chunk)) await once(upload, 'drain');
      mostAhead = Math.max(mostAhead, (sent + 1) * chunk.length - seen.bytes);
    }
    upload.end();
    const [answer] = (await once(upload, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(200);
    expect(seen).toMatchObject({ bytes: 40 * chunk.length, ended: 'whole' });
    // Kernel buffers of a loopback connection hold some megabytes; the point is that it is not all forty.
    expect(mostAhead).toBeLessThan(20 * chunk.length);
  });

  it('that breaks in the middle of a body is an error to its reader, never an end', async () => {
    const { seen, routes } = uploads();
    const { port } = await start(routes);
    const upload = ask(port, '/api/v1/garden/upload', 'POST');
    upload.write('{"caseId":1}\n');
    await until(() => seen.bytes > 0);
    upload.destroy();
    await until(() => seen.ended === 'broken' && seen.aborted);
  });

  it('whose client has left stops the answer', async () => {
    const { seen, routes } = uploads();
    const { port } = await start(routes);
    const download = ask(port, '/api/v1/garden/download');
    download.end();
    const [answer] = (await once(download, 'response')) as [IncomingMessage];
    await once(answer, 'data');
    answer.destroy();
    await until(() => seen.aborted);
    await wait(50);
    const bytesThen = seen.bytes;
    await wait(100);
    expect(seen.bytes).toBe(bytesThen);
  });

  it('that sends a JSON body too slowly is refused and closed', async () => {
    const slow = defineRoute({
      method: 'POST',
      path: '/api/v1/garden/slow',
      action: 'public',
      summary: 'Waits.',
      body: z.object({}),
      response: z.object({}),
      handle: async () => ({}),
    });
    const { port } = await start([slow], { jsonBodyTimeoutMs: 50 });
    const socket = connectSocket(port, '127.0.0.1');
    const head = 'POST /api/v1/garden/slow HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json';
    socket.write(`${head}\r\ncontent-length: 100\r\n\r\n{`);
    const parts: Buffer[] = [];
    for await (const part of socket) parts.push(part as Buffer);
    expect(Buffer.concat(parts).toString()).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request-timeout"/);
  });

  it('opened before a shutdown is told to come back later', async () => {
    const { seen, routes } = uploads();
    const { app, port } = await start(routes);
    const running = ask(port, '/api/v1/garden/upload', 'POST');
    running.write('x');
    const waiting = connectSocket(port, '127.0.0.1');
    waiting.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n');
    await until(() => seen.bytes === 1);
    await wait(50);
    const stopped = stopGracefully(app, 2000);
    await wait(50);
    waiting.write('\r\n');
    const [answer] = (await once(waiting, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 503 [\s\S]*retry-after: 5[\s\S]*"code":"shutting-down"/);
    running.end();
    await stopped;
  });

  it('that does not speak HTTP gets a problem and is closed', async () => {
    const { port } = await start([]);
    const socket = connectSocket(port, '127.0.0.1');
    socket.end('NONSENSE\r\n\r\n');
    const parts: Buffer[] = [];
    for await (const part of socket) parts.push(part as Buffer);
    expect(Buffer.concat(parts).toString()).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*"code":"invalid-input"/,
    );
  });

  it('of a running request is left to finish at shutdown, and cut off when the grace is over', async () => {
    const { seen, routes } = uploads();
    const { app, port } = await start(routes);
    const patient = ask(port, '/api/v1/garden/upload', 'POST');
    patient.write('x');
    await until(() => seen.bytes === 1);
    const stoppedAtMs = performance.now();
    const stopped = stopGracefully(app, 3000);
    patient.end('y');
    const [answer] = (await once(patient, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    answer.resume();
    await stopped;
    expect(performance.now() - stoppedAtMs).toBeLessThan(2000);

    const stuck = uploads();
    const other = await start(stuck.routes);
    const endlessUpload = ask(other.port, '/api/v1/garden/upload', 'POST');
    endlessUpload.write('x');
    await until(() => stuck.seen.bytes === 1);
    const startedMs = performance.now();
    await stopGracefully(other.app, 100);
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });
});

describe('listening', () => {
  it('moves from a taken port to the next free one', async () => {
    const first = await listen(serve(), { host: '127.0.0.1', port: 0, hasRealSignIn: false });
    const second = await listen(serve(), { host: '127.0.0.1', port: first.port, hasRealSignIn: false });
    expect(first.moved).toBe(false);
    expect(second.moved).toBe(true);
    expect(second.port).toBeGreaterThan(first.port);
    const answer = await fetch(`${second.url}/healthz`);
    expect(answer.status).toBe(200);
    const only = listen(serve(), { host: '127.0.0.1', port: first.port, hasRealSignIn: false, portsTried: 1 });
    await expect(only).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('beyond this machine needs real sign-in', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'hospital.example', '127.0.0.1.evil.example', '']) {
      expect(() => assertSafeListen(host, false), host).toThrow(Problem);
      expect(() => assertSafeListen(host, true), host).not.toThrow();
    }
    for (const host of ['127.0.0.1', 'localhost', '::1', '127.0.0.2']) {
      expect(() => assertSafeListen(host, false), host).not.toThrow();
    }
    const refused = listen(serve(), { host: '0.0.0.0', port: 0, hasRealSignIn: false });
    await expect(refused).rejects.toMatchObject({ code: 'insecure-listen' });
  });
});
