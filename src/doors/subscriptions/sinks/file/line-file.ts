// One file of lines that is only ever appended to: what is torn by a crash or a full disk is cut off, so that every line is whole.
import { constants } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface LineFile {
  readonly day: string;
  readonly size: number;
  /** Whole lines; on disk when it resolves. Where it rejects nothing of them is left, at the latest when the file is opened again. */
  append(text: string): Promise<void>;
  close(): Promise<void>;
}

export interface LineFileWish {
  /** Its links are resolved. */
  readonly folder: string;
  readonly name: string;
  /** `2026-11-28` */
  readonly day: string;
  readonly mostBytes: number;
}

// A link in the place of the file is not followed.
const FLAGS = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
const BLOCK = 64 << 10;
const NEWLINE = 0x0a;

/** The last file of the day where it has room, else the next one. */
export async function openLineFile({ folder, name, day, mostBytes }: LineFileWish): Promise<LineFile> {
  const stem = `${name}-${day}-`;
  const numbers = (await readdir(folder))
    .filter((one) => one.startsWith(stem) && /^\d{3,9}\.ndjson$/.test(one.slice(stem.length)))
    .map((one) => Number.parseInt(one.slice(stem.length), 10));
  const last = Math.max(0, ...numbers);
  const at = (number: number) => join(folder, `${stem}${String(number).padStart(3, '0')}.ndjson`);
  let file = last === 0 ? undefined : await openAt(at(last));
  if (file === undefined || file.size >= mostBytes) {
    await file?.handle.close();
    file = await openAt(at(last + 1));
    await syncFolder(folder);
  }
  const { handle } = file;
  let { size } = file;
  return {
    day,
    get size() {
      return size;
    },
    async append(text) {
      const bytes = Buffer.from(text);
      try {
        for (let done = 0; done < bytes.length; )
          done += (await handle.write(bytes, done, bytes.length - done, size + done)).bytesWritten;
        await handle.datasync();
        size += bytes.length;
      } catch (error) {
        await handle.truncate(size).catch(() => {});
        throw error;
      }
    },
    close: () => handle.close(),
  };
}

async function openAt(path: string): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  const handle = await open(path, FLAGS, 0o640);
  try {
    const about = await handle.stat();
    if (!about.isFile()) throw new Error(`${path} is no file.`);
    const whole = await findEnd(handle, about.size);
    if (whole < about.size) await handle.truncate(whole);
    return { handle, size: whole };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** After the last line that is whole. */
async function findEnd(handle: FileHandle, size: number): Promise<number> {
  const block = Buffer.alloc(BLOCK);
  for (let end = size; end > 0; ) {
    const from = Math.max(0, end - BLOCK);
    const { bytesRead } = await handle.read(block, 0, end - from, from);
    const at = block.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (at >= 0) return from + at + 1;
    end = from;
  }
  return 0;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
