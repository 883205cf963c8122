// The line to one server: opened when it is first needed, and anew after it broke.
import { posix } from 'node:path';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { StorageRooms } from '../storage-kind.js';
import { toTimeoutMs } from '../timeout-setting.js';
import { readLogin } from './sftp-login.js';
import { openSession, type SftpSession } from './sftp-session.js';
import type { SftpSettings } from './sftp-settings.js';

export interface SftpLine {
  readonly session: SftpSession;
  /** Absolute, on the server, with its links resolved. */
  readonly root: string;
}

export interface SftpLines {
  /** A line that lives, as far as anybody knows. Throws STORAGE-103, 104, 107 to 109 and HTTP-102. */
  get(): Promise<SftpLine>;
  close(): Promise<void>;
}

export function createLines(settings: SftpSettings, { env, allow }: StorageRooms): SftpLines {
  let current: { readonly opening: Promise<SftpLine>; line?: SftpLine } | undefined;

  async function open(): Promise<SftpLine> {
    const login = await readLogin(settings, env);
    const says = `${settings.user}@${settings.host}:${settings.port ?? 22}`;
    const place = { says, timeoutMs: toTimeoutMs(settings), secrets: login.secrets };
    const session = await openSession(settings, { login, place, allow });
    return { session, root: await findRoot(session, settings.path ?? '.') };
  }

  return {
    get() {
      if (current === undefined || current.line?.session.isOver() === true) {
        const next: typeof current = { opening: open() };
        current = next;
        next.opening.then(
          (line) => {
            next.line = line;
          },
          () => {
            if (current === next) current = undefined;
          },
        );
      }
      return current.opening;
    },
    async close() {
      const line = await current?.opening.catch(() => undefined);
      line?.session.end();
    },
  };
}

/** Of a folder that is not there yet, where it would be. */
async function findRoot(session: SftpSession, path: string): Promise<string> {
  const real = (given: string) => session.ask<string>(given, (sftp, done) => sftp.realpath(given, done));
  try {
    return await real(path);
  } catch (error) {
    if (!(error instanceof DovetailError) || error.code !== 'STORAGE-102') throw error;
    return posix.resolve(await real('.'), path);
  }
}
