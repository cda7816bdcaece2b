import type { Readable } from 'node:stream';

/** A form as it was posted (application/x-www-form-urlencoded); its length is limited by the route. */
export async function readForm(body: Readable): Promise<URLSearchParams> {
  return new URLSearchParams(await readText(body));
}

export async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
