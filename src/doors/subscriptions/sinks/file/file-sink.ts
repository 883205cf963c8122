// Messages appended to a file, one line each; accepted when the disk has them. A batch is there whole or not at all.
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, sep } from 'node:path';
import type { Sink, SinkRooms } from '../../sink.js';
import { toRetry } from '../../sink-outcome.js';
import type { FileSettings } from './file-settings.js';
import { type LineFile, openLineFile } from './line-file.js';

/** The folder with its links resolved; undefined where it is none, or lies under none of `roots`. */
export async function findFolder(folder: string, roots: readonly string[]): Promise<string | undefined> {
  if (!isAbsolute(folder)) return undefined;
  const found = await realpath(folder).catch(() => undefined);
  if (found === undefined || !(await stat(found)).isDirectory()) return undefined;
  for (const root of roots) {
    const top = await realpath(root).catch(() => undefined);
    if (top !== undefined && (found === top || found.startsWith(top.endsWith(sep) ? top : top + sep)))
      return found;
  }
  return undefined;
}

export function createFileSink(settings: FileSettings, { clock, folders }: SinkRooms): Sink {
  const { folder, name, mostBytes } = settings;
  let file: LineFile | undefined;

  async function open(): Promise<LineFile> {
    const day = clock.now().toISOString().slice(0, 10);
    if (file?.day === day && file.size < mostBytes) return file;
    await close();
    const inside = await findFolder(folder, folders);
    if (inside === undefined)
      throw new Error('The folder is not there, or not under one that is configured.');
    file = await openLineFile({ folder: inside, name, day, mostBytes });
    return file;
  }

  async function close(): Promise<void> {
    const last = file;
    file = undefined;
    await last?.close();
  }

  return {
    async deliver(messages, signal) {
      if (signal.aborted) return messages.map(() => ({ kind: 'retry', says: 'Broken off.' }));
      try {
        const current = await open();
        // JSON has no line ends but between its tokens, where a blank means the same.
        await current.append(messages.map(({ body }) => `${body.replace(/[\r\n]+/g, ' ')}\n`).join(''));
        return messages.map(() => ({ kind: 'accepted', status: 'synced' }));
      } catch (error) {
        await close().catch(() => {});
        return messages.map(() => toRetry(error));
      }
    },
    close: () => close().catch(() => {}),
  };
}
