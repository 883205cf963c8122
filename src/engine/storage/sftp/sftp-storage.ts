// A folder on an SFTP server as a storage. What is written lies under another name until it is whole.
import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import type { Stats } from 'ssh2';
import type { Storage } from '../storage.js';
import type { StorageRooms } from '../storage-kind.js';
import { toListFolder, toStoragePath } from '../storage-path.js';
import { noFile } from './sftp-failure.js';
import { createLines, type SftpLine } from './sftp-line.js';
import { listFiles, PARTIAL, toMoment } from './sftp-list.js';
import { findInside, findStats, makeFolder, unlessMissing } from './sftp-paths.js';
import type { SftpSettings } from './sftp-settings.js';
import { readBytes, writeBytes } from './sftp-transfer.js';

/** Connects when it is first used. */
export function openSftp(settings: SftpSettings, rooms: StorageRooms): Storage {
  const lines = createLines(settings, rooms);

  async function stat(path: string) {
    toStoragePath(path);
    const line = await lines.get();
    const found = await findStats(line, path, await findInside(line, path));
    if (found?.isFile() !== true) return undefined;
    return { path: toStoragePath(path), size: found.size, modifiedAt: toMoment(found.mtime) };
  }

  return {
    foreignClock: true,
    async *list(prefix) {
      const folder = toListFolder(prefix);
      yield* listFiles(await lines.get(), folder, prefix);
    },
    async get(path) {
      toStoragePath(path);
      const line = await lines.get();
      const { session } = line;
      const place = await findInside(line, path);
      const handle = await session.ask<Buffer>(path, (sftp, done) => sftp.open(place, 'r', done));
      const about = await session.ask<Stats>(path, (sftp, done) => sftp.fstat(handle, done));
      if (about.isFile()) return Readable.from(read(line, handle, path, about.size), { objectMode: false });
      await close(line, handle, path);
      throw noFile(path);
    },
    async put(path, bytes) {
      toStoragePath(path);
      const line = await lines.get();
      const place = await findInside(line, path);
      await makeFolder(line, path, posix.dirname(place));
      const part = posix.join(
        posix.dirname(place),
        `.${posix.basename(place).slice(0, 40)}.${randomBytes(6).toString('hex')}${PARTIAL}`,
      );
      try {
        await write(line, part, path, bytes);
        await rename(line, part, place, path);
      } catch (error) {
        await remove(line, part, path).catch(() => {});
        throw error;
      }
      const stored = await stat(path);
      if (stored !== undefined) return stored;
      throw noFile(path);
    },
    async delete(path) {
      toStoragePath(path);
      const line = await lines.get();
      await unlessMissing(remove(line, await findInside(line, path), path));
    },
    stat,
    close: () => lines.close(),
  };
}

async function* read(line: SftpLine, handle: Buffer, path: string, size: number): AsyncGenerator<Buffer> {
  try {
    yield* readBytes(line.session, { handle, path, size });
  } finally {
    await close(line, handle, path).catch(() => {});
  }
}

async function write(
  line: SftpLine,
  part: string,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { session } = line;
  const handle = await session.ask<Buffer>(path, (sftp, done) => sftp.open(part, 'wx', done));
  try {
    await writeBytes(session, { handle, path }, bytes);
    await session.askIfKnown(path, (sftp, done) => sftp.ext_openssh_fsync(handle, done));
  } catch (error) {
    await close(line, handle, path).catch(() => {});
    throw error;
  }
  // Some servers only say here that the disk was full.
  await close(line, handle, path);
}

/** In one step where the server can. The protocol itself knows no renaming onto a file: others are without it for a moment. */
async function rename(line: SftpLine, part: string, place: string, path: string): Promise<void> {
  const { session } = line;
  if (await session.askIfKnown(path, (sftp, done) => sftp.ext_openssh_rename(part, place, done))) return;
  await unlessMissing(remove(line, place, path));
  await session.ask<void>(path, (sftp, done) => sftp.rename(part, place, done));
}

const remove = ({ session }: SftpLine, place: string, path: string): Promise<void> =>
  session.ask<void>(path, (sftp, done) => sftp.unlink(place, done));

const close = ({ session }: SftpLine, handle: Buffer, path: string): Promise<void> =>
  session.ask<void>(path, (sftp, done) => sftp.close(handle, done));
