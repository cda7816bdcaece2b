import { describe, expect, it } from 'vitest';
import { createLogger, loggable } from './index.ts';

/** Goal: no secret and no identifying value gets into the log, whichever way it is handed over. Method: plant them. */

const secret = `hortus_${'Ab1_'.repeat(10)}xyz`;
const pseudonym = 'NL-PSEUDONYM-0042';

function collect(): {
  log: ReturnType<typeof createLogger>;
  text: () => string;
  lines: () => Record<string, unknown>[];
} {
  const written: string[] = [];
  const log = createLogger({ level: 'trace', destination: { write: (line: string) => written.push(line) } });
  return { log, text: () => written.join(''), lines: () => written.map((line) => JSON.parse(line)) };
}

describe('the log', () => {
  it('writes one JSON object a line with time, level and message', () => {
    const { log, lines } = collect();
    log.info({ route: '/api/v1/monitor/claims/:claimId', status: 200 }, 'request');
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/Z$/),
        route: '/api/v1/monitor/claims/:claimId',
        status: 200,
        msg: 'request',
      },
    ]);
  });

  const ways: [string, (log: ReturnType<typeof createLogger>) => void][] = [
    ['a field with a telling key', (log) => log.info({ caseId: pseudonym, token: 'opaque-secret-value' }, 'x')],
    ['a field nested in arrays', (log) => log.info({ batch: [{ Patient_ID: pseudonym }] }, 'x')],
    ['fields of a child', (log) => log.child({ pseudonym, set_cookie: secret }).info('x')],
    ['fields of a grandchild', (log) => log.child({}).child({ password: 'opaque-secret-value' }).info('x')],
    ['the message', (log) => log.info(`signed in with ${secret}`)],
    ['an argument of the message', (log) => log.info('signed in with %s', secret)],
    ['an object as an argument of the message', (log) => log.info('body %o', { body: pseudonym })],
    ['a header in the message', (log) => log.info('Authorization: Bearer opaque-secret-value')],
    ['a token that is signed', (log) => log.info(`got eyJhbGciOiJub25lIn0.eyJzdWIiOiJ${pseudonym}.c2ln`)],
    ['the answer of an identity provider', (log) => log.info(`/callback?code=opaque-secret-value&state=${pseudonym}`)],
    ['the form of a token request', (log) => log.info('client_secret=opaque-secret-value&x=1')],
    [
      'the claims of somebody',
      (log) => log.info({ claims: { sub: pseudonym }, id_token: secret, csrfToken: secret }, 'x'),
    ],
    ['where somebody sits', (log) => log.info({ remoteAddress: pseudonym, ip: pseudonym }, 'x')],
    ['the password of a database', (log) => log.info('postgres://hortus:opaque-secret-value@db/hortus')],
    ['an error as the only argument', (log) => log.error(new Error(`bad row ${pseudonym}`))],
    ['an error in a field', (log) => log.error({ err: new Error(pseudonym) })],
    ['an error under another key', (log) => log.error({ failure: new Error(pseudonym) }, 'x')],
    ['the cause of an error', (log) => log.error({ err: new TypeError('x', { cause: new Error(pseudonym) }) }, 'x')],
    ['the error of a parser', (log) => log.error({ err: errorOf(() => JSON.parse(`${pseudonym}`)) }, 'x')],
    ['the error of a database', (log) => log.error({ err: databaseError() }, 'x')],
    ['a message that goes over lines', (log) => log.error({ err: new Error(`first\n    at ${pseudonym}\nlast`) }, 'x')],
    ['an object with a class', (log) => log.info({ request: new Request(`http://h/?case=${pseudonym}`) }, 'x')],
    ['bytes', (log) => log.info({ chunk: Buffer.from(pseudonym) }, 'x')],
  ];
  for (const [name, write] of ways) {
    it(`keeps out what is planted in ${name}`, () => {
      const { log, text, lines } = collect();
      write(log);
      expect(lines()).toHaveLength(1);
      for (const planted of [secret, pseudonym, 'opaque-secret-value']) expect(text()).not.toContain(planted);
    });
  }

  it('is one line, whatever is written into it, and makes no terminal do anything', () => {
    const { log, text, lines } = collect();
    const hostile = 'x\r\n{"level":"info","msg":"forged"}\u001b[2J\u0085\u009b31m\u2028\u202ereversed\u007f\u0000';
    log.info({ note: hostile }, hostile);
    expect(
      text()
        .trimEnd()
        .split(/[\r\n\u0085\u2028\u2029]/),
    ).toHaveLength(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    expect(text().trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(lines()).toMatchObject([{ note: hostile, msg: hostile }]);
  });

  it('keeps what an operator needs of an error: class, code, constraint and where it came from', () => {
    const { log, lines } = collect();
    log.error({ err: databaseError() }, 'request failed');
    const [line] = lines();
    expect(line?.err).toMatchObject({
      type: 'error',
      code: '23505',
      constraint: 'monitor_case_key',
      message: '[withheld]',
    });
    expect(line).toHaveProperty('err.stack', expect.stringContaining('logger.test.ts'));
  });

  it('keeps messages that cannot quote data', () => {
    expect(loggable(new RangeError('assertion failed: a bin has a width'))).toMatchObject({
      message: 'assertion failed: a bin has a width',
    });
  });

  it('stays bounded for what is deep, long or circular', () => {
    const ring: Record<string, unknown> = { long: 'x'.repeat(100_000) };
    ring.self = ring;
    ring.many = Array.from({ length: 10_000 }, (_, i) => i);
    const { log, text, lines } = collect();
    log.info(ring, 'x');
    expect(lines()).toHaveLength(1);
    expect(text().length).toBeLessThan(20_000);
  });
});

function errorOf(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

function databaseError(): Error {
  const error = new Error(`duplicate key value: (case_id)=(${pseudonym})`);
  const facts = {
    code: '23505',
    constraint: 'monitor_case_key',
    detail: `Key (case_id)=(${pseudonym})`,
    severity: 'ERROR',
  };
  return Object.assign(error, { name: 'error' }, facts);
}
