// One connection to an SFTP server, logged in: requests that end in time, or with the connection.
import ssh2, { type SFTPWrapper } from 'ssh2';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { connectGuarded } from '../../../foundation/http/guarded-connections.js';
import { type SftpPlace, toBreak, toSftpError, toSilence } from './sftp-failure.js';
import { findHostKeyFault, type SftpLogin } from './sftp-login.js';
import type { SftpSettings } from './sftp-settings.js';

type Done<T> = (error: Error | null | undefined, value?: T) => void;

export interface SftpSession {
  readonly place: SftpPlace;
  /** True once the connection is gone; every request fails then. */
  isOver(): boolean;
  /** One request about a file. Throws STORAGE-102 to 104; one that is not answered in time ends the connection. */
  ask<T>(path: string, request: (sftp: SFTPWrapper, done: Done<T>) => void): Promise<T>;
  /** The same for what not every server knows; false from one that doesn't. */
  askIfKnown(path: string, request: (sftp: SFTPWrapper, done: Done<unknown>) => void): Promise<boolean>;
  end(): void;
}

const KEEP_ALIVE = { keepaliveInterval: 10_000, keepaliveCountMax: 3 } as const;

/** Throws STORAGE-103, 104 and 109, and HTTP-102. */
export async function openSession(
  settings: SftpSettings,
  about: { readonly login: SftpLogin; readonly place: SftpPlace; readonly allow: readonly string[] },
): Promise<SftpSession> {
  const { login, place, allow } = about;
  const { host, port = 22 } = settings;
  const { timeoutMs } = place;
  const sock = await connectGuarded({ host, port, allow, timeoutMs }).catch((cause) => {
    throw toBreak(cause, place);
  });
  const client = new ssh2.Client();
  const waiting = new Set<(error: DovetailError) => void>();
  let over: DovetailError | undefined;
  const lose = (cause: unknown): void => {
    over ??= toBreak(cause, place);
    for (const fail of waiting) fail(over);
    waiting.clear();
    client.destroy();
  };

  /** Settles by `work`, with the connection, or when the time is up. */
  function inTime<T>(
    work: (resolve: (value: T) => void, reject: (cause: unknown) => void) => void,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      if (over !== undefined) return reject(over);
      const timer = setTimeout(() => lose(toSilence(place)), timeoutMs);
      const fail = (cause: unknown): void => {
        clearTimeout(timer);
        waiting.delete(fail);
        reject(cause);
      };
      waiting.add(fail);
      const succeed = (value: T): void => {
        clearTimeout(timer);
        waiting.delete(fail);
        resolve(value);
      };
      try {
        work(succeed, fail);
      } catch (cause) {
        fail(cause);
      }
    });
  }

  let fault: DovetailError | undefined;
  client.on('error', (error) => lose(fault ?? error));
  client.on('close', () => lose(new Error('the connection was closed')));
  const sftp = await inTime<SFTPWrapper>((resolve, reject) => {
    client.on('ready', () => client.sftp((error, wrapper) => (error ? reject(error) : resolve(wrapper))));
    const { password } = login;
    // Many servers ask for the password by a dialogue of one question.
    client.on('keyboard-interactive', (_name, _says, _language, prompts, finish) =>
      finish(prompts.map(({ echo }) => (echo === true ? '' : (password ?? '')))),
    );
    client.connect({
      sock,
      username: login.user,
      ...(password === undefined ? {} : { password, tryKeyboard: true }),
      ...(login.privateKey === undefined ? {} : { privateKey: login.privateKey }),
      ...(login.passphrase === undefined ? {} : { passphrase: login.passphrase }),
      authHandler: password === undefined ? ['publickey'] : ['password', 'keyboard-interactive'],
      hostVerifier: (key: Buffer) => {
        fault = findHostKeyFault(settings, key);
        return fault === undefined;
      },
      readyTimeout: timeoutMs,
      ...KEEP_ALIVE,
    });
  }).catch((cause) => {
    client.destroy();
    throw toBreak(cause, place);
  });
  sftp.on('error', lose);
  sftp.on('close', () => lose(new Error('the connection was closed')));

  const ask: SftpSession['ask'] = (path, request) =>
    inTime((resolve, reject) => {
      const done: Done<never> = (error, value) =>
        error ? reject(toSftpError(error, path, place)) : resolve(value as never);
      request(sftp, done as never);
    });
  return {
    place,
    isOver: () => over !== undefined,
    ask,
    async askIfKnown(path, request) {
      try {
        await ask(path, request);
        return true;
      } catch (error) {
        if (error instanceof DovetailError) throw error;
        // The library says so before it sends anything.
        return false;
      }
    },
    end() {
      over ??= toBreak(new Error('it was closed'), place);
      client.end();
    },
  };
}
