import { existsSync, readFileSync, statSync } from 'node:fs';
import { Problem } from '#kernel';

/** The account under which PostgreSQL runs: it refuses to run as root. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * The account for the server, or undefined where it runs as the present user.
 * Root takes the owner of the database that is there; for a new one the account `postgres` if the system has it,
 * else `nobody`. An account must have a line in /etc/passwd, or initdb refuses it.
 */
export function serverAccount(clusterDir: string): Account | undefined {
  const ownUid = process.geteuid?.();
  const owner = existsSync(clusterDir) ? statSync(clusterDir) : undefined;
  if (ownUid !== 0) {
    if (owner && ownUid !== undefined && owner.uid !== ownUid) {
      throw new Problem('folder-unusable', {
        detail: `The database in ${clusterDir} belongs to user ${owner.uid}. Start Hortus as root, as it was before, or give the folder to user ${ownUid} (chown -R).`,
      });
    }
    return undefined;
  }
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = accountsOfSystem();
  const account =
    accounts.get('postgres') ?? accounts.get('nobody') ?? [...accounts.values()].find((one) => one.uid !== 0);
  if (account) return account;
  throw new Problem('folder-unusable', {
    detail:
      'PostgreSQL does not run as root, and this system has no other account. Start Hortus as an ordinary user, or set DATABASE_URL.',
  });
}

function accountsOfSystem(): Map<string, Account> {
  const lines = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  return new Map(
    lines
      .map((line) => line.split(':'))
      .filter((fields) => fields.length >= 4)
      .map((fields) => [fields[0]!, { uid: Number(fields[2]), gid: Number(fields[3]) }]),
  );
}
