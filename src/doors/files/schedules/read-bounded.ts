// A file of a storage on its way to this machine, whose disk it must not fill.
import { Transform } from 'node:stream';
import type { StoredFile } from '../../../engine/storage/storage.js';
import { importError } from '../import/import-errors.js';
import type { OpenPlace } from './place.js';

/** Throws FILES-153 for a file that is too large, 154 (from the stream) for one that has more bytes than it was listed with; STORAGE-…. */
export async function readBounded({ storage, maxBytes }: OpenPlace, file: StoredFile): Promise<Transform> {
  if (file.size > maxBytes) {
    throw importError(153, {
      detail: `${file.path} has ${file.size} bytes; at most ${maxBytes} are copied from a storage.`,
      hint: 'Split it, or pack it (.gz), and put it there anew.',
      pointer: { file: file.path },
    });
  }
  const bytes = await storage.get(file.path);
  let size = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size <= file.size) return done(null, chunk);
      done(
        importError(154, { detail: `${file.path} grew while it was copied.`, pointer: { file: file.path } }),
      );
    },
  });
  bytes.on('error', (error) => bounded.destroy(error));
  bounded.on('close', () => bytes.destroy());
  return bytes.pipe(bounded);
}
