import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { exportJWK, generateKeyPair } from 'jose';

const program = '/usr/bin/glewlwyd';
const installer = '/usr/bin/apt-get';
const documents = '/usr/share/doc/glewlwyd';

/** Whether the provider is here, or can be installed; else the reason why not. */
export function ensureGlewlwyd(): string | undefined {
  const isThere = () => existsSync(program) && existsSync('/usr/bin/sqlite3');
  if (isThere()) return undefined;
  if (process.platform !== 'linux' || process.geteuid?.() !== 0 || !existsSync(installer)) {
    return 'the Debian package glewlwyd is not installed, and only root on Debian can install it';
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { encoding: 'utf8', timeout: 300_000, env } as const;
  spawnSync(installer, ['update', '-qq'], options);
  spawnSync(installer, ['install', '-y', '-qq', '--no-install-recommends', 'glewlwyd', 'sqlite3'], options);
  return isThere() ? undefined : 'apt-get could not install glewlwyd';
}

export interface Glewlwyd {
  issuer: string;
  /** The browser's way: with the person's session, to the address, and back to where it leads. */
  visit(address: string): Promise<string | undefined>;
  rotateKeys(): Promise<void>;
  /** Ends the person's session there, as its own page does after a yes. */
  endSession(sid: string): Promise<number>;
  close(): Promise<void>;
}

export const clientId = 'hortusclient';
export const clientSecret = 'secretofthetest';

/** Starts the provider on an empty folder and sets it up over its own API: a key, a client, one person. */
export async function startGlewlwyd(client: {
  redirectUri: string;
  afterLogout: string;
  backChannel: string;
}): Promise<Glewlwyd> {
  const folder = mkdtempSync(join(tmpdir(), 'hortus-glewlwyd-'));
  const port = await freePort();
  const base = `http://localhost:${port}`;
  const server = serve(folder, port);
  const ask = asker(base);
  await untilAnswers(base, server);
  const admin = await ask('POST', '/api/auth/', { body: { username: 'admin', password: 'password' } });
  const asAdmin = { cookie: admin.cookie };
  const plugin = async () => ({
    module: 'oidc',
    name: 'oidc',
    display_name: 'OpenID Connect',
    parameters: parametersOf(base, await aPrivateKey()),
  });
  const must = async (what: string, answer: Promise<{ status: number; text: string }>) => {
    const { status, text } = await answer;
    if (status !== 200) throw new Error(`glewlwyd: ${what}: ${status} ${text}`);
  };
  await must('plugin', ask('POST', '/api/mod/plugin/', { body: await plugin(), ...asAdmin }));
  const registration = {
    client_id: clientId,
    name: 'Hortus',
    password: clientSecret,
    confidential: true,
    enabled: true,
    redirect_uri: [client.redirectUri],
    authorization_type: ['code'],
    token_endpoint_auth_method: ['client_secret_basic'],
    post_logout_redirect_uris: client.afterLogout,
    backchannel_logout_uri: client.backChannel,
    scope: ['openid'],
  };
  await must('client', ask('POST', '/api/client/', { body: registration, ...asAdmin }));
  const person = { username: 'noor', password: 'tulips-in-april' };
  const account = { ...person, name: 'Noor Nieuw', email: '', enabled: true, scope: ['openid'] };
  await must('user', ask('POST', '/api/user/', { body: account, ...asAdmin }));
  let { cookie } = await ask('POST', '/api/auth/', { body: person });
  await must('grant', ask('PUT', `/api/auth/grant/${clientId}`, { body: { scope: 'openid' }, cookie }));
  return {
    issuer: `${base}/api/oidc`,
    visit: async (address) => {
      const { pathname, search } = new URL(address);
      const answer = await ask('GET', `${pathname}${search}`, { cookie });
      if (answer.cookie !== '') cookie = `${cookie}; ${answer.cookie}`;
      return answer.location;
    },
    rotateKeys: async () => {
      await must('key', ask('PUT', '/api/mod/plugin/oidc', { body: await plugin(), ...asAdmin }));
      await must('reset', ask('PUT', '/api/mod/plugin/oidc/reset', asAdmin));
    },
    endSession: async (sid) => (await ask('DELETE', `/api/oidc/session/${sid}/`, { cookie })).status,
    close: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function serve(folder: string, port: number): ChildProcess {
  const database = join(folder, 'database');
  const read = (name: string) => gunzipSync(readFileSync(join(documents, name))).toString('utf8');
  const filled = spawnSync('/usr/bin/sqlite3', [database], {
    input: read('database/init.sqlite3.sql.gz'),
    encoding: 'utf8',
  });
  if (filled.status !== 0) throw new Error(`glewlwyd: its database could not be made: ${filled.stderr}`);
  const configuration = read('glewlwyd.conf.sample.gz')
    .replace(/^port=.*$/m, `port=${port}`)
    .replace(/^external_url=.*$/m, `external_url="http://localhost:${port}"`)
    .replace(/^cookie_domain=.*$/m, '')
    .replace(/^cookie_secure=.*$/m, 'cookie_secure=0')
    .replace(/"\/var\/cache\/glewlwyd\/glewlwyd\.db"/, JSON.stringify(database));
  const file = join(folder, 'glewlwyd.conf');
  writeFileSync(file, configuration);
  return spawn(program, [`--config-file=${file}`], { stdio: 'ignore' });
}

const parametersOf = (base: string, key: object) => ({
  iss: `${base}/api/oidc`,
  'jwt-type': 'rsa',
  'jwt-key-size': '256',
  'jwks-private': JSON.stringify({ keys: [key] }),
  'jwks-show': true,
  'access-token-duration': 600,
  'refresh-token-duration': 600,
  'code-duration': 60,
  'session-cookie-name': 'GLEWLWYD2_OIDC_SESSION',
  'session-cookie-expiration': 3600,
  'auth-type-code-enabled': true,
  'auth-type-refresh-enabled': false,
  'allow-non-oidc': false,
  'pkce-allowed': true,
  'pkce-method-plain-allowed': false,
  'pkce-required': true,
  'oauth-as-iss-id': true,
  'session-management-allowed': true,
  'back-channel-logout-allowed': true,
  'name-claim': 'mandatory',
});

async function aPrivateKey(): Promise<object> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: `key-${Date.now()}`, alg: 'RS256', use: 'sig' };
}

const asker =
  (base: string) =>
  async (method: string, path: string, { body, cookie }: { body?: object; cookie?: string } = {}) => {
    const answer = await fetch(`${base}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(cookie === undefined ? {} : { cookie }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const cookies = answer.headers.getSetCookie().map((one) => one.split(';', 1)[0]);
    return {
      status: answer.status,
      text: await answer.text(),
      cookie: cookies.join('; '),
      location: answer.headers.get('location') ?? undefined,
    };
  };

async function untilAnswers(base: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (server.exitCode !== null) throw new Error(`glewlwyd ended with ${server.exitCode}`);
    const isUp = await fetch(`${base}/config`).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('glewlwyd did not answer');
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
