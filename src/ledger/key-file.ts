import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Sign, VerifySignature } from '#formats/dsse';
import { Problem } from '#kernel';

/** The installation's signing key; the private part never leaves this object. */
export interface LedgerKey {
  /** 32 bytes, Ed25519. */
  publicKey: Uint8Array;
  sign: Sign;
}

// The fixed beginnings of an Ed25519 key in DER (RFC 8410): what follows is the key itself.
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

export const keyFileOf = (dataDir: string): string => join(dataDir, 'keys', 'ledger.key');

/**
 * Makes the key at the first start, readable by its owner only; a key that is already there is used.
 * It is written beside its place and linked into it, so that a crash leaves a whole key or none.
 * Problems: folder-unusable.
 */
export function createKey(file: string): LedgerKey {
  const folder = dirname(file);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { privateKey } = generateKeyPairSync('ed25519');
    writeDurably(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    linkSync(draft, file);
    syncFolder(folder);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      throw new Problem('folder-unusable', { detail: `The ledger's key cannot be written to ${file}.`, cause: error });
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return loadKey(file);
}

/**
 * Loads the key.
 * Problems: folder-unusable if it is missing, no Ed25519 key, not a plain file, or open to anyone but its owner.
 */
export function loadKey(file: string): LedgerKey {
  let pem: string;
  try {
    const { mode } = plainFile(file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Problem('folder-unusable', {
        detail: `The ledger's key is open to others than its owner: run chmod 600 ${file} and ask who could have read it.`,
      });
    }
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('folder-unusable', {
      detail: `The ledger's key is missing: restore ${file} from the backup. A new key could not go on with this ledger.`,
      cause: error,
    });
  }
  return keyOf(readPrivateKey(pem, file));
}

/** Checks Ed25519 signatures with the platform's library, about ten times as fast; for an honest key, as `verifyEd25519` does. */
export const verifyOnPlatform: VerifySignature = (publicKey, message, signature) => {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    return verify(null, message, publicKeyObject(publicKey), signature);
  } catch {
    return false;
  }
};

let lastKey: { publicKey: Uint8Array; object: KeyObject } | undefined;

// One log has one key: the object is made once, not for every one of its entries.
function publicKeyObject(publicKey: Uint8Array): KeyObject {
  if (lastKey === undefined || Buffer.compare(lastKey.publicKey, publicKey) !== 0) {
    const object = createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' });
    lastKey = { publicKey: publicKey.slice(), object };
  }
  return lastKey.object;
}

function plainFile(file: string) {
  const found = lstatSync(file);
  if (!found.isFile()) throw new Problem('folder-unusable', { detail: `${file} is not a plain file.` });
  return found;
}

function readPrivateKey(pem: string, file: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Told below: the reason of the library may quote the key.
  }
  throw new Problem('folder-unusable', { detail: `${file} holds no Ed25519 key: restore it from the backup.` });
}

function keyOf(privateKey: KeyObject): LedgerKey {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return {
    publicKey: new Uint8Array(spki.subarray(spkiPrefix.length)),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

function writeDurably(file: string, text: string): void {
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function syncFolder(folder: string): void {
  // Windows cannot open a folder as a file; there the file system journals the link itself.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
