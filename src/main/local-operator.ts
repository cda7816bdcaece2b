import { randomBytes, timingSafeEqual } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { utf8 } from '#kernel';
import { type Identity, noRelations } from '#people';
import { operatorTokenFile } from './config.ts';

/** The one who may read the data folder: commands on this machine act in this name. A machine, so it signs nothing. */
export const localOperator: Identity = {
  kind: 'machine',
  id: 'local-operator',
  name: 'Commands on this machine',
  organisationId: undefined,
  roles: [],
  scopes: ['people:*', 'develop:*', 'monitor:*', 'certify:*', 'system:*', 'installation:*'],
  relations: noRelations,
};

export interface LocalAccess {
  secret: string;
  /** Whether an authorization header carries the secret. */
  isMeant(authorization: string | undefined): boolean;
  /** Writes the secret where only the owner of the data folder can read it. */
  publish(dataDir: string): Promise<void>;
  withdraw(dataDir: string): Promise<void>;
}

/** A secret of this very process: it ends with it. */
export function localAccess(): LocalAccess {
  const secret = `hortus_${randomBytes(32).toString('base64url')}`;
  const wanted = utf8(`Bearer ${secret}`);
  return {
    secret,
    isMeant: (authorization) => {
      const given = utf8(authorization ?? '');
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    },
    publish: async (dataDir) => {
      await rm(operatorTokenFile(dataDir), { force: true });
      await writeFile(operatorTokenFile(dataDir), `${secret}\n`, { mode: 0o600, flag: 'wx' });
    },
    withdraw: (dataDir) => rm(operatorTokenFile(dataDir), { force: true }),
  };
}
