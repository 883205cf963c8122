// PostgreSQL refuses to run as root, so root needs another account of this machine for it. No account is ever added.
import { readFileSync, statSync } from 'node:fs';
import { postgresError } from '../postgres-errors.js';

export interface ServerAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account that runs the server: undefined means the one we run as. As root it is the owner of the data if there
 * is some, else `postgres`, else `nobody`. Throws POSTGRES-105 if root finds none.
 */
export function findServerAccount(
  data: string,
  uid: number | undefined = process.getuid?.(),
  passwd: () => string = () => readFileSync('/etc/passwd', 'utf8'),
): ServerAccount | undefined {
  if (uid !== 0) return undefined;
  const accounts = fromPasswd(passwd());
  const owner = statSync(data, { throwIfNoEntry: false })?.uid;
  const account =
    (owner !== undefined && owner !== 0 ? accounts.find((one) => one.uid === owner) : undefined) ??
    accounts.find((one) => one.name === 'postgres') ??
    accounts.find((one) => one.name === 'nobody');
  if (account === undefined) {
    throw postgresError(105, {
      detail:
        'PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody" to run it as.',
      hint: 'Run Dovetail as a normal user, or set DATABASE_URL to a PostgreSQL 15 or newer.',
    });
  }
  return account;
}

/** The accounts of a passwd file, without root. */
export function fromPasswd(text: string): readonly ServerAccount[] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((parts) => parts.length >= 4 && Number(parts[2]) !== 0)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}
