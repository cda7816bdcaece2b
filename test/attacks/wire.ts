import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Bytes as an attacker writes them, because an HTTP client would mend or refuse them. */

export async function aSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  // A connection that the server cuts is what is waited for, not a failure of the test.
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Everything the server says until it closes, or until its first answer is whole. */
export async function answerTo(port: number, text: string | Buffer): Promise<string> {
  const socket = await aSocket(port);
  socket.write(text);
  return readAnswer(socket);
}

export function readAnswer(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const end = (): void => {
      socket.destroy();
      resolve(said);
    };
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
      const [head = '', body] = said.split('\r\n\r\n', 2);
      const length = /content-length: (\d+)/i.exec(head)?.[1];
      if (body !== undefined && length !== undefined && body.length >= Number(length)) end();
    });
    socket.on('close', end);
    socket.setTimeout(20_000, end);
  });
}

export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
