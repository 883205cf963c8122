// An SFTP server on a folder, by ssh2's own Server: it is there on every machine, knows no extensions, and can be told to misbehave.
import { generateKeyPairSync } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join, posix } from 'node:path';
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2';
import { toFingerprint } from './ssh-fingerprint.js';

export const SFTP_LOGIN = { user: 'ada', password: 'a secret nobody may see' } as const;

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;

/** What is asked, by the name of the request; true: it is not answered. */
export type Misbehaviour = (request: string, path: string, connection: Connection) => boolean;

export interface SftpTestServer {
  readonly port: number;
  readonly hostKey: string;
  misbehave(how: Misbehaviour | undefined): void;
  /** Ends every connection there is. */
  cut(): void;
  stop(): Promise<void>;
}

/** Shows `folder` as `/`, links inside as they are. */
export async function startSftpServer(folder: string): Promise<SftpTestServer> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) throw parsed;
  const connections = new Set<Connection>();
  let misbehaves: Misbehaviour | undefined;

  const server = new ssh2.Server({ hostKeys: [privateKey] }, (connection) => {
    connections.add(connection);
    // Each answer at once; the types have it only of the client.
    (connection as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);
    connection.on('close', () => connections.delete(connection));
    connection.on('error', () => {});
    connection.on('authentication', (attempt) => {
      if (misbehaves?.('LOGIN', attempt.method, connection) === true) return;
      const right = attempt.username === SFTP_LOGIN.user;
      if (right && attempt.method === 'password' && attempt.password === SFTP_LOGIN.password)
        attempt.accept();
      else attempt.reject(['password']);
    });
    connection.on('ready', () =>
      connection.on('session', (accept) =>
        accept().on('sftp', (acceptSftp) =>
          serve(acceptSftp(), folder, (request, path) => misbehaves?.(request, path, connection) === true),
        ),
      ),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    hostKey: toFingerprint(parsed.getPublicSSH()),
    misbehave(how) {
      misbehaves = how;
    },
    cut() {
      for (const connection of connections) connection.end();
    },
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const connection of connections) connection.end();
      }),
  };
}

type Open =
  | { readonly path: string; readonly fd: number }
  | { readonly path: string; names: string[] | undefined };

function serve(
  sftp: SFTPWrapper,
  folder: string,
  isSilent: (request: string, path: string) => boolean,
): void {
  const handles = new Map<number, Open>();
  const onDisk = (path: string): string => join(folder, posix.resolve('/', path));
  const give = (open: Open): Buffer => {
    const id = Buffer.alloc(4);
    id.writeUInt32BE(handles.size);
    handles.set(handles.size, open);
    return id;
  };
  const fileOf = (handle: Buffer) => handles.get(handle.readUInt32BE()) as Extract<Open, { fd: number }>;
  const folderOf = (handle: Buffer) =>
    handles.get(handle.readUInt32BE()) as Extract<Open, { names: unknown }>;
  /** Answers, or says what the file system said. */
  const answer = (id: number, request: string, path: string, work: () => void): void => {
    if (isSilent(request, path)) return;
    try {
      work();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const status = code === 'ENOENT' ? 'NO_SUCH_FILE' : code === 'EACCES' ? 'PERMISSION_DENIED' : 'FAILURE';
      sftp.status(id, STATUS_CODE[status], code ?? String(error));
    }
  };
  const done = (id: number): void => sftp.status(id, STATUS_CODE.OK);

  sftp.on('REALPATH', (id, path) =>
    answer(id, 'REALPATH', path, () => {
      const place = onDisk(path);
      const [top, name] = [realpathSync(folder), basename(place)];
      const real = isThere(place) ? realpathSync(place) : join(realpathSync(dirname(place)), name);
      const shown = real === top ? '/' : real.startsWith(`${top}/`) ? real.slice(top.length) : real;
      sftp.name(id, [{ filename: shown, longname: shown, attrs: {} as never }]);
    }),
  );
  sftp.on('STAT', (id, path) =>
    answer(id, 'STAT', path, () => sftp.attrs(id, toAttributes(statSync(onDisk(path))))),
  );
  sftp.on('LSTAT', (id, path) =>
    answer(id, 'LSTAT', path, () => sftp.attrs(id, toAttributes(lstatSync(onDisk(path))))),
  );
  sftp.on('FSTAT', (id, handle) => {
    const { path, fd } = fileOf(handle);
    answer(id, 'FSTAT', path, () => sftp.attrs(id, toAttributes(fstatSync(fd))));
  });
  sftp.on('OPEN', (id, path, flags) =>
    answer(id, 'OPEN', path, () => {
      const text = (flags & OPEN_MODE.EXCL) !== 0 ? 'wx' : (flags & OPEN_MODE.WRITE) !== 0 ? 'w' : 'r';
      sftp.handle(id, give({ path, fd: openSync(onDisk(path), text) }));
    }),
  );
  sftp.on('READ', (id, handle, offset, length) => {
    const { path, fd } = fileOf(handle);
    answer(id, 'READ', path, () => {
      // Less than was asked for, as a server may.
      const buffer = Buffer.alloc(Math.min(length, 10_000));
      const count = readSync(fd, buffer, 0, buffer.length, Number(offset));
      if (count === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, buffer.subarray(0, count));
    });
  });
  sftp.on('WRITE', (id, handle, offset, data) => {
    const { path, fd } = fileOf(handle);
    answer(id, 'WRITE', path, () => {
      writeSync(fd, data, 0, data.length, Number(offset));
      done(id);
    });
  });
  sftp.on('CLOSE', (id, handle) => {
    const open = handles.get(handle.readUInt32BE())!;
    answer(id, 'CLOSE', open.path, () => {
      if ('fd' in open) closeSync(open.fd);
      done(id);
    });
  });
  sftp.on('OPENDIR', (id, path) =>
    answer(id, 'OPENDIR', path, () => sftp.handle(id, give({ path, names: readdirSync(onDisk(path)) }))),
  );
  sftp.on('READDIR', (id, handle) => {
    const open = folderOf(handle);
    answer(id, 'READDIR', open.path, () => {
      const { names } = open;
      open.names = undefined;
      if (names === undefined || names.length === 0) return sftp.status(id, STATUS_CODE.EOF);
      const list = ['.', '..', ...names].map((filename) => ({
        filename,
        longname: filename,
        attrs: toAttributes(lstatSync(join(onDisk(open.path), filename))),
      }));
      sftp.name(id, list as never);
    });
  });
  sftp.on('MKDIR', (id, path) =>
    answer(id, 'MKDIR', path, () => {
      mkdirSync(onDisk(path));
      done(id);
    }),
  );
  sftp.on('REMOVE', (id, path) =>
    answer(id, 'REMOVE', path, () => {
      unlinkSync(onDisk(path));
      done(id);
    }),
  );
  sftp.on('RENAME', (id, from, to) =>
    answer(id, 'RENAME', to, () => {
      // As the protocol has it: never onto what is there.
      if (isThere(onDisk(to))) return sftp.status(id, STATUS_CODE.FAILURE);
      renameSync(onDisk(from), onDisk(to));
      done(id);
    }),
  );
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

function toAttributes({ mode, uid, gid, size, atime, mtime }: Stats) {
  return {
    mode,
    uid,
    gid,
    size,
    atime: Math.floor(Number(atime) / 1000),
    mtime: Math.floor(Number(mtime) / 1000),
  };
}
