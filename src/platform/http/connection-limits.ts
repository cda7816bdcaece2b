import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Limits of connections and of what comes before a body. Bodies have theirs by route; streams by their idle time. */
export interface ConnectionLimits {
  /** Open at once, of all together; further ones are closed. */
  connectionsMax: number;
  /** Of one address, where addresses are true: not behind a proxy, and not of this machine. */
  connectionsPerAddressMax: number;
  /** From the first byte to the end of the headers. */
  headersTimeoutMs: number;
  /** How often connections are looked through for those that are late. */
  checkEveryMs: number;
  /** A connection without a byte in either direction for this long is closed; a slow but moving upload is not. */
  idleTimeoutMs: number;
  /** Between an answer and the next request: above the minute for which proxies keep theirs. */
  keepAliveTimeoutMs: number;
}

export const defaultConnectionLimits: ConnectionLimits = {
  connectionsMax: 4096,
  connectionsPerAddressMax: 512,
  headersTimeoutMs: 30_000,
  checkEveryMs: 5000,
  idleTimeoutMs: 120_000,
  keepAliveTimeoutMs: 72_000,
};

export const headerBytesMax = 16 * 1024;
const headersMax = 100;
/** Longer than any address of ours: filters are short, and what is long is a body. */
export const addressCharactersMax = 8192;

export function limitConnections(app: FastifyInstance, limits: ConnectionLimits, behindProxy: boolean): void {
  const { server } = app;
  server.headersTimeout = limits.headersTimeoutMs;
  server.maxHeadersCount = headersMax;
  server.maxConnections = limits.connectionsMax;
  if (behindProxy) return;
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    if (/^(?:::ffff:)?127\.|^::1$/.test(address)) return;
    const before = open.get(address) ?? 0;
    if (before >= limits.connectionsPerAddressMax) {
      socket.destroy();
      return;
    }
    open.set(address, before + 1);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}
