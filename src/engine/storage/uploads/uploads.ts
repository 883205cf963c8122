// Uploads: begun, gone on with where they were cut, read once they are whole, and removed when nobody came back. What was noted is on the
// disk; whoever sends or asks anew takes the upload from a connection that only seems to be there still.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Database } from '../../../foundation/postgres/database.js';
import { storageError } from '../storage-errors.js';
import type { Upload, UploadedFile, UploadOwner } from './upload.js';
import { type Checksum, hashUpload, receiveBytes } from './upload-bytes.js';
import {
  deleteUpload,
  findUpload,
  type HeldUpload,
  holdUpload,
  insertUpload,
  noteComplete,
  noteReceived,
  readExpired,
  readKnown,
  readOutstanding,
} from './upload-store.js';

export interface UploadsOptions {
  readonly database: Database;
  /** Made when the first one begins. */
  readonly folder: string;
  readonly clock: Clock;
  /** Default 4 GiB. */
  readonly maxBytes?: number;
  /** Default: by chance. */
  readonly newId?: () => string;
  /** Default: what the disk of the folder says. */
  readonly freeBytes?: (folder: string) => Promise<number>;
  /** Default 30,000. */
  readonly idleMs?: number;
}

export interface NewUpload {
  readonly name: string;
  readonly metadata: string;
  readonly size: number;
}

export interface UploadPart {
  /** Where it begins: what is there already. */
  readonly offset: number;
  readonly bytes: Readable;
  /** As the sender says; undefined where that isn't known before. */
  readonly length?: number;
  readonly checksum?: Checksum;
}

export interface Uploads {
  /** Bytes that one may have at most. */
  readonly maxBytes: number;
  /** Throws STORAGE-121 and 122. */
  create(owner: UploadOwner, wish: NewUpload): Promise<Upload>;
  /** As it stands; what is still being sent to it ends. Throws STORAGE-120. */
  settle(id: string, owner: UploadOwner): Promise<Upload>;
  /** Throws STORAGE-120, 123 for another offset than what is there, 121 for too much, 122, 124 for a wrong checksum, 125 where the sender went away. */
  append(id: string, owner: UploadOwner, part: UploadPart): Promise<Upload>;
  /** Throws STORAGE-120, and 126 for one that is not whole. */
  read(id: string, owner: UploadOwner): Promise<UploadedFile>;
  /** What was made of it stays. Throws STORAGE-120. */
  remove(id: string, owner: UploadOwner): Promise<void>;
  /** Removes those that nothing was added to for too long; returns how many. */
  prune(): Promise<number>;
}

export const UPLOAD_BYTES = 4 * 2 ** 30;
/** Days without a new byte, after which an upload is gone, whole or not. */
export const UPLOAD_DAYS = 7;

const IDLE_MS = 30_000;
/** Left to others of the same disk. */
const RESERVE_BYTES = 64 << 20;
/** A file without a row may belong to one that is only just made. */
const STRAY_MS = 86_400_000;

export function createUploads(options: UploadsOptions): Uploads {
  const { database, folder, clock, maxBytes = UPLOAD_BYTES, newId = randomUUID } = options;
  const { freeBytes = readFree, idleMs = IDLE_MS } = options;
  const arriving = new Map<string, { readonly stop: () => void; readonly done: Promise<unknown> }>();
  const pathOf = (id: string): string => join(folder, id);
  const expiry = (): Date => new Date(clock.now().getTime() + UPLOAD_DAYS * 86_400_000);

  async function find(id: string, owner: UploadOwner): Promise<Upload> {
    return (await findUpload(database, id, owner, clock.now())) ?? refuse(id);
  }

  /** Ends what is still coming over a connection that was given up. */
  async function takeOver(id: string): Promise<void> {
    const before = arriving.get(id);
    before?.stop();
    await before?.done.catch(() => {});
  }

  async function hold(id: string, owner: UploadOwner): Promise<HeldUpload> {
    const held = (await holdUpload(database, id, owner, clock.now())) ?? refuse(id);
    const { size } = await stat(pathOf(id)).catch(() => ({ size: 0 }));
    if (size >= held.received) return held;
    throw storageError(120, {
      detail: `What was sent of upload ${id} is not on this machine any more.`,
      hint: 'Upload the file anew.',
    });
  }

  async function take(id: string, owner: UploadOwner, part: UploadPart): Promise<Upload> {
    const held = await hold(id, owner);
    checkPlace(held, part);
    let { received } = held;
    const arrival = {
      path: pathOf(id),
      bytes: part.bytes,
      from: received,
      size: held.size,
      idleMs,
      ...(part.checksum === undefined ? {} : { checksum: part.checksum }),
      note: async (at: number) => {
        if (!(await noteReceived(database, held, at, expiry()))) throw lost(id);
        received = at;
      },
    };
    const end = await receiveBytes(arrival).catch(toDiskError);
    refuseEnd(end, held);
    return complete({ ...held, received });
  }

  /** Hashes what is whole, once. */
  async function complete(upload: Upload): Promise<Upload> {
    if (upload.received < upload.size || upload.sha256 !== undefined) return upload;
    if (upload.size === 0) await makeEmpty(pathOf(upload.id));
    const sha256 = await hashUpload(pathOf(upload.id));
    await noteComplete(database, upload.id, sha256);
    return { ...upload, sha256 };
  }

  async function makeEmpty(path: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await (await open(path, 'a', 0o600)).close();
  }

  return {
    maxBytes,
    async create(owner, wish) {
      if (wish.size > maxBytes) throw tooLarge(wish.size, maxBytes);
      const outstanding = await readOutstanding(database, clock.now());
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if ((await freeBytes(folder)) < outstanding + wish.size + RESERVE_BYTES)
        throw storageError(122, {
          detail: 'The disk of the server has no room for a file of this size now.',
          hint: 'Try again later, or tell whoever runs the server.',
        });
      const upload = { id: newId(), ...wish, received: 0, expiresAt: expiry() };
      await insertUpload(database, owner, upload, clock.now());
      return complete(upload);
    },
    async settle(id, owner) {
      await find(id, owner);
      await takeOver(id);
      return complete(await find(id, owner));
    },
    async append(id, owner, part) {
      await find(id, owner);
      await takeOver(id);
      const done = take(id, owner, part);
      const own = { stop: () => void part.bytes.destroy(), done };
      arriving.set(id, own);
      return done.finally(() => {
        if (arriving.get(id) === own) arriving.delete(id);
      });
    },
    async read(id, owner) {
      const { sha256, size, name } = await complete(await find(id, owner));
      if (sha256 === undefined)
        throw storageError(126, { detail: `Upload ${id} is not complete.`, hint: 'Send the rest of it.' });
      const path = pathOf(id);
      const about = await stat(path).catch(() => undefined);
      if (about?.size === size) return { path, name, sha256, size };
      throw storageError(120, { detail: `The file of upload ${id} is not on this machine any more.` });
    },
    async remove(id, owner) {
      await find(id, owner);
      await takeOver(id);
      await deleteUpload(database, id);
      await rm(pathOf(id), { force: true });
    },
    async prune() {
      const expired = await readExpired(database, clock.now());
      for (const id of expired) {
        await rm(pathOf(id), { force: true });
        await deleteUpload(database, id);
      }
      await removeStrays();
      return expired.length;
    },
  };

  /** Files whose row is gone: the process that removed it was killed before it removed them. */
  async function removeStrays(): Promise<void> {
    const names = await readdir(folder).catch(() => []);
    const known = await readKnown(database, names);
    for (const name of names.filter((one) => !known.has(one))) {
      const about = await stat(pathOf(name)).catch(() => undefined);
      if (about?.isFile() && clock.now().getTime() - about.mtimeMs > STRAY_MS)
        await rm(pathOf(name), { force: true });
    }
  }
}

function checkPlace({ id, received, size }: Upload, { offset, length = 0 }: UploadPart): void {
  if (offset !== received)
    throw storageError(123, {
      detail: `Upload ${id} has ${received} bytes; the next can't begin at ${offset}.`,
      hint: 'Ask with HEAD where to go on.',
    });
  if (offset + length > size)
    throw storageError(121, { detail: `Upload ${id} is to have ${size} bytes, and these would be more.` });
}

function refuseEnd(end: Awaited<ReturnType<typeof receiveBytes>>, { id, size }: Upload): void {
  if (end === 'beyond')
    throw storageError(121, { detail: `Upload ${id} is to have ${size} bytes, and more came.` });
  if (end === 'mismatch')
    throw storageError(124, {
      detail: 'The bytes are not those that the checksum was made of; they were not kept.',
      hint: 'Send them again.',
    });
  if (end === 'cut')
    throw storageError(125, { detail: `The bytes of upload ${id} ended before their time.` });
}

function refuse(id: string): never {
  throw storageError(120, {
    detail: `There is no upload ${id.slice(0, 60)}.`,
    hint: `Uploads that nothing is added to are gone after ${UPLOAD_DAYS} days.`,
  });
}

const lost = (id: string) =>
  storageError(125, { detail: `Upload ${id} is being sent over another connection.` });

const tooLarge = (size: number, most: number) =>
  storageError(121, { detail: `A file may have ${most} bytes here, and this one has ${size}.` });

function toDiskError(cause: NodeJS.ErrnoException): never {
  if (cause.code !== 'ENOSPC' && cause.code !== 'EDQUOT') throw cause;
  throw storageError(122, {
    detail: 'The disk of the server is full; what came so far is kept.',
    hint: 'Go on later, where HEAD says.',
    cause,
  });
}

async function readFree(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
